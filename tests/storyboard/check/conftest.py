"""A scratch film: a storyboard, a pack and files in a temporary folder, and the check of them."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from animegen.storyboard.check import CheckResult, check
from animegen.storyboard.load import load
from animegen.storyboard.model import Storyboard

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.storyboard.diagnostic import Diagnostic
    from animegen.storyboard.document import Document
    from animegen.storyboard.place import Span
    from animegen.storyboard.reading import ResolvedShot

PACK = """
name = "tiny"
title = "Tiny"
base_model = "sdxl"
licence = "CC0-1.0"
weights = "weights"
base = {path = "base"}
motion = {path = "motion"}
dtype = {cpu = "float32"}
frame = {width = 128, height = 128}

[qualities.draft]
scheduler = "lcm"
steps = 2
guidance = 1
steps_range = [1, 3]
guidance_range = [1, 2]

[qualities.high]
scheduler = "dpmpp-2m-karras"
steps = 25
guidance = 6
steps_range = [20, 30]
guidance_range = [5, 8]

[qualities.fast]
scheduler = "lcm"
steps = 4
guidance = 1.7
steps_range = [4, 6]
guidance_range = [1.5, 2.0]
lora = "lcm"

[loras]
lcm = {path = "lcm", role = "few-step"}
pastel-anime-xl = {path = "pastel", role = "style", low = 0.7, high = 0.85}
anime-flat-color-xl = {path = "flat", role = "style", low = 0.15, high = 0.3}
mina = {path = "mina", role = "character", low = 0.6, high = 0.8}
polish = {path = "polish", role = "aesthetic", low = 0.1, high = 0.2}
"""


@dataclass(frozen=True)
class Checked:
    """What a check found; places are shown by the text that they mark."""

    document: Document
    result: CheckResult

    @property
    def found(self) -> list[tuple[str, str, str]]:
        """Code, marked text and message of each finding; a code without mark is an error."""
        return [
            (_code(one), self.marked(one.span) if one.span else "", one.message)
            for one in self.result.diagnostics
        ]

    @property
    def only(self) -> Diagnostic:
        (one,) = self.result.diagnostics
        return one

    def marked(self, span: Span) -> str:
        lines = self.document.source.lines[span.line - 1 : span.end_line]
        lines[-1] = lines[-1][: span.end_column - 1]
        return "\n".join(lines)[span.column - 1 :]

    @property
    def shot(self) -> ResolvedShot:
        return next(iter(self.result.shots.values()))


def _code(found: Diagnostic) -> str:
    return found.code if found.severity == "error" else f"{found.severity} {found.code}"


@dataclass(frozen=True)
class Film:
    """A project folder."""

    folder: Path

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def check(self, text: str, **variables: str) -> Checked:
        """Check a storyboard; `version`, `title`, `pack` and a style of none go without saying."""
        given = dedent(text).lstrip("\n")
        for key, value in (("style", "{prompt: none}"), ("pack", "tiny.toml"), ("title", "x")):
            if not any(line.startswith(f"{key}:") for line in given.splitlines()):
                given = f"{key}: {value}\n{given}"
        self.write("film.yaml", f"version: 1\n{given}")
        document = load(self.folder / "film.yaml")
        storyboard = Storyboard.model_validate(document.data)
        result = check(storyboard, document, project=self.folder, variables=variables)
        return Checked(document, result)

    def prompt(self, prompt: str, **variables: str) -> Checked:
        """Check a film of one shot with this prompt."""
        return self.check(f"shots:\n  - {{id: a, duration: 2s, prompt: {prompt!r}}}\n", **variables)


@pytest.fixture
def film(tmp_path: Path) -> Film:
    film = Film(tmp_path)
    film.write("tiny.toml", PACK)
    return film
