"""ControlNets at work: what they add to the UNet's features, frame by frame. Unaware of files.

B is the batch of classifier-free guidance (1 or 2), F the frames; a ControlNet sees B * F pictures,
all frames of one half before the other's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from animegen.errors import RenderFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import torch

    from animegen.render.control import Maps
    from animegen.render.job import Clip, Guide


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """A ControlNet with what it follows in a segment."""

    network: Any
    """ControlNetModel."""
    maps: torch.Tensor
    """(F, 3, H, W), 0 to 1."""
    scales: torch.Tensor
    """(F,): how strictly each frame follows its map."""
    start: float
    end: float

    def acts(self, share: float) -> bool:
        """Whether it takes part in the step whose middle lies at `share` of all steps."""
        return self.start <= share < self.end


def guidances(
    job: Clip,
    maps: Mapping[str, Maps],
    networks: Mapping[str, Any],
    device: torch.device,
    *,
    part: range | None = None,
    share: float | None = None,
) -> tuple[Guidance, ...]:
    """Return what guides a segment; `maps` by control word, `networks` by digest.

    `part` are some of its frames, counted from its first, instead of all; with `share`, only
    what acts in that step is read from its files.

    Raises:
        RenderFailed: when there is neither one map nor one for each frame.
    """
    part = range(job.frames) if part is None else part
    return tuple(
        Guidance(
            network=networks[digest],
            maps=_load(maps[guide.use], part).to(device, networks[digest].dtype),
            scales=scales.to(device),
            start=guide.start,
            end=guide.end,
        )
        for guide in job.guides
        if share is None or guide.start <= share < guide.end
        for digest, scales in _scales(guide, maps[guide.use], job, part)
    )


def frame_scales(guide: Guide, frames: Sequence[int], fading: int) -> list[float]:
    """Return how strictly `frames` of the shot follow their maps.

    The weight falls in a straight line over the shot's first `fading` frames.
    """
    return [
        guide.weight * (1 - guide.decay * min(1.0, frame / max(1, fading - 1))) for frame in frames
    ]


def residuals(
    guides: Sequence[Guidance],
    batch: torch.Tensor,
    timestep: torch.Tensor,
    tokens: torch.Tensor,
    added: Mapping[str, torch.Tensor] | None,
) -> dict[str, Any]:
    """Return the sum of what the ControlNets add, as arguments of `UNetMotionModel`.

    `batch` is the UNet's input (B, C, F, h, w), `tokens` (B * F, L, D), `added` its pooled text and
    sizes, (B, ...), or None. Nothing is returned when nothing guides.
    """
    if not guides:
        return {}
    halves, channels, frames, *size = batch.shape
    pictures = batch.transpose(1, 2).reshape(halves * frames, channels, *size)
    spread = added and {
        name: value.repeat_interleave(frames, dim=0) for name, value in added.items()
    }
    down, middle = (), None
    for guide in guides:
        more, mid = guide.network(
            pictures,
            timestep,
            encoder_hidden_states=tokens,
            controlnet_cond=guide.maps.repeat(halves, 1, 1, 1),
            conditioning_scale=guide.scales.repeat(halves).view(-1, 1, 1, 1).to(batch.dtype),
            added_cond_kwargs=spread,
            return_dict=False,
        )
        down = tuple(a + b for a, b in zip(down, more, strict=True)) if down else tuple(more)
        middle = mid if middle is None else middle + mid
    return {"down_block_additional_residuals": down, "mid_block_additional_residual": middle}


def _scales(guide: Guide, maps: Maps, job: Clip, part: range) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield each ControlNet that is needed and its frames' scales: 0 where another one serves."""
    import torch

    if len(maps.words) not in (1, job.frames):
        raise RenderFailed(f"there are {len(maps.words)} control maps for {job.frames} frames")
    words = maps.words * (job.frames // len(maps.words))
    serving = [_serving(guide, words[frame]) for frame in part]
    frames = range(job.first + part.start, job.first + part.stop)
    scales = frame_scales(guide, frames, job.window or job.frames)
    for digest in dict.fromkeys(serving):
        own = [scale * (digest == other) for scale, other in zip(scales, serving, strict=True)]
        if digest and any(own):
            yield digest, torch.tensor(own)


def _serving(guide: Guide, word: str | None) -> str | None:
    if word is None:
        return None
    return guide.weights if word == guide.use else guide.fallback


def _load(maps: Maps, part: range) -> torch.Tensor:
    """Return the maps of these frames (F, 3, H, W), 0 to 1; a single one serves every frame."""
    import numpy as np
    import torch
    from PIL import Image

    pictures = []
    for path in maps.paths if len(maps.paths) == 1 else maps.paths[part.start : part.stop]:
        with Image.open(path) as picture:
            pictures.append(torch.from_numpy(np.asarray(picture.convert("RGB")).copy()))
    levels = torch.stack(pictures).permute(0, 3, 1, 2).float() / 255
    return levels.expand(len(part), -1, -1, -1)
