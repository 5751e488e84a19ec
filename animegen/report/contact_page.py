"""Writes a contact sheet as one HTML page that can be sent as it is: its pictures are inside.

Everything that people wrote stays text: the template escapes it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from animegen.report.embedding import inside, linked_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.report.contact_sheet import Block

_TEMPLATE = Path(__file__).parent / "pages" / "contact_page.html.j2"


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
    return template.render(title=title, blocks=blocks, inside=inside, link=linked_from(folder))
