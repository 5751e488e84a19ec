"""Every code is explained, every explanation is of a code, and its examples do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import animegen
from animegen.plan.lint import lint
from animegen.storyboard.codes import CODES, explain
from animegen.storyboard.diagnostic import StoryboardErrors
from animegen.storyboard.model import Shot, Storyboard
from animegen.storyboard.read import read_storyboard
from tests.sounds import write_tone

PACKAGE = Path(animegen.__file__).parent
PAGES = PACKAGE / "storyboard" / "codes"
CODE = re.compile(r'"(SB\d{3})"')


def raised() -> set[str]:
    files = (path for path in PACKAGE.rglob("*.py") if PAGES not in path.parents)
    return {code for path in files for code in CODE.findall(path.read_text())}


def test_every_code_that_is_raised_is_explained_and_the_reverse():
    assert sorted(raised()) == sorted(CODES)


def test_codes_are_unique():
    pages = "".join(path.read_text() for path in PAGES.glob("*.py"))
    assert sorted(re.findall(r'code="(SB\d{3})"', pages)) == sorted(CODES)


def complete(example: str) -> str:
    """Return the example as a whole storyboard: what it lacks is added."""
    if example.startswith("- "):
        return example
    key = re.findall(r"\w+", example)[0]
    if key in {*Shot.model_fields, "init_image"} - {*Storyboard.model_fields}:
        shot = {"id": "id: one", "duration": "duration: 3s", "prompt": "prompt: rain"}
        lines = [line for name, line in shot.items() if name != key] + example.splitlines()
        example = "shots:\n  -\n" + "".join(f"    {line}\n" for line in lines)
    for name, line in (("title", "title: Rain"), ("version", "version: 1")):
        if not re.search(rf"^{name}:", example, re.MULTILINE):
            example = f"{line}\n{example}"
    if "shots:" not in example:
        example = f"{example.rstrip()}\nshots:\n  - {{id: one, duration: 3s, prompt: rain}}\n"
    return example


@pytest.fixture
def project(tmp_path):
    """A folder with the files that the good examples name."""
    write_tone(tmp_path / "music.flac", 0.1)
    (tmp_path / "loras").mkdir()
    for name in ("loras/style", "a", "b", "c", "d"):
        (tmp_path / f"{name}.safetensors").write_bytes(b"\x02" + bytes(7) + b"{}")
    return tmp_path


def advice(path: Path) -> set[str]:
    """Return the codes of `validate --lint`."""
    try:
        return {finding.code for finding in lint(read_storyboard(path))}
    except StoryboardErrors:
        return set()


@pytest.mark.parametrize("code", sorted(code for code, entry in CODES.items() if entry.bad))
def test_the_bad_example_raises_the_code(scratch, project, code):
    assert project.samefile(".")
    found = {finding.code for finding in scratch.film(complete(CODES[code].bad)).findings()}
    assert code in found | advice(scratch.path)


@pytest.mark.parametrize("code", sorted(code for code, entry in CODES.items() if entry.good))
def test_the_good_example_is_good(scratch, project, code):
    assert project.samefile(".")
    assert scratch.film(complete(CODES[code].good)).findings() == ()
    assert code not in advice(scratch.path)


def test_an_explanation_as_it_is_printed():
    assert explain("SB105") == (
        """\
SB105: another version of the language

This animegen reads version 1 of the language.

Wrong:

    version: 2

Right:

    version: 1"""
    )


@pytest.mark.parametrize("code", sorted(CODES))
def test_explanations_fit_a_terminal(code):
    assert max(map(len, explain(code).splitlines())) <= 92
    assert not CODES[code].title.endswith(".")
