"""Shows a folder by the names that loaders ask for. Unaware of packs and of what weights mean.

`from_pretrained` reads `model.safetensors`; a repository that has `model.fp16.safetensors` alone is
shown as a folder of links, made once, so that nobody above or below has to know of variants.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from animegen.digest import digest_of
from animegen.packs.fingerprint import contents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def plain_folder(folder: Path, variant: str) -> Path:
    """Return `folder`, or one with links to its files if any of them is read by another name."""
    files = contents(folder, variant) if variant else {}
    if all(folder / name == path for name, path in files.items()):
        return folder
    import platformdirs

    wanted = {name: str(path.resolve()) for name, path in files.items()}
    place = platformdirs.user_cache_path("animegen") / "plain" / digest_of(wanted)[:16]
    if not place.is_dir():
        _link(place, wanted)
    return place


def _link(place: Path, wanted: Mapping[str, str]) -> None:
    beside = place.with_name(f"{place.name}.{os.urandom(4).hex()}.partial")
    for name, target in wanted.items():
        link = beside / name
        link.parent.mkdir(parents=True, exist_ok=True)
        try:
            link.symlink_to(target)
        except OSError:  # Windows asks for a right; a second name for the file does as well
            os.link(target, link)
    try:
        beside.rename(place)
    except OSError:  # somebody else has, meanwhile
        if not place.is_dir():
            raise
        shutil.rmtree(beside)
