"""What a page that is one file needs: pictures as data addresses, relative links to files."""

from __future__ import annotations

import base64
import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable

WIDEST = 448
"""Pixels: sharp at the width of a phone, and a page of sixty pictures stays near a megabyte."""
_JPEG_QUALITY = 82


def inside(picture: Path | None) -> str:
    """Return a picture as a small JPEG in a data address; empty where there is none."""
    from animegen.report.contact_drawing import opened

    image = opened(picture)
    if image is None:
        return ""
    small = image.convert("RGB")
    small.thumbnail((WIDEST, WIDEST * 2))
    content = BytesIO()
    small.save(content, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(content.getvalue()).decode()}"


def linked_from(folder: Path) -> Callable[[Path | None], str]:
    """Return what turns a file into its address on a page in `folder`; empty where it is not."""

    def link(file: Path | None) -> str:
        if file is None or not file.is_file():
            return ""
        return quote(Path(os.path.relpath(file, folder)).as_posix())

    return link
