"""What the render room is asked for, as shapes that the steps above it satisfy.

Unaware of storyboards, plans and stores. The steps' frozen dataclasses fit these protocols as
they are; the room cannot import them, because floors import downwards only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Bench(Protocol):
    """Where the work is done: see `animegen.steps.protocol.Work`."""

    @property
    def folder(self) -> Path:
        """Where the results go."""

    @property
    def device(self) -> str:
        """The torch device."""

    @property
    def compile(self) -> str:
        """Of `compiling.MODES`: whether models are compiled."""

    @property
    def offload(self) -> str:
        """`none`, `model` or `sequential`: see `offload`."""

    def weights(self, digest: str) -> Path:
        """Return where the weights of this digest lie."""

    def progress(self, done: int, total: int, unit: str) -> None:
        """Report progress; raises `Interrupted` to stop."""

    def note(self, message: str) -> None:
        """Report something the user should know."""


class Model(Protocol):
    """Which weights denoise, by content digest."""

    @property
    def base(self) -> str:
        """`sdxl` or `sd2`."""

    @property
    def weights(self) -> str:
        """Of the diffusers folder or the single file."""

    @property
    def vae(self) -> str | None:
        """Of the VAE that stands in for the base model's own."""

    @property
    def prediction(self) -> str | None:
        """What it predicts, `epsilon` or `v`, whatever its files say; None: as they say."""

    @property
    def motion(self) -> str | None:
        """Of the motion adapter; None for stills."""

    @property
    def dtype(self) -> str:
        """`float32`, `float16`, `bfloat16` or `float8`."""


class Lora(Protocol):
    """A LoRA at a strength."""

    @property
    def weights(self) -> str:
        """Of the file."""

    @property
    def weight(self) -> float:
        """Its strength; 0 is off."""


class Sampler(Protocol):
    """How noise becomes a picture."""

    @property
    def scheduler(self) -> str:
        """A key of `schedulers`."""

    @property
    def steps(self) -> int:
        """Denoising steps from pure noise."""

    @property
    def guidance(self) -> float:
        """Classifier-free guidance scale; 1 is off."""


class PromptKey(Protocol):
    """A prompt that holds at a frame of the shot's own clock."""

    @property
    def frame(self) -> int:
        """On the shot's own clock."""

    @property
    def text(self) -> str:
        """In the field's syntax: see `weighting`."""


class Conditioning(Protocol):
    """What the text encoders read."""

    @property
    def prompts(self) -> Sequence[PromptKey]:
        """At least one."""

    @property
    def negative(self) -> str:
        """What the pictures must not show."""

    @property
    def blend(self) -> str:
        """How the prompts pass into each other: `lerp` or `slerp`."""


class Picture(Protocol):
    """What keyframes and segments are asked for alike."""

    @property
    def model(self) -> Model:
        """The base model."""

    @property
    def loras(self) -> Sequence[Lora]:
        """In any order."""

    @property
    def sampler(self) -> Sampler:
        """Scheduler, steps, guidance."""

    @property
    def conditioning(self) -> Conditioning:
        """Prompts."""

    @property
    def width(self) -> int:
        """In pixels."""

    @property
    def height(self) -> int:
        """In pixels."""

    @property
    def seed(self) -> int:
        """Of all noise."""

    @property
    def allow_black(self) -> bool:
        """Whether pictures may be black, or of one colour."""


class Betas(Protocol):
    """The noise schedule that the motion module was trained with."""

    @property
    def schedule(self) -> str:
        """Name of the schedule in diffusers."""

    @property
    def start(self) -> float:
        """Variance of the first training step."""

    @property
    def end(self) -> float:
        """Variance of the last training step."""


class Guide(Protocol):
    """A ControlNet that follows maps: see `animegen.steps.diffusion.Guide`."""

    @property
    def use(self) -> str:
        """What the maps show, when it was found."""

    @property
    def weights(self) -> str:
        """Of the ControlNet for it."""

    @property
    def fallback(self) -> str | None:
        """Of the ControlNet for maps that show something else."""

    @property
    def weight(self) -> float:
        """Its strength in the shot's first frame."""

    @property
    def start(self) -> float:
        """The share of the steps before which it does nothing."""

    @property
    def end(self) -> float:
        """The share of the steps from which on it does nothing."""

    @property
    def decay(self) -> float:
        """The share of its strength that it loses over the frames."""


class Clip(Picture, Protocol):
    """What a segment is asked for besides."""

    @property
    def first(self) -> int:
        """The first frame, on the shot's own clock, overlap included."""

    @property
    def frames(self) -> int:
        """How many frames, overlap included."""

    @property
    def overlap(self) -> int:
        """Frames frozen to the end of the segment before."""

    @property
    def keep(self) -> int:
        """Frames whose latents are left for the segment after."""

    @property
    def strength(self) -> float:
        """How much is noised away of the picture to start from, 0 to 1."""

    @property
    def betas(self) -> Betas:
        """The motion module's noise schedule."""

    @property
    def motion(self) -> Lora | None:
        """The motion LoRA."""

    @property
    def guides(self) -> Sequence[Guide]:
        """What the frames follow besides the prompt."""

    @property
    def fade(self) -> int:
        """New frames over which the error on the last frozen one is carried on; 0: none."""

    @property
    def window(self) -> int:
        """Frames that the motion module sees at once; 0: all."""

    @property
    def drift(self) -> float:
        """How far new frames are drawn to the keyframe's colours and contrast, 0 to 1."""


class Drawing(Protocol):
    """A kind of control map, and what finds it in a picture."""

    @property
    def word(self) -> str:
        """`openpose`, `depth`, `canny` or `lineart`."""

    @property
    def detector(self) -> str | None:
        """Of the detector; None where none is needed."""


class Maps(Protocol):
    """What is asked for when maps are drawn."""

    @property
    def drawings(self) -> Sequence[Drawing]:
        """What to look for, and after it what to draw where it is not found."""

    @property
    def skip(self) -> int:
        """Pictures to pass over first."""

    @property
    def frames(self) -> int:
        """How many maps to draw."""
