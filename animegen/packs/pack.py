"""What a pack is: every weight it brings and the numbers its makers recommend.

Plain data, read from `packs/<name>.toml` or a user's file. Unaware of torch and of where weights
lie.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

Side = Annotated[int, Field(ge=8)]
"""In pixels: a latent holds 8 x 8 of them."""
ControlWord = Annotated[str, Field(pattern="^(openpose|depth|canny|lineart)$")]
FoundWord = Annotated[str, Field(pattern="^(openpose|depth)$")]
NEED_DETECTORS = ("openpose", "depth")
"""Control words whose maps are found by a network; edges and lines are computed."""
DeviceKind = Annotated[str, Field(pattern="^(cpu|cuda|mps)$")]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Component(_Row):
    """A file or folder of weights."""

    path: str
    """Relative to the pack's weights folder."""
    source: str = ""
    """Where it was published."""
    licence: str = ""


class LoraFile(Component):
    """A LoRA with the range in which its makers recommend it."""

    role: Literal["style", "character", "aesthetic", "few-step", "motion"]
    low: float = 0.5
    high: float = 1.0
    triggers: tuple[str, ...] = ()
    """Words that must stand in the prompt for the LoRA to act."""

    @property
    def usual(self) -> float:
        """The middle of the recommended range: the weight when a storyboard names none."""
        return round((self.low + self.high) / 2, 3)


class QualitySettings(_Row):
    """What `draft`, `fast` and `high` mean for this pack, and where they still make sense."""

    scheduler: Literal["lcm", "tcd", "dpmpp-2m-karras"]
    steps: int = Field(ge=1)
    guidance: float = Field(ge=1)
    steps_range: tuple[int, int]
    guidance_range: tuple[float, float]
    lora: str | None = None
    """The few-step LoRA (an entry of `loras`) that the scheduler needs."""


class FrameSettings(_Row):
    """The sizes that the pack was trained for."""

    width: Side
    height: Side
    multiple: Side = 8
    """Width and height must be multiples of this."""


class MotionSettings(_Row):
    """The motion adapter and how its segments are chained."""

    path: str
    source: str = ""
    licence: str = ""
    frames: int = Field(default=16, ge=2)
    overlap: int = Field(default=4, ge=1, validate_default=True)
    strength: float = Field(default=0.8, gt=0, le=1)
    """How much of the keyframe's latent is noised away before the first segment."""
    beta_schedule: str = "scaled_linear"
    beta_start: float = 0.00085
    beta_end: float = 0.012

    @field_validator("overlap")
    @classmethod
    def _leaves_new_frames(cls, overlap: int, info: ValidationInfo) -> int:
        if overlap >= info.data.get("frames", overlap + 1):  # absent when it is wrong itself
            raise PydanticCustomError("overlap", "Input should be less than `frames`")
        return overlap


class Pack(_Row):
    """A set of weights that belong together."""

    name: str
    title: str
    base_model: Literal["sdxl", "sd2"]
    licence: str
    weights: str
    """`generated:NAME` (made by code on first use) or a folder, relative to the pack's file."""
    dtype: dict[DeviceKind, Literal["float32", "float16", "bfloat16"]]
    """Numerics by kind of device."""
    frame: FrameSettings
    qualities: Annotated[dict[Literal["draft", "fast", "high"], QualitySettings], Field()]
    base: Component
    vae: Component | None = None
    """Takes the place of the base model's own."""
    motion: MotionSettings
    loras: dict[str, LoraFile] = Field(default_factory=dict)
    motion_loras: dict[str, LoraFile] = Field(default_factory=dict)
    """By motion word; a word that is missing here becomes a virtual camera."""
    controls: dict[ControlWord, Component] = Field(default_factory=dict)
    """ControlNets by control word; one folder may serve several."""
    detectors: dict[FoundWord, Component] = Field(default_factory=dict)
    """What finds poses and distances in pictures; edges and lines need no weights."""

    def follows(self, word: str) -> bool:
        """Whether maps of this control word can be drawn and then followed."""
        drawn = word in self.detectors or word not in NEED_DETECTORS
        return drawn and word in self.controls
