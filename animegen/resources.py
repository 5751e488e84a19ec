"""Finds the files that ship with the product: templates and the pages made from them."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def template_folder() -> Path:
    """Return the built-in `templates/`: inside the wheel, or beside a checkout's package."""
    inside = _PACKAGE / "_templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"
