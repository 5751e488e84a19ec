"""The page of a contact sheet: one file, pictures inside, and whatever people write stays text."""

from __future__ import annotations

import base64
from html.parser import HTMLParser
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from PIL import Image

from animegen.report.contact_page import write_contact_page
from animegen.report.contact_sheet import Block, Cell

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = (
    """</title></p></style>"'><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }}"""
)


class Page(HTMLParser):
    """What a browser makes of a page: its elements, and the text in them."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self._open, data.strip()))

    def values(self, tag: str, attribute: str) -> list[str | None]:
        return [attrs[attribute] for name, attrs in self.tags if name == tag]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "weather=rain,mood=50% 雨" / "keyframes" / "sea.png"
    path.parent.mkdir(parents=True)
    Image.new("RGB", (1024, 512), (200, 30, 30)).save(path)
    return path


def page(tmp_path: Path, *blocks: Block, title: str = "T") -> Page:
    write_contact_page(blocks, tmp_path / "sheet.html", title=title)
    return Page(tmp_path / "sheet.html")


def test_pictures_are_inside_and_small(tmp_path: Path, picture: Path) -> None:
    found = page(tmp_path, Block(cells=[[Cell(picture=picture)]]))
    (source,) = found.values("img", "src")
    head, _, data = source.partition(",")
    assert head == "data:image/jpeg;base64"
    with Image.open(BytesIO(base64.b64decode(data))) as image:
        assert (image.format, image.size) == ("JPEG", (448, 224))
        assert (
            max(abs(a - b) for a, b in zip(image.getpixel((9, 9)), (200, 30, 30), strict=True)) < 9
        )


def test_links_lead_to_the_files_from_where_the_page_lies(tmp_path: Path, picture: Path) -> None:
    film = picture.with_name("film #1.mp4")
    film.touch()
    cells = [[Cell(picture=picture), Cell(picture=picture, file=film)]]
    links = page(tmp_path, Block(cells=cells)).values("a", "href")
    assert [
        (tmp_path / unquote(link)).samefile(file)
        for link, file in zip(links, (picture, film), strict=True)
    ] == [True, True]
    assert not any(set(link) & set(" #?:\"'<>") for link in links)


def test_hostile_texts_stay_text(tmp_path: Path, picture: Path) -> None:
    cell = Cell(picture=picture, caption=HOSTILE, details=(HOSTILE,))
    block = Block(cells=[[cell]], rows=[HOSTILE], columns=[HOSTILE], heading=HOSTILE)
    found = page(tmp_path, block, title=HOSTILE)
    tags = [tag for tag, _ in found.tags]
    assert "script" not in tags
    assert (tags.count("img"), tags.count("style"), tags.count("title")) == (1, 1, 1)
    assert not [name for _, attrs in found.tags for name in attrs if name.startswith("on")]
    assert found.values("img", "alt") == [HOSTILE]
    for tag in ("title", "h1", "h2", "span", "p"):
        assert (tag, HOSTILE) in found.texts
    assert [text for tag, text in found.texts if tag == "th"] == [HOSTILE, HOSTILE]


def test_a_missing_picture_is_an_empty_cell(tmp_path: Path, picture: Path) -> None:
    picture.write_text("no picture at all")
    cells = [
        [Cell(picture=None), Cell(picture=picture.with_name("none.png")), Cell(picture=picture)]
    ]
    found = page(tmp_path, Block(cells=cells))
    assert [text for _, text in found.texts if text == "no picture"] == ["no picture"] * 3
    assert not [tag for tag, _ in found.tags if tag in ("img", "a")]


def test_nothing_comes_from_elsewhere(tmp_path: Path, picture: Path) -> None:
    page(tmp_path, Block(cells=[[Cell(picture=picture)]], rows=["r"], columns=["c"]))
    text = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert "//" not in text.replace(text[text.index("base64,") : text.index('" alt=')], "")
    assert "<link" not in text
    assert 'name="viewport" content="width=device-width' in text
