"""Loads a base model from a folder in diffusers' layout. Unaware of devices and prompts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from animegen.render.checkpoint import Parts
from animegen.render.layout import MODEL_INDEX, variant_of
from animegen.render.vae import load_vae

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from animegen.render.bases import Base


def load_folder(folder: Path, base: Base, dtype: torch.dtype, *, vae: Path | None) -> Parts:
    """Return the parts of the model in `folder`; `vae` stands in for its own.

    Raises:
        OSError, ValueError, KeyError, RuntimeError: when it is no such model.
    """
    from diffusers import UNet2DConditionModel
    from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

    index = _read_json(folder / MODEL_INDEX)
    schedule = _read_json(folder / "scheduler" / "scheduler_config.json")
    unet = UNet2DConditionModel.from_pretrained(
        folder / "unet",
        use_safetensors=True,
        torch_dtype=dtype,
        variant=variant_of(folder / "unet"),
    )
    encoders = [
        (CLIPTextModelWithProjection if reader.pooled else CLIPTextModel).from_pretrained(
            folder / reader.encoder,
            use_safetensors=True,
            dtype=dtype,
            variant=variant_of(folder / reader.encoder),
        )
        for reader in base.readers
    ]
    return Parts(
        unet=unet,
        vae=load_vae(vae or folder / "vae", base),
        tokenizers=tuple(
            CLIPTokenizer.from_pretrained(folder / reader.tokenizer) for reader in base.readers
        ),
        encoders=tuple(encoders),
        schedule=schedule,
        zero_empty=bool(index.get("force_zeros_for_empty_prompt", base.zero_empty)),
    )


def _read_json(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
