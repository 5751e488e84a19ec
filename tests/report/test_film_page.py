"""report.html: one file, pictures inside, relative links, and whatever people write stays text."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from finished_film import HOSTILE, NEGATIVE, finished, write_page

if TYPE_CHECKING:
    from pathlib import Path

EMPTY = {"meta", "link", "img", "br", "line", "polyline"}


class Page(HTMLParser):
    """What a browser makes of a page: its elements, and the text in them."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1] != "style":
            self.texts.append(" ".join(data.split()))

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for _, attrs in self.tags if attribute in attrs]


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(write_page(tmp_path, finished(tmp_path)))


def test_every_element_is_closed(page: Page) -> None:
    assert page.open == []


def test_what_people_wrote_is_text(page: Page) -> None:
    assert page.texts.count(HOSTILE) == 2  # the title and the heading
    assert any("<script>alert('prompt')</script> & sea" in text for text in page.texts)
    assert any(NEGATIVE in text for text in page.texts)
    assert "<i>tried twice</i>" in page.texts
    assert not {"script", "b onclick", "i", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]


def test_nothing_is_loaded_from_elsewhere(page: Page, tmp_path: Path) -> None:
    pictures = [attrs["src"] for tag, attrs in page.tags if tag == "img"]
    assert len(pictures) == 8 + 2 + 2 + 1  # frames, the strip, keyframes, a map
    assert all(source.startswith("data:image/jpeg;base64,") for source in pictures)
    addresses = [
        one
        for one in page.values("src") + page.values("href")
        if not one.startswith(("data:", "#"))
    ]
    for address in addresses:
        assert ":" not in address
        assert (tmp_path / "out & <b>" / unquote(address)).is_file(), address
    assert "url(" not in (tmp_path / "out & <b>" / "report.html").read_text(encoding="utf-8")
    assert {unquote(one) for one in addresses} == {"film.mp4", "quality.json", "../entry.json"}


def test_figures_are_judged_by_the_storyboards_checks_first(page: Page) -> None:
    assert page.texts.count("check < 0.02") == 2
    assert page.texts.count("usual < 2") == 2
    odd = [
        attrs.get("class") for tag, attrs in page.tags if (attrs.get("class") or "").endswith("odd")
    ]
    # In the head; the flicker of the beach; frames that are frozen, in both.
    assert odd == ["odd", "odd", "number odd", "odd"]
    assert "3 figures to look at" in page.texts
    assert "crossfade, 2 frames · 25% darker, colours 12 apart" in page.texts


def test_every_curve_has_a_point_for_each_frame(page: Page) -> None:
    curves = [attrs["points"].split() for tag, attrs in page.tags if tag == "polyline"]
    assert [len(curve) for curve in curves] == [2, 2, 3, 3] * 2
    assert sum(tag == "line" and "class" not in attrs for tag, attrs in page.tags) == 2


def test_steps_say_whether_they_ran(page: Page) -> None:
    assert page.texts.count("rendered") == 1
    assert page.texts.count("from the store") == 6
    assert any(text.endswith("1 rendered this time, 7 from the store") for text in page.texts)


def test_a_film_that_was_not_measured_and_whose_frames_are_gone(tmp_path: Path) -> None:
    film = finished(tmp_path, measured=False, pictures=False)
    page = Page(write_page(tmp_path, film, frames={}))
    assert page.open == []
    assert "What is measured" not in page.texts
    assert not [tag for tag, _ in page.tags if tag in ("img", "polyline", "nav")]
    assert page.texts.count("sea") == 1
