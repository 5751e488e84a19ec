"""A contact sheet, read back: pictures in their cells, text in its place, nothing beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops

from animegen.errors import StoreFailed
from animegen.report.contact_sheet import Block, Cell, write_contact_sheet, write_contact_sheets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Paint = Callable[..., Path]

RED, GREEN, BLUE, GOLD = (200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 180, 30)
PAPER = (20, 22, 34)
MARGIN, GAP = 24, 12  # at a width of 256


@pytest.fixture
def paint(tmp_path: Path) -> Paint:
    """Write a picture of one colour."""

    def paint(color: tuple[int, int, int], size: tuple[int, int] = (64, 64)) -> Path:
        path = tmp_path / f"{'-'.join(map(str, (*color, *size)))}.png"
        Image.new("RGB", size, color).save(path)
        return path

    return paint


def sheet(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        assert (picture.format, picture.mode) == ("PNG", "RGB")
        return picture.copy()


def boxes(picture: Image.Image, color: tuple[int, int, int]) -> tuple[int, int, int, int] | None:
    """Return the box around all pixels of exactly this colour."""
    off = ImageChops.difference(picture, Image.new("RGB", picture.size, color)).convert("L")
    return off.point(lambda value: 255 if value == 0 else 0).getbbox()


def ink(picture: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """Return the box around what is not paper, within `box`."""
    part = picture.crop(box)
    return ImageChops.difference(part, Image.new("RGB", part.size, PAPER)).getbbox()


def test_pictures_lie_in_their_rows_and_columns(paint: Paint, tmp_path: Path) -> None:
    cells = [
        [Cell(picture=paint(RED)), Cell(picture=paint(GREEN))],
        [Cell(picture=paint(BLUE)), Cell(picture=paint(GOLD))],
    ]
    path = tmp_path / "out" / "sheet.png"
    write_contact_sheet(cells, path, title="Two by two", rows=["r1", "r2"], columns=["c1", "c2"])
    picture = sheet(path)
    red, green, blue, gold = (boxes(picture, color) for color in (RED, GREEN, BLUE, GOLD))
    for box in (red, green, blue, gold):
        assert (box[2] - box[0], box[3] - box[1]) == (256, 256)
    assert (red[0], red[1]) == (blue[0], green[1])
    assert green[0] - red[2] == GAP
    assert blue[1] - red[3] == GAP
    assert (gold[0], gold[1]) == (green[0], blue[1])
    assert picture.width - gold[2] == MARGIN
    assert [path.name for path in path.parent.iterdir()] == ["sheet.png"]


def test_labels_stand_beside_rows_and_above_columns(paint: Paint, tmp_path: Path) -> None:
    cells = [[Cell(picture=paint(RED)), Cell(picture=paint(GREEN))]]
    path = tmp_path / "sheet.png"
    write_contact_sheet(cells, path, title="T", rows=["rain"], columns=["calm", ""])
    picture = sheet(path)
    red, green = boxes(picture, RED), boxes(picture, GREEN)
    assert ink(picture, (0, red[1], red[0], red[3]))  # the row's label
    assert ink(picture, (red[0], red[1] - 30, red[2], red[1]))  # the column's
    assert not ink(picture, (green[0], green[1] - 30, green[2], green[1]))  # an empty one


def test_captions_stand_below(paint: Paint, tmp_path: Path) -> None:
    cells = [[Cell(picture=paint(RED), caption="take 1"), Cell(picture=paint(GREEN))]]
    write_contact_sheet(cells, tmp_path / "sheet.png", title="T")
    picture = sheet(tmp_path / "sheet.png")
    red, green = boxes(picture, RED), boxes(picture, GREEN)
    assert red[0] == MARGIN  # no labels, no room for them
    assert ink(picture, (red[0], red[3], red[2], picture.height))
    assert not ink(picture, (green[0], green[3], green[2], picture.height))


LONG = "a very long text that has no end, " * 20
WORD = "w" * 400


@pytest.mark.parametrize("text", [LONG, WORD])
@pytest.mark.parametrize("width", [48, 256])
def test_no_text_leaves_its_cell(paint: Paint, tmp_path: Path, text: str, width: int) -> None:
    cells = [[Cell(picture=paint(RED), caption=text), Cell(picture=paint(GREEN), caption=text)]] * 2
    path = tmp_path / "sheet.png"
    write_contact_sheet(
        cells, path, title=text, rows=[text, text], columns=[text, text], cell_width=width
    )
    picture = sheet(path)
    red, green = boxes(picture, RED), boxes(picture, GREEN)
    margin = picture.width - green[2]
    assert margin > 0
    labels = red[1] - 40 * width // 256  # the title is above, and may run over all columns
    assert not ink(picture, (0, 0, margin, picture.height))
    assert not ink(picture, (green[2], 0, picture.width, picture.height))
    assert not ink(picture, (red[2], labels, green[0], picture.height))
    assert not ink(picture, (0, picture.height - margin // 2, picture.width, picture.height))


@pytest.mark.parametrize("what", ["None", "not there", "no picture", "cut off"])
def test_a_missing_picture_is_a_marked_empty_cell(paint: Paint, tmp_path: Path, what: str) -> None:
    (tmp_path / "text.png").write_text("this is no picture")
    (tmp_path / "cut.png").write_bytes(paint(GOLD, (640, 640)).read_bytes()[:200])
    missing = {
        "None": None,
        "not there": tmp_path / "no.png",
        "no picture": tmp_path / "text.png",
        "cut off": tmp_path / "cut.png",
    }
    cells = [[Cell(picture=paint(RED)), Cell(picture=missing[what], caption="failed")]]
    write_contact_sheet(cells, tmp_path / "sheet.png", title="T")
    picture = sheet(tmp_path / "sheet.png")
    red = boxes(picture, RED)
    empty = (red[2] + GAP, red[1], red[2] + GAP + 256, red[3])
    assert ink(picture, empty) == (0, 0, 256, 256)
    assert len(picture.crop(empty).getcolors()) > 2  # a frame and words, not only a surface


def test_pictures_of_several_sizes_keep_their_shape(paint: Paint, tmp_path: Path) -> None:
    cells = [[Cell(picture=paint(RED, (640, 360))), Cell(picture=paint(GREEN, (32, 48)))]]
    write_contact_sheet(cells, tmp_path / "sheet.png", title="T", cell_width=128)
    picture = sheet(tmp_path / "sheet.png")
    red, green = boxes(picture, RED), boxes(picture, GREEN)
    assert (red[2] - red[0], red[3] - red[1]) == (128, 72)
    assert (green[2] - green[0], green[3] - green[1]) == (128, 192)
    assert red[1] + red[3] == green[1] + green[3]  # each in the middle of its cell


def test_blocks_are_stacked(paint: Paint, tmp_path: Path) -> None:
    blocks = [
        Block(cells=[[Cell(picture=paint(RED))]], heading="one"),
        Block(cells=[[Cell(picture=paint(GREEN))]], heading="two"),
    ]
    write_contact_sheets(blocks, tmp_path / "sheet.png", title="T")
    picture = sheet(tmp_path / "sheet.png")
    red, green = boxes(picture, RED), boxes(picture, GREEN)
    assert red[0] == green[0]
    assert ink(picture, (red[0], red[3], red[2], green[1]))  # the second heading between them


def test_a_sheet_of_nothing_is_a_title(tmp_path: Path) -> None:
    write_contact_sheet([], tmp_path / "sheet.png", title="Nothing")
    assert ink(sheet(tmp_path / "sheet.png"), (0, 0, 300, 100))


def test_the_old_sheet_stays_when_the_folder_refuses(paint: Paint, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreFailed):
        write_contact_sheet([], tmp_path / "file" / "sheet.png", title="T")
