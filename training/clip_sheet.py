"""Sheets that show what moves: rows of frames, from pure noise and from a keyframe.

Unaware of training.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import torch

from training import sheet
from training.clips import FRAMES, WORDS
from training.sampling_clips import sample_clips

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt
    from diffusers import AutoencoderKL

    from training.clip_model import ClipModel

_log = logging.getLogger(__name__)
_SHOWN = 8  # frames of a clip
_STEPS, _FEW = 12, 2
_GUIDANCE = 4.0
_STRENGTH = 0.8
_PROMPTS = (
    "1girl, red hair, twin tails, green eyes, school uniform, upper body, rooftop, day, wind",
    "1girl, pink hair, long hair, blue eyes, kimono, upper body, cherry blossoms, falling petals",
    "1girl, black hair, bob cut, brown eyes, smile, sweater, portrait, room, day",
    "1boy, brown hair, short hair, waving, hoodie, cowboy shot, street, sunset",
    "1girl, blonde hair, ponytail, walking, dress, full body, from side, beach, day",
    "1girl, white hair, long hair, holding umbrella, jacket, upper body, city, night, rain",
)


def show_motion(model: ClipModel, autoencoder: AutoencoderKL, path: Path) -> None:
    """Write each prompt's clip from pure noise, and the one that grows from its keyframe."""
    prompts = _PROMPTS[: 2 if model.job.recipe.tiny else None]
    with model.cameras.dealt(still=len(prompts), moving=0):
        fresh = _sample(model, prompts)
        grown = _sample(model, prompts, start=_keyframes(model, prompts))
    both = torch.stack([fresh, grown], 1).flatten(0, 1)
    _write(path, both, autoencoder)


def show_cameras(model: ClipModel, autoencoder: AutoencoderKL, path: Path) -> None:
    """Write the clip of each word, in order, from one keyframe."""
    prompts = _PROMPTS[:1] * len(WORDS)
    start = _keyframes(model, prompts[:1])
    with model.cameras.dealt(still=0, moving=1):
        _write(path, _sample(model, prompts, start=start), autoencoder)


def _ids(model: ClipModel, prompts: tuple[str, ...]) -> torch.Tensor:
    ids = [model.job.words.encode(prompt) for prompt in prompts]
    return torch.tensor(ids, device=model.job.device)


def _keyframes(model: ClipModel, prompts: tuple[str, ...]) -> torch.Tensor:
    """Return latents (N, C, 1, h, w) that the UNet of stills makes."""
    return _sample(model, prompts, unet=model.base.unet)


def _sample(
    model: ClipModel,
    prompts: tuple[str, ...],
    *,
    start: torch.Tensor | None = None,
    unet: torch.nn.Module | None = None,
) -> torch.Tensor:
    tiny = model.job.recipe.tiny
    # Another batch size is not worth compiling for.
    with model.job.mixed, torch.compiler.set_stance("force_eager"):
        return sample_clips(
            unet or model.unet,
            model.base.text,
            _ids(model, prompts),
            steps=_FEW if tiny else _STEPS,
            guidance=_GUIDANCE,
            shape=model.job.recipe.native,
            start=start,
            strength=_STRENGTH,
        )


def _write(path: Path, z: torch.Tensor, autoencoder: AutoencoderKL) -> None:
    pictures = [frame for clip in z for frame in decode(autoencoder, clip[:, :: FRAMES // _SHOWN])]
    sheet.write(path, pictures, columns=_SHOWN)
    _log.info("%s shows %d clips", path, len(z))


@torch.no_grad()
def decode(autoencoder: AutoencoderKL, clip: torch.Tensor) -> npt.NDArray[np.uint8]:
    """Return the pictures (frames, h, w, 3) of latents (C, frames, h, w)."""
    got = autoencoder.decode(clip.transpose(0, 1).float()).sample
    levels = (got / 2 + 0.5).clamp(0, 1).mul(255).round().to(torch.uint8)
    return levels.permute(0, 2, 3, 1).cpu().numpy()
