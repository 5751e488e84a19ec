"""A shot's keyframe: one picture from text, through the 2D UNet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from animegen.steps.protocol import WHEN_SET, Loaded

if TYPE_CHECKING:
    from animegen.steps.diffusion import Conditioning, Lora, Model, Sampler
    from animegen.steps.protocol import Inputs, Work


@dataclass(frozen=True, kw_only=True)
class Keyframe:
    """Leaves `keyframe.png` and `keyframe.safetensors` (the latent, (1, C, h, w), scaled)."""

    kind: ClassVar[str] = "keyframe"
    revision: ClassVar[int] = 1

    model: Model
    loras: tuple[Lora, ...]
    sampler: Sampler
    conditioning: Conditioning
    width: int
    height: int
    seed: int
    """Noise is drawn per frame from (seed, frame, stream) on the CPU."""
    allow_black: bool = field(default=False, metadata=WHEN_SET)
    """Whether a picture that is black, or of one colour, is a result and not a failure."""

    @property
    def loaded(self) -> Loaded:
        """What must be loaded first."""
        return Loaded(self.model, self.loras)

    def render(self, inputs: Inputs, work: Work) -> None:
        """Denoise one picture."""
        from animegen.render.keyframe import render_keyframe

        del inputs  # nothing conditions a keyframe but text
        render_keyframe(self, work)
