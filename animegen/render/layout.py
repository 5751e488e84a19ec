"""Which files of a diffusers folder are read. Unaware of what is in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MODEL_INDEX = "model_index.json"
"""What makes a folder a whole model in diffusers' layout."""
COMPONENTS = frozenset(
    {"unet", "vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "scheduler"}
)
"""The folders beside it that are read; a digest of the model covers these and no others."""

_PLAIN = re.compile(r"[^.]+(\.safetensors|\.safetensors\.index\.json)")
_VARIANT = re.compile(r"[^.]+\.(?P<variant>[^.]+)\.safetensors")
_TEXTS = re.compile(r"[^.]+(\.json|\.txt)")
_USUAL = "fp16"


def variant_of(folder: Path) -> str | None:
    """Return the variant of the weights that is read of a folder, None for plain names.

    Plain names (`model.safetensors`) win; without them `model.fp16.safetensors` is read, or
    another variant when that is the only one.
    """
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    if any(_PLAIN.fullmatch(name) for name in names):
        return None
    found = {match["variant"] for name in names if (match := _VARIANT.fullmatch(name))}
    return _USUAL if _USUAL in found else min(found, default=None)


def is_read(path: Path) -> bool:
    """Whether a file counts: configurations, vocabularies, and weights by their chosen names."""
    if _PLAIN.fullmatch(path.name) or _TEXTS.fullmatch(path.name):
        return True
    match = _VARIANT.fullmatch(path.name)
    return match is not None and match["variant"] == variant_of(path.parent)
