"""Makes new frames go on where the frozen ones end. Unaware of models and schedulers.

The frames that a segment shares with the one before are known. What the model takes them for is a
little off in every step, and off in the same way on the frames right after them, where nobody
knows better: a jump at the seam. So the new frames are corrected by what it is off on the last
known one, less and less from frame to frame. That known parts correct what a model means is
inpainting (RePaint, Lugmayr et al., arXiv:2201.09865); that they do so beyond themselves is ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from animegen.render.clean import Change


def carry_on(frozen: torch.Tensor, fade: int) -> Change:
    """Return what corrects the frames after the clean `frozen` (1, C, k, h, w).

    Of the error on the last of them, the first new frame takes fade / (fade + 1), the one after
    1 / (fade + 1) less, and so on to nothing after `fade` frames.
    """
    import torch

    known = frozen.shape[2]

    def change(clean: torch.Tensor) -> torch.Tensor:
        error = frozen[:, :, -1:] - clean[:, :, known - 1 : known]
        places = torch.arange(1 - known, clean.shape[2] - known + 1, device=clean.device)
        weights = (1 - places / (fade + 1)).clamp(min=0) * (places > 0)
        return error * weights.view(-1, 1, 1)

    return change
