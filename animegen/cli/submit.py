"""`storyboard submit`: everything that is handed in."""

from __future__ import annotations

NAME = "submit"


def command() -> None:
    """Not there yet."""
