"""A long shot through the window of a short motion module. Unaware of prompts and schedulers.

The frames of a shot are denoised together; the motion module, which knows clips of L frames, sees
them through windows of L that overlap by half. What the windows predict of a frame is averaged,
with weights that rise from a window's ends to its middle; then the scheduler takes one step for
all. So no frame is final before its neighbours are, and there is no seam. Gen-L-Video (Wang et
al., arXiv:2305.18264) after MultiDiffusion (Bar-Tal et al., arXiv:2302.08113); weights that fall
towards a window's ends are as in FreeNoise (Qiu et al., arXiv:2310.15169).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch

    from animegen.render.denoise import Predict

    PredictWindow = Callable[[range, torch.Tensor, torch.Tensor, float], torch.Tensor]
    """As Predict, for these frames of the segment: z and what is returned are (1, C, L, h, w)."""


def lay_windows(frames: int, window: int) -> tuple[range, ...]:
    """Return windows over `frames`, each of `window` frames and half of it after the one before.

    The last ends with the last frame, and so may overlap by more.
    """
    last = max(0, frames - window)
    starts = [*range(0, last, window - window // 2), last]
    return tuple(range(start, min(start + window, frames)) for start in starts)


def pyramid(window: int) -> list[int]:
    """Return a window's weights: 1, 2, ..., 2, 1."""
    return [min(place + 1, window - place) for place in range(window)]


def over_windows(predict: PredictWindow, windows: Sequence[range]) -> Predict:
    """Return the weighted mean of what is predicted in each window.

    Beside one window's work it holds one tensor of z's shape.
    """
    import torch

    def predict_all(z: torch.Tensor, timestep: torch.Tensor, share: float) -> torch.Tensor:
        total = torch.zeros_like(z)
        weights = z.new_zeros(z.shape[2])
        for window in windows:
            part = slice(window.start, window.stop)
            weight = z.new_tensor(pyramid(len(window)))
            seen = predict(window, z[:, :, part], timestep, share)
            total[:, :, part] += seen * weight.view(-1, 1, 1)
            weights[part] += weight
        return total / weights.view(-1, 1, 1)

    return predict_all
