"""A segment: 16 frames of a shot, through the motion UNet, chained to the segment before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from animegen.steps.diffusion import Conditioning, Lora, Model, Sampler
    from animegen.steps.protocol import Inputs, Work


@dataclass(frozen=True, kw_only=True)
class Betas:
    """The noise schedule that the motion module was trained with; SDXL's own by default."""

    schedule: str = "scaled_linear"
    start: float = 0.00085
    end: float = 0.012


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Leaves `frames.mkv` (FFV1, only the frames that are new) and `tail.safetensors`.

    Inputs: `keyframe`, and `previous` (a Segment) unless it is the shot's first. The tail holds
    the last `overlap` clean latents, (1, C, overlap, h, w), that the next segment starts from.
    """

    kind: ClassVar[str] = "segment"
    revision: ClassVar[int] = 1

    model: Model
    loras: tuple[Lora, ...]
    sampler: Sampler
    conditioning: Conditioning
    width: int
    height: int
    seed: int
    first: int
    """Index of this segment's first frame on the shot's own clock, overlap included."""
    frames: int
    overlap: int
    """Frames frozen to the end of the segment before; 0 in a shot's first segment."""
    keep: int
    """Latents kept in the tail for the segment after."""
    strength: float
    """How much is noised away of the picture that the new frames start from, 0 to 1.

    That picture is the keyframe in a shot's first segment, later the last latent of the tail.
    """
    betas: Betas = Betas()

    def render(self, inputs: Inputs, work: Work) -> None:
        """Denoise the segment and decode its new frames."""
        from animegen.render.segment import render_segment

        previous = inputs.get("previous")
        render_segment(
            self,
            work,
            keyframe=inputs["keyframe"].path("keyframe.safetensors"),
            tail=previous.path("tail.safetensors") if previous else None,
        )
