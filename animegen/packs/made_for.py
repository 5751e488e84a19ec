"""Reads from a LoRA's header what base model it was made for. Unaware of packs and of tensors.

The width of the text that cross-attention reads tells base models apart, whatever a file says of
itself: 768 in SD 1, 1024 in SD 2, 2048 in SDXL. Files without such layers are believed: trainers
write `modelspec.architecture` (https://github.com/Stability-AI/ModelSpec) or, kohya's,
`ss_base_model_version`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.packs.damage import WeightsDamaged
from animegen.packs.header import read_header

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from animegen.packs.header import Header

_WIDTHS = {"sd1": 768, "sd2": 1024, "sdxl": 2048}
_NAMES = {"sd1": "SD 1.5", "sd2": "SD 2", "sdxl": "SDXL"}
_TEXT_LAYER = re.compile(r"attn2[._](?:processor[._])?to_[kv](?![a-z])")
_DOWN = re.compile(r"(?:lora_A|lora_down|lora\.down|_lora\.down)(?:\.\w+)?\.weight$")
_MOTION = ("motion_modules", "temporal_transformer")
"""Layers of motion modules are named alike and read no text."""
_ARCHITECTURES = (
    (re.compile(r"stable-diffusion-xl|sdxl", re.IGNORECASE), "sdxl"),
    (re.compile(r"stable-diffusion-v2|^sd_?v?2", re.IGNORECASE), "sd2"),
    (re.compile(r"stable-diffusion-v1|^sd_?v?1", re.IGNORECASE), "sd1"),
)


@dataclass(frozen=True, kw_only=True)
class LoraFacts:
    """What a LoRA's file says of itself."""

    width: int | None
    """Of the text that its cross-attention layers read; None when it has none."""
    base: str | None
    """`sd1`, `sd2` or `sdxl` by its metadata; other architectures by their own name."""
    triggers: tuple[str, ...]
    """Words that its metadata asks for in the prompt."""


def read_lora(path: Path) -> LoraFacts:
    """Read what a LoRA's header says.

    Raises:
        WeightsDamaged: when the file is no whole safetensors file.
    """
    header = read_header(path)
    phrase = header.metadata.get("modelspec.trigger_phrase", "")
    return LoraFacts(
        width=_width(header),
        base=_base(header.metadata),
        triggers=tuple(word.strip() for word in phrase.split(",") if word.strip()),
    )


def check_made_for(
    path: Path, facts: LoraFacts, *, base_model: str, width: int | None = None
) -> None:
    """Check that a LoRA fits a base model, `sdxl` or `sd2`.

    `width` is that of the text which the pack's own UNet reads, where it is known.

    Raises:
        WeightsDamaged: when it was made for another one (cause `base-model`).
    """
    takes = width or _WIDTHS[base_model]
    if facts.width is not None:
        if facts.width != takes and (width or facts.width in _WIDTHS.values()):
            told = [f"{_NAMES[name]}, " for name, wide in _WIDTHS.items() if wide == facts.width]
            made = f"{''.join(told)}whose text is {facts.width} wide"
            raise _misfit(path, f"{made}, where the pack's model takes {takes}")
    elif facts.base is not None and facts.base != base_model:
        made = _NAMES.get(facts.base, facts.base)
        raise _misfit(path, f"{made}, by its own metadata, not for {_NAMES[base_model]}")


def text_width(base: Path) -> int | None:
    """Return the width of the text that a base model's UNet reads, from its folder's config."""
    try:
        config = json.loads((base / "unet" / "config.json").read_text(encoding="utf-8"))
        width = config["cross_attention_dim"]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # a single file, or damaged: whoever loads it will say
    widths = set(width) if isinstance(width, list) else {width}
    return widths.pop() if len(widths) == 1 else None


def _misfit(path: Path, made: str) -> WeightsDamaged:
    return WeightsDamaged(
        "base-model",
        f"the LoRA {path.name} was made for another base model: {made}",
        remedy="use a LoRA that was made for the pack's base model",
    )


def _width(header: Header) -> int | None:
    for name, tensor in header.tensors.items():
        of_text = _TEXT_LAYER.search(name) and not any(part in name for part in _MOTION)
        if of_text and _DOWN.search(name) and len(tensor.shape) >= 2:
            return tensor.shape[1]
    return None


def _base(metadata: Mapping[str, str]) -> str | None:
    architecture = metadata.get("modelspec.architecture", "")
    told = architecture or metadata.get("ss_base_model_version", "")
    found = (base for pattern, base in _ARCHITECTURES if pattern.search(told))
    return next(found, architecture or None)  # kohya's field holds free words, too
