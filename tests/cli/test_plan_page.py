"""`storyboard plan --html`: one page with everything in it, whoever wrote the storyboard."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from films import THREE_SHOTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>"&'
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


class Page(HTMLParser):
    """Checks that tags are closed, and collects what a test asks for."""

    EMPTY = frozenset({"meta", "br", "line", "rect", "circle", "path", "polyline", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " ".join(word for word in self.words if word)

    def of_class(self, name: str) -> list[dict[str, str | None]]:
        return [a for _, a in self.tags if name in (a.get("class") or "").split()]


@pytest.fixture
def film(project: Project) -> Project:
    project.write(THREE_SHOTS)
    return project


def page(film: Project, *flags: str) -> Page:
    result = film.storyboard("plan", "film.yaml", "--html", "plan.html", *flags)
    assert (result.code, result.out) == (0, "plan.html\n")
    return Page((film.folder / "plan.html").read_text(encoding="utf-8"))


def test_it_tells_what_the_table_and_the_prompts_tell(film: Project) -> None:
    film.edit('prompt: "river"', 'prompt: "river"\n    motion: pan-right\n    control: [canny]')
    text = page(film).text
    for words in (
        "Three shots length 0:03.000 frames 72 at 24 fps size 128×128",  # noqa: RUF001
        "To render 11 of 11 steps None of them is in the store yet.",
        "not known: nothing like it was rendered into this store yet",
        "on screen 1s, frames 24 to 47",
        "into it crossfade, 3 frames before the cut and 3 after",
        "drawn 16 frames: 4 before, 8 on screen, 4 after segments one of 16 frames",
        "sampler lcm, 4 steps, guidance 1.7",
        "motion pan-right, by a virtual camera",
        "control canny 1; of the keyframe's pictures",
        "two/segment-000 to render never rendered",
        "tokens in 1 chunk",
    ):
        assert words in text


def test_what_is_rendered_is_shown_as_ready(film: Project) -> None:
    film.storyboard("render", "film.yaml", "--slate")
    film.edit('"river"', '"river at dawn"')
    found = page(film, "--slate")
    assert "To render 3 of 7 steps The other 4 are in the store." in found.text
    assert "two/slate to render prompt: river -> river at dawn" in found.text
    bars = [bar["class"] for bar in found.of_class("bar")]
    assert bars == ["bar hit", "bar", "bar hit"]


def test_the_timeline_is_to_scale(film: Project) -> None:
    found = page(film, "--slate")
    # 3 s between the first and the last cut, and half a second of handles at either end.
    bars = [(float(b["x"][:-1]), float(b["width"][:-1])) for b in found.of_class("bar")]
    assert bars == [(12.5, 25.0), (37.5, 25.0), (62.5, 25.0)]
    cuts = [float(cut["x1"][:-1]) for cut in found.of_class("cut")]
    assert cuts == [12.5, 37.5, 62.5, 87.5]
    handles = [(float(h["x"][:-1]), float(h["width"][:-1])) for h in found.of_class("handle")]
    assert handles[0] == (0.0, 12.5)
    assert handles[-1] == (87.5, 12.5)
    segments = [(float(s["x"][:-1]), float(s["width"][:-1])) for s in found.of_class("segment")]
    assert segments == [(0.0, 50.0), (25.0, 50.0), (50.0, 50.0)]
    slopes = [slope["d"] for slope in found.of_class("slope")]
    assert slopes == ["M0 0L10 10", "M0 10L10 0"]


def test_overlaps_and_travelling_prompts_are_drawn(film: Project) -> None:
    film.edit('duration: 1s\n    prompt: "river"',
              'duration: 3s\n    prompt: {0s: "river", 1500ms: "lake"}')  # fmt: skip
    found = page(film)
    shared = [s for s in found.of_class("shared") if float(s["width"][:-1])]
    assert len(shared) == 1
    assert len(found.of_class("key")) == 2
    lines = [dict(a) for tag, a in found.tags if tag == "polyline"]
    assert [len(line["points"].split()) for line in lines] == [28, 28]
    first, second = (
        [float(point.split(",")[1]) for point in line["points"].split()] for line in lines
    )
    assert (first[0], first[-1], second[0], second[-1]) == (0, 1, 1, 0)
    assert all(a + b == pytest.approx(1) for a, b in zip(first, second, strict=True))


def test_a_hostile_storyboard_stays_text(film: Project) -> None:
    film.edit("title: Three shots", f"title: '{HOSTILE}'")
    film.edit('"river"', f"'{HOSTILE}'")
    found = page(film)
    raw = (film.folder / "plan.html").read_text(encoding="utf-8")
    assert "<script" not in raw
    assert "<img" not in raw
    assert HOSTILE in found.text


def test_it_is_one_file_that_asks_for_nothing(film: Project) -> None:
    found = page(film)
    raw = (film.folder / "plan.html").read_text(encoding="utf-8")
    assert not re.search(r"https?://|url\(|@import", raw)
    names = {name for _, attributes in found.tags for name in attributes}
    assert not names & {"src", "href", "srcset", "onload", "onerror"}


def test_weights_that_are_missing_are_named_and_the_page_is_there_all_the_same(
    film: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "empty"))
    film.edit("pack: smoke", "pack: sdxl")
    film.edit("frame: {width: 64, height: 64}", "frame: {width: 1024, height: 1024}")
    result = film.storyboard("plan", "film.yaml", "--html", "plan.html")
    assert (result.code, result.out) == (4, "plan.html\n")
    assert result.err.count("of pack sdxl is not on this machine") >= 2
    found = Page((film.folder / "plan.html").read_text(encoding="utf-8"))
    assert "Weights that are not on this machine" in found.text
    assert "storyboard models pull sdxl" in found.text
    assert "two/segment-000" in found.text


def test_a_folder_that_cannot_be_written_is_an_error(film: Project) -> None:
    (film.folder / "plan.html").mkdir()
    result = film.storyboard("plan", "film.yaml", "--html", "plan.html")
    assert result.code == 1
    assert "--html FILE" in result.err


@pytest.mark.skipif(BROWSER is None, reason="no browser is installed")
@pytest.mark.parametrize("width", [375, 1200])
def test_nothing_is_wider_than_the_screen_in_a_browser(film: Project, width: int) -> None:
    film.edit('"river"', f"'{HOSTILE * 6}'")
    page(film)
    text = (film.folder / "plan.html").read_text(encoding="utf-8")
    film.write(
        f"""
        <body><iframe id=f srcdoc="{escape(text)}" style="width:{width}px;height:900px;border:0">
        </iframe>
        <pre id=out></pre><script>
        window.onload = () => {{
          const root = document.getElementById("f").contentDocument.documentElement;
          document.getElementById("out").textContent = root.scrollWidth + " of " + root.clientWidth;
        }};
        </script>
        """,
        "frame.html",
    )
    assert BROWSER
    command = [
        BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--virtual-time-budget=4000", f"--user-data-dir={film.folder / 'profile'}",
        "--dump-dom", f"file://{film.folder / 'frame.html'}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert f"{width} of {width}" in done.stdout
