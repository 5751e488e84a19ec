"""`storyboard vary` with a model: keyframes of several values and seeds, and what they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops

if TYPE_CHECKING:
    from tests.conftest import Project, Result

pytestmark = pytest.mark.slow

FILM = """
    version: 1
    title: Two shots
    pack: smoke
    frame: {width: 64, height: 64}
    quality: draft
    let: {weather: rain}
    shots:
      - {id: sea, duration: 1s, prompt: "sea, {{ weather }}"}
      - {id: harbour, duration: 1s, prompt: "harbour, night", seed: 4}
    """
OUT = "out/two-shots/vary"


@pytest.fixture
def film(project: Project) -> Project:
    project.write(FILM)
    return project


def rendered(result: Result) -> list[str]:
    return [line.split(":")[0] for line in result.err.splitlines() if ": rendered in" in line]


def test_keyframes_of_two_values_and_two_seeds(film: Project) -> None:
    flags = ("--set", "weather=rain,snow", "--set", "seed=0,9")
    result = film.storyboard("vary", "film.yaml", *flags)
    assert result.code == 0, result.err
    assert result.out == f"{OUT}/contact-sheet.png\n{OUT}/contact-sheet.html\n"
    assert rendered(result) == [
        "weather=rain,seed=0/sea/keyframe",
        "harbour/keyframe",  # its seed is its own
        "weather=rain,seed=9/sea/keyframe",
        "weather=snow,seed=0/sea/keyframe",
        "weather=snow,seed=9/sea/keyframe",
    ]
    folders = [f"weather={w},seed={s}" for w in ("rain", "snow") for s in (0, 9)]
    pictures = [film.folder / OUT / folder / "keyframes/sea.png" for folder in folders]
    assert len({picture.read_bytes() for picture in pictures}) == 4
    with Image.open(film.folder / OUT / "contact-sheet.png") as sheet:
        # Two blocks, the first the sea's; the last block ends at the margin.
        right, bottom = sheet.width - 24, sheet.height - 24
        tops, lefts = (bottom - 524, bottom - 256), (right - 524, right - 256)
        shown = sheet.crop((lefts[1], tops[1], lefts[1] + 256, tops[1] + 256))
    with Image.open(film.folder / OUT / folders[3] / "keyframes/harbour.png") as picture:
        wanted = picture.convert("RGB").resize((256, 256))
    assert ImageChops.difference(shown, wanted).getbbox() is None
    assert film.storyboard("vary", "film.yaml", *flags).err == (
        "nothing to render: everything is in the store\n"
    )


def test_the_films_own_keyframe_is_one_of_the_variations(film: Project) -> None:
    assert film.storyboard("still", "--shot", "sea", "--quality", "draft").code == 0
    result = film.storyboard("vary", "--shots", "sea", "--set", "weather=rain,snow")
    assert rendered(result) == ["weather=snow/sea/keyframe"]
    high = film.storyboard("vary", "--shots", "sea", "--set", "quality=draft,high", "--dry-run")
    assert high.out.splitlines()[1:3] == [
        "  quality=draft  ready",
        "  quality=high   1 of 1 step to render",
    ]


def test_a_sheet_of_clips_shows_what_is_delivered(film: Project) -> None:
    flags = ("--until", "clip", "--shots", "sea", "--set", "weather=rain,snow")
    result = film.storyboard("vary", "film.yaml", *flags)
    assert result.code == 0, result.err
    assert rendered(result) == [
        f"weather={weather}/sea/{step}"
        for weather in ("rain", "snow")
        for step in ("keyframe", "segment-000", "clip")
    ]
    assert (film.folder / OUT / "weather=snow/clips/sea.mkv").is_file()
