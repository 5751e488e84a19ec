"""What families of base models differ in, one row of data each. Unaware of files and devices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from animegen.errors import WeightsUnusable

_LAYOUTS = Path(__file__).parent / "layouts"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A text encoder with its tokenizer, by their folders in a checkpoint."""

    encoder: str
    tokenizer: str
    pooled: bool = False
    """Whether it is a CLIPTextModelWithProjection, whose pooled output conditions the UNet, too."""
    padding: str
    """What its tokenizer fills up a prompt with."""


@dataclass(frozen=True, kw_only=True)
class Base:
    """A family of base models."""

    name: str
    """As packs write it."""
    title: str
    readers: tuple[Reader, ...]
    """Their embeddings are joined along the features, in this order."""
    hidden: str
    """Which hidden states the UNet reads, a name of compel's ReturnedEmbeddingsType."""
    zero_empty: bool
    """Whether an empty negative prompt is zeros, where the checkpoint does not say."""
    heeds_upcast: bool
    """Whether the VAE's `force_upcast` means anything: diffusers writes it for every VAE."""
    prediction: str
    """What a single file's UNet predicts, unless the file says otherwise."""
    motion_note: str = ""
    """What a user should know of motion modules on these features."""
    layouts: Path = _LAYOUTS
    """Where `<name>/` holds the configurations that a single file lacks."""

    @property
    def configs(self) -> Path:
        """A diffusers folder without weights: how a single file of this family is read."""
        return self.layouts / self.name


SDXL = Base(
    name="sdxl",
    title="an SDXL model",
    readers=(
        Reader(encoder="text_encoder", tokenizer="tokenizer", padding="<|endoftext|>"),
        Reader(encoder="text_encoder_2", tokenizer="tokenizer_2", pooled=True, padding="!"),
    ),
    hidden="PENULTIMATE_HIDDEN_STATES_NON_NORMALIZED",
    zero_empty=True,
    heeds_upcast=True,
    prediction="epsilon",
)
SD2 = Base(
    name="sd2",
    title="a Stable Diffusion 2 model",
    readers=(Reader(encoder="text_encoder", tokenizer="tokenizer", padding="!"),),
    # OpenCLIP's last layer is left off in the checkpoint: the last one is its penultimate.
    hidden="LAST_HIDDEN_STATES_NORMALIZED",
    zero_empty=False,
    heeds_upcast=False,
    prediction="v_prediction",
    motion_note="motion on Stable Diffusion 2 is experimental: "
    "no motion module was trained on its features",
)
BASES = {base.name: base for base in (SDXL, SD2)}


def base_of(name: str) -> Base:
    """Return the family with this name.

    Raises:
        WeightsUnusable: when there is none.
    """
    if name not in BASES:
        raise WeightsUnusable(
            f"base model '{name}' cannot be rendered", remedy=f"use {' or '.join(BASES)}"
        )
    return BASES[name]
