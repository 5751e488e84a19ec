"""A segment: 16 frames of a shot, through the motion UNet, chained to the segment before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from animegen.steps.diffusion import Conditioning, Lora, Model, Sampler
    from animegen.steps.protocol import Inputs, Work


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
    """How much of the keyframe is noised away before the first segment starts, 0 to 1."""
    fps: str
    """Generation rate, as a fraction; written into `frames.mkv`."""

    def render(self, inputs: Inputs, work: Work) -> None:
        """Denoise the segment and decode its new frames."""
        raise NotImplementedError
