"""A scratch storyboard, and what reading it prints."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from animegen.storyboard.diagnose import in_order, render_full
from animegen.storyboard.diagnostic import Diagnostic, StoryboardErrors
from animegen.storyboard.load import load
from animegen.storyboard.read import read_storyboard
from animegen.storyboard.validation.validate import validate

HEADER = "version: 1\ntitle: Rain\n"
SHOTS = "shots:\n  - id: one\n    duration: 3s\n    prompt: rain\n"


@dataclass(kw_only=True)
class Scratch:
    """A fluent builder: `scratch.film("...").prints("...")`. Findings name the file film.yaml."""

    path: Path = field(default_factory=lambda: Path("film.yaml"))

    def film(self, text: str | bytes) -> Scratch:
        """Write the whole file."""
        raw = text if isinstance(text, bytes) else clean(text).encode()
        self.path.write_bytes(raw)
        return self

    def top(self, text: str) -> Scratch:
        """Write a storyboard of one good shot with these keys at the top, below line 2."""
        return self.film(HEADER + clean(text) + SHOTS)

    def shot(self, text: str) -> Scratch:
        """Write a storyboard whose shot has these keys, below line 6."""
        return self.film(HEADER + SHOTS + textwrap.indent(clean(text), "    "))

    def structure(self) -> tuple[Diagnostic, ...]:
        """Return what loading and validating find, without looking at names, files or times."""
        try:
            document = load(self.path)
        except StoryboardErrors as errors:
            return in_order(errors.diagnostics)
        return in_order((*document.findings, *validate(document).findings))

    def findings(self) -> tuple[Diagnostic, ...]:
        """Return everything that reading finds."""
        try:
            return read_storyboard(self.path).findings
        except StoryboardErrors as errors:
            return errors.diagnostics

    def prints(self, expected: str) -> None:
        """Assert the whole report about the file's structure, without its last, counting line."""
        text = render_full(self.structure(), load_source(self.path), color=False)
        report = text.rsplit("\n\n", 1)[0]
        assert report == textwrap.dedent(expected).strip("\n")


def clean(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def load_source(path: Path):
    try:
        return load(path).source
    except StoryboardErrors as errors:
        return errors.source


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scratch:
    monkeypatch.chdir(tmp_path)
    return Scratch()
