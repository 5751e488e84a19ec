"""Where a storyboard's project is: the folder of its store, its output and its relative paths."""

from __future__ import annotations

from pathlib import Path

STORE = ".storyboard"


def project_of(storyboard: Path) -> Path:
    """Return the project folder of a storyboard file.

    The nearest folder upwards from the file that has a store (`.storyboard`); before the first
    render, the current folder if the file lies in it, else the file's own folder.
    """
    folder = storyboard.resolve().parent
    for candidate in (folder, *folder.parents):
        if (candidate / STORE).is_dir():
            return candidate
    here = Path.cwd().resolve()
    return here if folder.is_relative_to(here) else folder
