"""Loads a base model from one file with the original names. Unaware of devices and prompts.

Such a file (`sd_xl_base_1.0.safetensors`, and what A1111, ComfyUI and trainers save) holds tensors
only. Its configurations and its vocabulary, the same for all of a family, lie in `layouts/`, so
that nothing is ever fetched; the names are translated by diffusers.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from animegen.render.checkpoint import Parts
from animegen.render.explained import whole
from animegen.render.vae import load_vae, vae_from
from animegen.render.vocabulary import load_tokenizer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import torch

    from animegen.render.bases import Base

_PREDICTIONS = {"epsilon": "epsilon", "v": "v_prediction"}
"""Of `modelspec.prediction_type` in a file's header (Stability AI's Model Metadata Standard)."""


def load_single_file(path: Path, base: Base, dtype: torch.dtype, *, vae: Path | None) -> Parts:
    """Return the parts of the model in `path`; `vae` stands in for its own.

    Raises:
        OSError, ValueError, KeyError, RuntimeError: when it is no such model, or not a whole one.
    """
    from diffusers import UNet2DConditionModel
    from safetensors import safe_open
    from safetensors.torch import load_file

    with safe_open(path, framework="pt") as file:
        header = file.metadata() or {}
    tensors = load_file(path)
    unet = UNet2DConditionModel.from_single_file(
        dict(tensors),
        config=str(base.configs),
        subfolder="unet",
        torch_dtype=dtype,
        local_files_only=True,
    )
    return Parts(
        unet=whole(unet, "UNet"),
        vae=load_vae(vae, base) if vae else vae_from(tensors, base),
        tokenizers=tuple(load_tokenizer(reader, base) for reader in base.readers),
        encoders=_encoders(tensors, base, dtype),
        schedule=_schedule(header, tensors, base),
        zero_empty=base.zero_empty,
    )


def says_what_it_predicts(path: Path) -> bool:
    """Whether a file tells what its UNet predicts, so that nothing has to be supposed."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        header = file.metadata() or {}
        return _told(header, set(file.keys())) is not None


def predicting(told: str | None) -> dict[str, str]:
    """Return what a pack changes in the schedule by telling what the UNet predicts."""
    return {} if told is None else {"prediction_type": _PREDICTIONS[told]}


def _encoders(
    tensors: Mapping[str, torch.Tensor], base: Base, dtype: torch.dtype
) -> tuple[Any, ...]:
    from diffusers.loaders.single_file_utils import create_diffusers_clip_model_from_ldm
    from transformers import CLIPTextModel, CLIPTextModelWithProjection

    return tuple(
        whole(
            create_diffusers_clip_model_from_ldm(
                CLIPTextModelWithProjection if reader.pooled else CLIPTextModel,
                dict(tensors),
                subfolder=reader.encoder,
                config=str(base.configs),
                torch_dtype=dtype,
                local_files_only=True,
            ),
            "text encoder",
        )
        for reader in base.readers
    )


def _schedule(
    header: Mapping[str, str], tensors: Mapping[str, torch.Tensor], base: Base
) -> dict[str, Any]:
    text = (base.configs / "scheduler" / "scheduler_config.json").read_text(encoding="utf-8")
    schedule: dict[str, Any] = json.loads(text)
    schedule["prediction_type"] = _told(header, set(tensors)) or base.prediction
    if "ztsnr" in tensors:
        schedule["rescale_betas_zero_snr"] = True
    return schedule


def _told(header: Mapping[str, str], names: set[str]) -> str | None:
    """Return what a file says its UNet predicts: in its header, or by an empty tensor `v_pred`."""
    if "v_pred" in names:
        return "v_prediction"
    return _PREDICTIONS.get(header.get("modelspec.prediction_type", ""))
