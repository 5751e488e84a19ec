"""What the render tests ask for: a still, two chained segments, a bench that lends weights."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from animegen.steps.diffusion import Conditioning, Lora, Model, PromptKey, Sampler
from animegen.steps.keyframe import Keyframe
from animegen.steps.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIZE = 64


@dataclass
class FakeBench:
    """Lends the pack's folders and LoRAs by their names instead of digests; `found` adds others."""

    pack: Path
    folder: Path
    device: str = "cpu"
    offload: str = "none"
    found: dict[str, Path] = field(default_factory=dict)
    reports: list[tuple[int, int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    on_progress: Callable[[int, int, str], None] | None = None

    def weights(self, digest: str) -> Path:
        if digest in self.found:
            return self.found[digest]
        place = self.pack / digest
        return place if place.is_dir() else self.pack / "loras" / f"{digest}.safetensors"

    def progress(self, done: int, total: int, unit: str) -> None:
        self.reports.append((done, total, unit))
        if self.on_progress:
            self.on_progress(done, total, unit)

    def note(self, message: str) -> None:
        self.notes.append(message)


MODEL = Model(base="sdxl", weights="base")
MOVING = Model(base="sdxl", weights="base", motion="motion")
LCM = Sampler(scheduler="lcm", steps=4, guidance=1.7)
DPM = Sampler(scheduler="dpmpp-2m-karras", steps=6, guidance=6.0)
STILL = Keyframe(
    model=MODEL,
    loras=(),
    sampler=LCM,
    conditioning=Conditioning(prompts=(PromptKey(frame=0, text="girl, rain, city street"),)),
    width=SIZE,
    height=SIZE,
    seed=7,
)
FIRST = Segment(
    model=MOVING,
    loras=(),
    sampler=LCM,
    conditioning=STILL.conditioning,
    width=SIZE,
    height=SIZE,
    seed=8,
    first=0,
    frames=6,
    overlap=0,
    keep=2,
    strength=0.8,
)
NEXT = replace(FIRST, first=4, overlap=2, keep=6)


def lora(name: str, weight: float = 0.8) -> Lora:
    return Lora(weights=name, weight=weight)


def difference(unet: Any, motion: Any, frames: int = 3) -> float:
    """Return how far the motion UNet's frames are from the 2D UNet's pictures."""
    import torch

    generator = torch.Generator().manual_seed(0)
    z = torch.randn(1, 4, frames, 8, 8, generator=generator)
    width = unet.config.cross_attention_dim
    tokens = torch.randn(1, 77, width, generator=generator)
    pooled = torch.randn(1, 48, generator=generator)
    added = {"text_embeds": pooled, "time_ids": torch.tensor([[64.0, 64, 0, 0, 64, 64]])}
    added = added if unet.config.addition_embed_type else None
    time = torch.tensor(500)
    with torch.no_grad():
        moving = motion(
            z, time, tokens.expand(frames, -1, -1), added_cond_kwargs=added, return_dict=False
        )[0]
        stills = [
            unet(z[:, :, index], time, tokens, added_cond_kwargs=added, return_dict=False)[0]
            for index in range(frames)
        ]
    return float((moving - torch.stack(stills, dim=2)).abs().max())
