"""Makes new frames go on where the frozen ones end. Unaware of models and schedulers.

The frames that a segment shares with the one before are known. What the model takes them for is a
little off in every step, and off in the same way on the frames right after them, where nobody
knows better: a jump at the seam. So the new frames are corrected by what it is off on the last
known one, less and less from frame to frame, and less where the picture has moved on, so that
nothing of it stays behind. That known parts correct what a model means is inpainting (RePaint,
Lugmayr et al., arXiv:2201.09865); that they do so beyond themselves is ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from animegen.render.clean import Change

_LEAST = 1e-6


def carry_on(frozen: torch.Tensor, fade: int) -> Change:
    """Return what corrects the frames after the clean `frozen` (1, C, k, h, w).

    Of the error e on the last of them, the first new frame takes fade / (fade + 1), the one after
    1 / (fade + 1) less, and so on to nothing after `fade` frames; times e^2 / (e^2 + m^2), m being
    how far the model means the frame to lie from the last known one at that place.
    """
    import torch

    known = frozen.shape[2]

    def change(clean: torch.Tensor) -> torch.Tensor:
        last, new = clean[:, :, known - 1 : known], clean[:, :, known:]
        error = frozen[:, :, -1:] - last
        away, moved = _power(error), _power(new - last)
        places = torch.arange(1, new.shape[2] + 1, device=clean.device)
        weights = (1 - places / (fade + 1)).clamp(min=0).view(-1, 1, 1)
        carried = weights * away / (away + moved + _LEAST) * error
        return torch.cat([torch.zeros_like(clean[:, :, :known]), carried], dim=2)

    return change


def _power(z: torch.Tensor) -> torch.Tensor:
    """Return the sum of squares over the channels, (1, 1, F, h, w), smoothed over 3 x 3 places."""
    import torch.nn.functional as nn

    squares = nn.pad(z.square().sum(dim=1), (1, 1, 1, 1), mode="replicate")
    return nn.avg_pool2d(squares, 3, stride=1)[:, None]
