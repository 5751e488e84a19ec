"""Renders a segment: a shot's next frames, through the motion UNet. Unaware of shots.

Chaining: the last clean latents of the segment before are this one's first frames. They are held
at the noise level of every step while the new frames grow out of them; and the new frames start
from the last of them, noised to `strength`, as the shot's first segment starts from its keyframe.
A segment that is longer than the motion module's clips is seen through windows.
"""

from __future__ import annotations

from contextlib import closing
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from animegen.errors import RenderFailed
from animegen.render.conveyor import hand_over
from animegen.render.decode import decode_frames
from animegen.render.denoise import denoise, middle_of
from animegen.render.drift import towards
from animegen.render.latents import load_latents, save_latents
from animegen.render.memory import enough_for, with_room
from animegen.render.models import load_checkpoint
from animegen.render.noise import noise_source
from animegen.render.predictor import predictor
from animegen.render.schedulers import lay_out
from animegen.render.seam import carry_on
from animegen.render.session import session
from animegen.render.windows import lay_windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy as np
    import torch
    from numpy.typing import NDArray

    from animegen.render.clean import Change
    from animegen.render.control import Maps
    from animegen.render.job import Bench, Clip

FRAMES = "frames.mkv"
TAIL = "tail.safetensors"
_RATE = Fraction(8)
"""Of the file only: frames are counted, and the plan knows how long each is shown."""


def render_segment(
    job: Clip, bench: Bench, *, keyframe: Path, tail: Path | None, maps: Mapping[str, Maps]
) -> None:
    """Write `frames.mkv`, the new frames only, and `tail.safetensors`, (1, C, keep, h, w).

    `keyframe` holds the shot's first latent (1, C, h, w); `tail` what the segment before left,
    or None in a shot's first segment; `maps` what the job's guides follow, by control word.

    Raises:
        WeightsMissing, WeightsUnusable: when the pack's weights or a LoRA cannot be loaded.
        RenderFailed: when a picture is broken, the settings cannot be sampled, or memory ends.
    """
    from animegen.video.encode import write_lossless_rgb

    with session(bench.device) as device:
        latent, overlap = load_latents(keyframe, device), _overlap(job, tail, device)
        with enough_for((job.width, job.height), bench):
            z = with_room(lambda: _denoise(job, bench, latent, overlap, maps, device), bench)
            vae = load_checkpoint(job.model, bench, device).vae
            new = z[:, :, job.overlap :]
            with closing(decode_frames(vae, new, bench, allow_black=job.allow_black)) as frames:
                # Encoded in a thread, while the next ones are decoded.
                hand_over(
                    _counted(frames, job.frames - job.overlap, bench),
                    lambda arriving: write_lossless_rgb(bench.folder / FRAMES, arriving, _RATE),
                )
    save_latents(bench.folder / TAIL, z[:, :, -job.keep :])


def _overlap(job: Clip, tail: Path | None, device: torch.device) -> torch.Tensor | None:
    """Return the clean latents (1, C, k, h, w) that the segment begins with, if any."""
    if tail is None:
        return None
    latents = load_latents(tail, device)
    if latents.shape[2] != job.overlap:
        raise RenderFailed(
            f"the segment before left {latents.shape[2]} frames to continue from, not {job.overlap}"
        )
    return latents


def _denoise(
    job: Clip,
    bench: Bench,
    keyframe: torch.Tensor,
    frozen: torch.Tensor | None,
    maps: Mapping[str, Maps],
    device: torch.device,
) -> torch.Tensor:
    checkpoint = load_checkpoint(job.model, bench, device)
    schedule = lay_out(
        job.sampler.scheduler,
        checkpoint.scheduler_config() | _betas(job),
        steps=job.sampler.steps,
        strength=job.strength,
    )
    total = len(schedule.timesteps)
    _tell_idle(job, total, bench)
    windows = lay_windows(job.frames, job.window or job.frames)
    calls, unit = len(windows), "step" if len(windows) == 1 else "window"
    frames = range(job.first, job.first + job.frames)
    return denoise(
        predictor(job, bench, checkpoint, maps, windows, total),
        schedule,
        noise_source(job.seed, frames, checkpoint.latent_size(job.width, job.height), device),
        lambda done, total: bench.progress(done * calls, total * calls, unit),
        start=keyframe[:, :, None] if frozen is None else frozen[:, :, -1:],
        frozen=frozen,
        changes=_changes(job, keyframe, frozen),
    )


def _changes(job: Clip, keyframe: torch.Tensor, frozen: torch.Tensor | None) -> list[Change]:
    """Return what is done in every step to what the model takes for the clean frames."""
    changes = [towards(keyframe, job.drift, frozen=job.overlap)] if job.drift else []
    if frozen is not None and job.fade:
        changes.append(carry_on(frozen, job.fade))
    return changes


def _tell_idle(job: Clip, total: int, bench: Bench) -> None:
    """Note the guides that were asked for and act in no step."""
    for guide in job.guides:
        if not any(guide.start <= middle_of(step, total) < guide.end for step in range(total)):
            bench.note(f"{guide.use} acts in none of the {total} steps: widen `start` to `end`")


def _betas(job: Clip) -> dict[str, Any]:
    betas = job.betas
    return {
        "beta_schedule": betas.schedule,
        "beta_start": betas.start,
        "beta_end": betas.end,
        "trained_betas": None,
    }


def _counted(
    frames: Iterator[NDArray[np.uint8]], total: int, bench: Bench
) -> Iterator[NDArray[np.uint8]]:
    for done, frame in enumerate(frames, start=1):
        yield frame
        bench.progress(done, total, "frame")
