"""A scratch project: files in a temporary folder and the command line run in it."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING
from unittest import mock

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Result:
    """What one run of the command left."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Project:
    """A folder with a storyboard in it."""

    folder: Path

    def write(self, text: str, name: str = "film.yaml") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    def edit(self, old: str, new: str, name: str = "film.yaml") -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def storyboard(self, *arguments: str) -> Result:
        """Run `storyboard ARGUMENTS` in the folder, in this process."""
        from animegen.cli.main import main

        out, err = io.StringIO(), io.StringIO()
        code = 0
        with (
            _inside(self.folder),
            mock.patch.object(sys, "argv", ["storyboard", *arguments]),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as stop:
                code = int(stop.code or 0)
        return Result(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
