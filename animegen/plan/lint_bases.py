"""Advice about weights: a motion adapter or ControlNet that was made for another base model.

What a folder's own config says counts first, then what the pack says of it. LoRAs are checked on
every reading (SB606).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from animegen.errors import WeightsUnusable
from animegen.packs.catalog import pack_folder
from animegen.packs.parts import part_named
from animegen.packs.places import Places

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.packs.parts import Part
    from animegen.storyboard.check.findings import Findings
    from animegen.storyboard.place import Span
    from animegen.storyboard.reading import Reading

_NAMES = {"sd1": "SD 1.5", "sd2": "SD 2", "sdxl": "SDXL"}
_CALLED = (
    ("sdxl", re.compile(r"xl", re.IGNORECASE)),
    ("sd2", re.compile(r"(diffusion|sd)[-_ ]?v?2", re.IGNORECASE)),
    ("sd1", re.compile(r"(diffusion|sd)[-_ ]?v?1", re.IGNORECASE)),
)
_WIDTHS = "block_out_channels"
_TEXT = "cross_attention_dim"


def check_bases(reading: Reading, findings: Findings) -> None:
    """Report SB725 for the motion adapter, and for each ControlNet that a shot asks for."""
    pack, marks = reading.pack, reading.document.marks
    folder = pack_folder(reading.storyboard.pack, reading.project)
    places = Places.of(pack, folder, reading.project)
    at = marks.key(("pack",)) if "pack" in reading.document.data else None
    _check(part_named(pack, "motion"), _WIDTHS, places, reading, at, findings)
    seen: set[str] = set()
    for index, shot in enumerate(reading.storyboard.shots):
        for entry in shot.control.maps if shot.control else ():
            if entry.use in pack.controls and entry.use not in seen:
                seen.add(entry.use)
                part = part_named(pack, f"controls.{entry.use}")
                where = marks.key(("shots", index, "control"))
                _check(part, _TEXT, places, reading, where, findings)


def _check(
    part: Part,
    field: str,
    places: Places,
    reading: Reading,
    at: Span | None,
    findings: Findings,
) -> None:
    pack = reading.pack
    made = _differs(part, field, places, reading) or _told(part, pack.base_model)
    if made:
        findings.add(
            "SB725",
            f"`{part.name}` of pack `{pack.name}` was made for another base model: {made}",
            at,
            f"use one that was made for {_NAMES[pack.base_model]}",
            severity="warning",
        )


def _differs(part: Part, field: str, places: Places, reading: Reading) -> str:
    """Return what the two configs say, where they disagree; empty where they cannot be read."""
    own, base = _config(places, part, ""), _config(places, part_named(reading.pack, "base"), "unet")
    theirs, ours = own.get(field), base.get(field)
    if theirs is None or ours is None or theirs == ours:
        return ""
    return f"its {field} is {theirs}, where the base model has {ours}"


def _told(part: Part, base_model: str) -> str:
    """Return what the pack says that a part was made for, unless it is the pack's own base."""
    told = part.row.base_model
    base = next((name for name, pattern in _CALLED if pattern.search(told)), base_model)
    return told if base != base_model else ""


def _config(places: Places, part: Part, folder: str) -> dict[str, Any]:
    try:
        found = places.find(part)
        if found is None:
            return {}
        config = json.loads((_folder(found.path) / folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError, WeightsUnusable):
        return {}  # a single file, or damaged: whoever loads it will say
    return config if isinstance(config, dict) else {}


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent / "no-config"
