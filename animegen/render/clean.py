"""Changes the clean picture that lies in a prediction. Unaware of what is changed, and why.

A model's output and the clean picture x0 that it means are two forms of one thing, with z = a x0 +
s noise (a, s: signal and noise of the step): eps = (z - a x0) / s, and v = (a z - x0) / s (Salimans
and Ho, arXiv:2202.00512), for a^2 + s^2 = 1. The change is added to the output in its own form, so
that where nothing is changed, not a bit is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.errors import RenderFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from animegen.render.schedulers import Schedule

    Change = Callable[[torch.Tensor], torch.Tensor]
    """Clean latents as the model means them to what is added to them, both (1, C, F, h, w)."""


def change_clean(
    output: torch.Tensor, z: torch.Tensor, schedule: Schedule, index: int, change: Change
) -> torch.Tensor:
    """Return the output of step `index` on `z` as if the model meant a changed clean picture.

    Raises:
        RenderFailed: when the model predicts in a form that is not known here.
    """
    signal = schedule.signals[index]
    noise = (1 - signal**2) ** 0.5
    match schedule.scheduler.config.prediction_type:
        case "epsilon":
            clean, slope = (z - noise * output) / signal, -signal / noise
        case "v_prediction":
            clean, slope = signal * z - noise * output, -1 / noise
        case "sample":
            clean, slope = output, 1.0
        case other:
            raise RenderFailed(f"chaining does not know the prediction type '{other}'")
    return output + slope * change(clean)
