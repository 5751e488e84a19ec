"""A segment: 16 frames of a shot, through the motion UNet, chained to the segment before it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from animegen.steps.protocol import WHEN_SET, Loaded

if TYPE_CHECKING:
    from animegen.steps.diffusion import Conditioning, Guide, Lora, Model, Sampler
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

    Inputs: `keyframe`, `previous` (a Segment) unless it is the shot's first, and a Control for each
    guide, its word being the role: with one map for all frames, or one for each. The tail holds
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
    motion: Lora | None = field(default=None, metadata=WHEN_SET)
    """The motion LoRA, worn by the motion modules."""
    guides: tuple[Guide, ...] = field(default=(), metadata=WHEN_SET)
    allow_black: bool = field(default=False, metadata=WHEN_SET)
    """Whether pictures that are black, or of one colour, are a result and not a failure."""
    fade: int = field(default=0, metadata=WHEN_SET)
    """New frames that are corrected by what the model is off on the last frozen one, ever less.

    0: the new frames know of the frozen ones through the motion modules only."""
    window: int = field(default=0, metadata=WHEN_SET)
    """Frames that the motion module sees at once, in windows that overlap by half; 0: all."""
    drift: float = field(default=0.0, metadata=WHEN_SET)
    """How far every new frame is drawn to the colours and contrast of the keyframe, 0 to 1."""

    @property
    def loaded(self) -> Loaded:
        """What must be loaded first."""
        motion = () if self.motion is None else (self.motion,)
        return Loaded(replace(self.model, motion=None), self.loras, motion)

    def render(self, inputs: Inputs, work: Work) -> None:
        """Denoise the segment and decode its new frames."""
        from animegen.render.control import read_maps
        from animegen.render.segment import render_segment

        previous = inputs.get("previous")
        render_segment(
            self,
            work,
            keyframe=inputs["keyframe"].path("keyframe.safetensors"),
            tail=previous.path("tail.safetensors") if previous else None,
            maps={guide.use: read_maps(inputs[guide.use].path) for guide in self.guides},
        )
