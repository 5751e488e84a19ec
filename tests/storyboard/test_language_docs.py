"""The language's pages tell everything, and their storyboards are good."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from animegen import registry
from animegen.storyboard.codes import CODES
from animegen.storyboard.diagnose import render_full, render_json
from animegen.storyboard.load import load
from animegen.storyboard.model import Storyboard
from animegen.storyboard.model.guidance import CONTROL_WORDS, MOTION_WORDS
from animegen.storyboard.validation.fields import part_in

if TYPE_CHECKING:
    from animegen.storyboard.model.base import Part

DOCS = Path(__file__).parents[2] / "docs"
LANGUAGE = (DOCS / "language.md").read_text(encoding="utf-8")
DIAGNOSTICS = (DOCS / "diagnostics.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", LANGUAGE, re.DOTALL | re.MULTILINE)
OF_THE_MODEL_ONLY = {"travel", "word", "length"}
"""Names inside of the shorthands `prompt` and `transition`; nobody writes them."""


def keys(part: type[Part]) -> set[str]:
    found = set()
    for name, field in part.model_fields.items():
        found.add(field.alias or name)
        inner = part_in(field.annotation)
        found |= keys(inner) if inner else set()
    return found


@pytest.mark.parametrize("key", sorted(keys(Storyboard) - OF_THE_MODEL_ONLY))
def test_every_key_is_told(key):
    assert f"`{key}`" in LANGUAGE


@pytest.mark.parametrize("word", [*MOTION_WORDS, *CONTROL_WORDS, *registry.words("transitions")])
def test_every_word_is_told(word):
    assert re.search(rf"`\{{?{word}\b", LANGUAGE)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_every_storyboard_of_the_page_is_good(scratch, number):
    assert BLOCKS[number].lstrip("#").strip()
    assert scratch.film(BLOCKS[number]).findings() == ()


@pytest.mark.parametrize("anchor", re.findall(r"\]\(#([\w-]+)\)", LANGUAGE))
def test_links_lead_somewhere(anchor):
    headings = re.findall(r"^#+ (.*)$", LANGUAGE, re.MULTILINE)
    assert anchor in {heading.lower().replace(" ", "-") for heading in headings}


def test_the_error_of_the_page_is_the_one_that_is_printed(scratch):
    shown = re.search(r"```text\n(.*?)```", LANGUAGE, re.DOTALL)[1]
    shot = "shots:\n  - id: one\n    duration: -3s\n    prompt: rain\n"
    scratch.film(f"version: 1\ntitle: Rain\n{shot}")
    source = load(scratch.path).source
    assert render_full(scratch.findings(), source, color=False) == shown
    json_shown = re.search(r"```json\n(.*?)```", DIAGNOSTICS, re.DOTALL)[1]
    assert json.loads(render_json(scratch.findings(), source)) == json.loads(json_shown)


def test_all_codes_are_listed():
    rows = re.findall(r"^\| (SB\d{3}) \| (.*) \|$", DIAGNOSTICS, re.MULTILINE)
    assert rows == [(code, entry.title) for code, entry in sorted(CODES.items())]
