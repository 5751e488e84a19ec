"""The step that draws a card: exactly its frames, in BT.709, and from the font it was given."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from animegen.digest import file_digest
from animegen.errors import RenderFailed
from animegen.steps.given import given_file
from animegen.steps.title import Title
from animegen.video.decode import read_yuv


def title(**fields) -> Title:
    usual = {
        "text": "A film", "font": None, "frames": 7, "fade": 2, "rate": "24000/1001",
        "width": 64, "height": 36,
    }  # fmt: skip
    return Title(**(usual | fields))


def test_it_leaves_exactly_its_frames(work) -> None:
    title().render({}, work)
    frames = list(read_yuv(work.folder / "clip.mkv"))
    assert len(frames) == 7
    assert {frame.size for frame in frames} == {(64, 36)}
    assert frames[0].y.max() < frames[3].y.max()
    assert work.reports == [(done, 7, "frame") for done in range(1, 8)]
    with av.open(str(work.folder / "clip.mkv")) as file:
        assert file.streams.video[0].average_rate == Fraction(24000, 1001)


def test_the_same_card_is_the_same_file(work) -> None:
    title().render({}, work)
    first = (work.folder / "clip.mkv").read_bytes()
    title().render({}, work)
    assert (work.folder / "clip.mkv").read_bytes() == first


def test_a_text_without_room_is_a_note(work, monkeypatch) -> None:
    notes: list[str] = []
    monkeypatch.setattr(type(work), "note", lambda self, message: notes.append(message))
    title().render({}, work)
    assert notes == []
    title(text="many words " * 90).render({}, work)
    assert notes == ["the text does not fit on the card, and is cut off; make two cards of it"]


def test_a_font_is_read_from_the_file_with_its_digest(work, monkeypatch) -> None:
    found = sorted(Path("/usr/share/fonts").rglob("DejaVuSerif-Bold.ttf"))
    if not found:
        pytest.skip("this machine has no DejaVu Serif")
    title().render({}, work)
    plain = list(read_yuv(work.folder / "clip.mkv"))[3]
    digest = file_digest(found[0])
    monkeypatch.setattr(type(work), "weights", lambda self, asked: {digest: found[0]}[asked])
    title(font=digest).render({}, work)
    assert (list(read_yuv(work.folder / "clip.mkv"))[3].y != plain.y).any()


def test_a_file_that_was_changed_since_is_not_used(work, tmp_path, monkeypatch) -> None:
    path = tmp_path / "rain.wav"
    path.write_bytes(b"one")
    digest = file_digest(path)
    monkeypatch.setattr(type(work), "weights", lambda self, asked: path)
    assert given_file(digest, work) == path
    path.write_bytes(b"two")
    with pytest.raises(RenderFailed, match=r"rain\.wav was changed after the film was planned"):
        given_file(digest, work)
