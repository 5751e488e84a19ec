"""The ingredients that keyframes and segments share. Plain data; unaware of torch."""

from __future__ import annotations

from dataclasses import dataclass, field

from animegen.steps.protocol import WHEN_SET


@dataclass(frozen=True, kw_only=True)
class Model:
    """Which weights denoise, by content digest."""

    base: str
    """`sdxl` or `sd2`: how the text is encoded and which conditioning the UNet takes."""
    weights: str
    """Digest of the diffusers folder or checkpoint that holds UNet, VAE and text encoders."""
    motion: str | None = None
    """Digest of the motion adapter; None for still pictures."""
    dtype: str = "float32"
    """Numerics of the UNet: float32, float16, bfloat16 or float8."""
    vae: str | None = field(default=None, metadata=WHEN_SET)
    """Digest of the VAE that stands in for the base model's own."""
    prediction: str | None = field(default=None, metadata=WHEN_SET)
    """What the UNet predicts, `epsilon` or `v`, where the pack knows better than its files."""


@dataclass(frozen=True, kw_only=True)
class Lora:
    """A LoRA at a strength."""

    weights: str
    """Content digest; a renamed file is the same LoRA."""
    weight: float


@dataclass(frozen=True, kw_only=True)
class Sampler:
    """How noise becomes a picture."""

    scheduler: str
    """`lcm`, `tcd` or `dpmpp-2m-karras`."""
    steps: int
    guidance: float
    """Classifier-free guidance scale; the unconditional half is skipped at 1."""


@dataclass(frozen=True, kw_only=True)
class PromptKey:
    """A prompt that holds from a frame on, frames counted from the shot's first generated one."""

    frame: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Conditioning:
    """What the text encoders read."""

    prompts: tuple[PromptKey, ...]
    negative: str = ""
    blend: str = field(default="lerp", metadata=WHEN_SET)
    """How the embeddings move between two prompts: `lerp`, straight, or `slerp`, along an arc."""


@dataclass(frozen=True, kw_only=True)
class Guide:
    """A ControlNet that follows maps of the shot's own pictures."""

    use: str
    """The control word, which is also the input's role: `openpose`, `depth`, `canny`, `lineart`."""
    weights: str
    """Digest of the ControlNet."""
    fallback: str | None = None
    """Digest of the ControlNet for maps on which something else was drawn, nothing being found."""
    weight: float = 1.0
    start: float = 0.0
    end: float = 1.0
    """It acts in the steps whose middle lies between these shares of all steps."""
    decay: float = 0.0
    """The share of its weight that is lost over as many frames as a segment has, counted from the
    shot's first; there it stays. A keyframe's map that never weakens freezes the picture."""
