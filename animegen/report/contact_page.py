"""Writes a contact sheet as one HTML page that can be sent as it is: its pictures are inside.

Everything that people wrote stays text: the template escapes it.
"""

from __future__ import annotations

import base64
import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from animegen.report.contact_sheet import Block

_TEMPLATE = Path(__file__).parent / "pages" / "contact_page.html.j2"
_WIDEST = 448  # pixels: sharp at the width of a phone, and a sheet of sixty stays near a megabyte
_JPEG_QUALITY = 82


def write_contact_page(blocks: Sequence[Block], path: Path, *, title: str) -> None:
    """Write the page, whole or not at all. Its links to the full files are relative.

    Raises:
        StoreFailed: when the disk refuses.
    """
    from animegen.store.failure import store_errors
    from animegen.store.write import make_folder, publish_bytes

    text = _render(blocks, path.parent, title)
    with store_errors(path, "-o DIR"):
        make_folder(path.parent)
        publish_bytes(text.encode(), path, path.parent)


def _render(blocks: Sequence[Block], folder: Path, title: str) -> str:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(title=title, blocks=blocks, inside=_inside, link=_linked_from(folder))


def _inside(picture: Path | None) -> str:
    """Return a picture as a small JPEG in a data address; empty where there is none."""
    from animegen.report.contact_drawing import opened

    image = opened(picture)
    if image is None:
        return ""
    small = image.convert("RGB")
    small.thumbnail((_WIDEST, _WIDEST * 2))
    content = BytesIO()
    small.save(content, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(content.getvalue()).decode()}"


def _linked_from(folder: Path) -> Callable[[Path | None], str]:
    def link(file: Path | None) -> str:
        if file is None or not file.is_file():
            return ""
        return quote(Path(os.path.relpath(file, folder)).as_posix())

    return link
