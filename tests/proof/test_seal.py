"""A film is sealed and opened again without changing a frame."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from animegen.proof.boxes import FilmUnreadable
from animegen.proof.frames import frame_digests
from animegen.proof.seal import Seal, seal_of, sealed, unsealed
from animegen.video.encode import write_h264
from animegen.video.frame import YuvFrame, black

if TYPE_CHECKING:
    from pathlib import Path

SEAL = Seal(comment="a digest", description="für 雨 and 🎬")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    noise = np.random.default_rng(0).integers(16, 235, (128, 128))

    def frame(number: int) -> YuvFrame:
        one = black(128, 128)
        one.y[:] = np.roll(noise, number)
        return one

    path = tmp_path / "film.mp4"
    write_h264(path, map(frame, range(30)), Fraction(24))
    return path


def written(path: Path, chunks: object) -> Path:
    path.write_bytes(b"".join(chunks))  # type: ignore[arg-type]
    return path


def decoded(path: Path) -> list[str]:
    with av.open(str(path)) as container:
        return [
            hashlib.sha256(frame.to_ndarray().tobytes()).hexdigest()
            for frame in container.decode(video=0)
        ]


def test_ffmpeg_reads_the_tags_and_the_same_frames(film: Path, tmp_path: Path) -> None:
    after = written(tmp_path / "sealed.mp4", sealed(film, SEAL))
    with av.open(str(after)) as container:
        told = container.metadata
    assert (told["comment"], told["description"]) == (SEAL.comment, SEAL.description)
    assert decoded(after) == decoded(film)


def test_what_was_sealed_comes_out_bit_for_bit(film: Path, tmp_path: Path) -> None:
    after = written(tmp_path / "sealed.mp4", sealed(film, SEAL))
    assert seal_of(after) == SEAL
    assert b"".join(unsealed(after)) == film.read_bytes()


def test_sealing_twice_can_be_undone_twice(film: Path, tmp_path: Path) -> None:
    once = written(tmp_path / "1.mp4", sealed(film, SEAL))
    twice = written(tmp_path / "2.mp4", sealed(once, Seal(comment="c", description="d")))
    assert b"".join(unsealed(twice)) == once.read_bytes()


def test_a_film_without_a_seal(film: Path) -> None:
    with pytest.raises(FilmUnreadable, match="it carries no provenance in its metadata"):
        seal_of(film)


@pytest.mark.parametrize("content", [b"", b"no film", b"\0\0\0\x10ftypisomxxxx", bytes(64)])
def test_what_is_no_film(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(content)
    for read in (seal_of, frame_digests, lambda path: list(sealed(path, SEAL))):
        with pytest.raises(FilmUnreadable):
            read(path)


def test_frames_are_told_apart_in_the_order_shown(film: Path) -> None:
    with av.open(str(film)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    shown = sorted((packet.pts or 0, bytes(packet)) for packet in packets)
    assert [packet.pts for packet in packets] != [pts for pts, _ in shown]  # it has B-frames
    assert frame_digests(film) == [hashlib.sha256(coded).hexdigest()[:16] for _, coded in shown]
