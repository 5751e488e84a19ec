"""Writes what was measured of a film as `quality.json`, for programs."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from animegen.plan.figures import CutFigures, ShotQuality

VERSION = 1
_CURVE = re.compile(r"\[[-\d.,e\s]+\]")


def _in_a_line(curve: re.Match[str]) -> str:
    return " ".join(curve[0].split()).replace("[ ", "[").replace(" ]", "]")


def write_quality(
    path: Path,
    *,
    title: str,
    compared_by: str,
    shots: Mapping[str, ShotQuality],
    cuts: Mapping[str, CutFigures],
    takes: Mapping[str, int],
) -> None:
    """Write the figures, whole or not at all; `cuts` are named by the shot that they lead into.

    Raises:
        StoreFailed: when the disk refuses.
    """
    from animegen.plan.figures import to_plain
    from animegen.store.failure import store_errors
    from animegen.store.write import make_folder, publish_bytes

    document = {
        "version": VERSION,
        "title": title,
        "compared_by": compared_by,
        "shots": {
            shot: {"take": takes[shot], **to_plain(quality)} for shot, quality in shots.items()
        },
        "cuts": {shot: asdict(cut) for shot, cut in cuts.items()},
    }
    text = _CURVE.sub(_in_a_line, f"{json.dumps(document, indent=2, ensure_ascii=False)}\n")
    with store_errors(path, "-o DIR"):
        make_folder(path.parent)
        publish_bytes(text.encode(), path, path.parent)
