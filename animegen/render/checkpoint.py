"""A loaded base model: its parts, and what follows from them. Unaware of files and prompts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch

    from animegen.render.bases import Base
    from animegen.render.offload import Stage


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a folder or a single file holds, still on the CPU."""

    unet: Any
    """UNet2DConditionModel."""
    vae: Any
    """AutoencoderKL."""
    tokenizers: tuple[Any, ...]
    encoders: tuple[Any, ...]
    """CLIPTextModel or CLIPTextModelWithProjection, one for each of the base's readers."""
    schedule: Mapping[str, Any]
    """The configuration of its scheduler: betas, prediction type."""
    zero_empty: bool
    """Whether an empty negative prompt is encoded as zeros."""


@dataclass(kw_only=True)
class Checkpoint:
    """A base model on a device, with the motion UNets built on it."""

    base: Base
    device: torch.device
    """Where it computes."""
    stage: Stage = field(init=False)
    """Where its models are meanwhile; set once they are loaded."""
    unet: Any
    """UNet2DConditionModel."""
    vae: Any
    """AutoencoderKL, in the numerics that it was made for."""
    tokenizers: tuple[Any, ...]
    encoders: tuple[Any, ...]
    """One for each of the base's readers."""
    schedule: Mapping[str, Any]
    zero_empty: bool
    """Whether an empty negative prompt is encoded as zeros, as SDXL was trained."""
    motion: dict[str, Any] = field(default_factory=dict)
    """The motion UNet by its adapter's digest; at most one."""
    controls: dict[str, Any] = field(default_factory=dict)
    """ControlNetModels by digest: those of the last segment that was guided."""

    def scheduler_config(self) -> dict[str, Any]:
        """Return the checkpoint's own noise schedule."""
        return dict(self.schedule)

    def latent_size(self, width: int, height: int) -> tuple[int, int, int]:
        """Return the (C, h, w) of the latents of a frame, from its size in pixels."""
        factor = 2 ** (len(self.vae.config.block_out_channels) - 1)
        return self.vae.config.latent_channels, height // factor, width // factor

    def wearers(self, unet: Any) -> dict[str, Any]:
        """Return the models that a LoRA may act on, by their prefix in its file."""
        names = (reader.encoder for reader in self.base.readers)
        return {"unet": unet} | dict(zip(names, self.encoders, strict=True))
