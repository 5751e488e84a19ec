"""Every storyboard in docs/prompts.md reads without a finding."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "prompts.md"
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
STYLE = re.findall(r"```jinja\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def read(film, text: str):
    film.write("wildcards/weather.txt", "rain\nsnow\n")
    return film.check(text.replace("version: 1\n", ""))


@pytest.mark.parametrize("text", BLOCKS, ids=range(len(BLOCKS)))
def test_storyboards_read(film, text: str) -> None:
    assert text.startswith("version: 1\n")
    assert read(film, text).found == []


def test_the_first_example_says_what_the_page_says(film) -> None:
    river = read(film, BLOCKS[0]).result.shots["river"]
    assert river.prompts[0].own == "1boy, snowcoat by the river, snow, cold breath"
    assert river.prompts[0].own in PAGE.read_text(encoding="utf-8")


def test_the_style_reads(film) -> None:
    film.write("templates/mine.j2", STYLE[0])
    checked = film.check(
        "style: {prompt: mine}\nshots:\n  - {id: a, duration: 2s, prompt: a cat, negative: dogs}\n"
    )
    assert checked.found == []
    assert checked.shot.prompts[0].text == "ink drawing, a cat, white background"
    assert checked.shot.negative == "dogs, photo, color"
