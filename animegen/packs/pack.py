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
    """A file or folder of weights: where it lies, or where it was published."""

    path: str
    """Relative to the pack's weights folder. Of what was published on a hub, also the name under
    which it may lie in the project; an absolute path is the only place that is looked at."""
    hub: str = Field(default="", pattern=r"^([\w.-]+/[\w.-]+)?$")
    """The repository on the Hugging Face hub, `owner/name`."""
    revision: str = "main"
    """A commit, tag or branch of the repository; only a commit always means the same files."""
    files: Annotated[tuple[str, ...], Field(validate_default=True)] = ()
    """The repository's files that are used: nothing else is downloaded."""
    names: tuple[str, ...] = ()
    """What the file or folder is called in other programs' model folders, besides `path`."""
    sha256: dict[str, str] = Field(default_factory=dict)
    """What is known of the published files' content, by their names in `files`."""
    size: str = ""
    """Of the download, as its page states it."""
    source: str = ""
    """Where it was published."""
    licence: str = ""
    base_model: str = ""
    """What it was made for, where that matters."""
    verified: bool | None = None
    """Whether repository, commit, files and licence were all confirmed; None: nobody says."""
    experimental: bool = False
    """Nobody trained this part for this base model."""
    note: str = ""
    """What a user should know before downloading it."""
    citation: str = ""
    """BibTeX of what its makers ask to be cited: one entry, or several."""

    @field_validator("files")
    @classmethod
    def _names_the_files(cls, files: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("hub") and not files:
            raise PydanticCustomError("files", "Input should name the files of `hub` that are used")
        return files


class Checkpoint(Component):
    """The base model."""

    prediction: Literal["epsilon", "v"] | None = None
    """What its UNet predicts, for a file that does not say, or says it wrongly."""


ORIGIN = frozenset(Checkpoint.model_fields) - {"path"}
"""What tells where a component came from; of another file it would be wrong."""


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


class MotionSettings(Component):
    """The motion adapter and how its segments are chained."""

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
    weights: str = ""
    """`generated:NAME` (made by code on first use) or a folder, relative to the pack's file. Empty:
    the pack has no files of its own, and its parts are looked for where models lie (`places`)."""
    dtype: dict[DeviceKind, Literal["float32", "float16", "bfloat16", "float8"]]
    """Numerics by kind of device."""
    frame: FrameSettings
    qualities: Annotated[dict[Literal["draft", "fast", "high"], QualitySettings], Field()]
    base: Checkpoint
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
    embedder: Component | None = None
    """A CLIP vision tower that tells whether two pictures show the same. It draws nothing."""

    def follows(self, word: str) -> bool:
        """Whether maps of this control word can be drawn and then followed."""
        drawn = word in self.detectors or word not in NEED_DETECTORS
        return drawn and word in self.controls
