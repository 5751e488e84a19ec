"""Reads and shapes sound: decoded, faded, cut to the sample. Unaware of films.

Sound is float32 (2, n) at 48 kHz, in blocks: memory does not grow with its length. Of a file its
first audio stream is read, and a file that holds pictures, too, is refused: it would be an external
visual input lying about.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from math import log10
from typing import TYPE_CHECKING

import av
import numpy as np

from animegen.errors import RenderFailed
from animegen.units import round_to_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from av.container import InputContainer
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

SAMPLE_RATE = 48_000
BLOCK = 1024
"""Samples of an AAC frame."""
# Not the formats that name other files (playlists, concat scripts): they could lead anywhere.
_FORMATS = "wav,w64,aiff,au,caf,mp3,aac,flac,ogg,mov,mp4,m4a,matroska,webm,wv,tta,ape"


_DOWNMIX = 1 / (1 + 2**0.5)
"""A side, the centre and a surround channel at -3 dB each (ITU-R BS.775) can come to 1 / this."""


class SoundRefused(Exception):
    """A file that is no sound, or not only."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a sound lies under a film; times in seconds."""

    gain: float
    """In decibels."""
    at: Fraction
    """When it begins in the film."""
    skip: Fraction
    """How much of its beginning is left out."""
    fade_in: Fraction
    fade_out: Fraction


def require_sound(path: Path) -> None:
    """Check that a file holds sound, no pictures, and can be read.

    Raises:
        SoundRefused: says why not.
    """
    try:
        with _opened(path) as file:
            next(file.decode(file.streams.audio[0]))
    except (av.FFmpegError, OSError, StopIteration) as error:
        raise SoundRefused(f"it cannot be read as sound ({_reason(error)})") from error


def sound_length(path: Path, most: int) -> int:
    """Return how many samples a file holds, counted until there are `most`."""
    count = 0
    for block in _read(path):
        count += block.shape[1]
        if count >= most:
            return most
    return count


def shape_sound(path: Path, shape: Shape, samples: int) -> Iterator[Sound]:
    """Yield exactly `samples` of a file's sound in blocks of 1024, silence around it.

    Raises:
        RenderFailed: when the file is damaged, or holds no sound.
    """
    start, skip = (
        round_to_frame(seconds, Fraction(SAMPLE_RATE)) for seconds in (shape.at, shape.skip)
    )
    room = max(0, samples - start)
    try:
        heard = min(room, sound_length(path, skip + room) - skip) if room else 0
        yield from _blocks(_parts(path, shape, samples, start, skip, max(0, heard)), samples)
    except (av.FFmpegError, OSError, SoundRefused) as error:
        raise RenderFailed(f"cannot read the soundtrack: {_reason(error)}") from error


def hear(blocks: Iterable[Sound], note: Callable[[str], None]) -> Iterator[Sound]:
    """Pass sound on; say afterwards whether it was louder than a player can play."""
    peak = 1.0
    for block in blocks:
        peak = max(peak, float(np.abs(block).max(initial=0.0)))
        yield block
    if peak > 1.0:
        note(f"the soundtrack is {20 * log10(peak):.1f} dB too loud and distorts; lower its gain")


def _parts(
    path: Path, shape: Shape, samples: int, start: int, skip: int, heard: int
) -> Iterator[Sound]:
    yield from _silence(min(start, samples))
    done = 0
    for block in _dropped(_read(path), skip) if heard else ():
        part = block[:, : heard - done]
        yield part * _envelope(done, part.shape[1], heard, shape)
        done += part.shape[1]
        if done >= heard:
            break
    yield from _silence(samples - min(start, samples) - done)


def _envelope(first: int, count: int, whole: int, shape: Shape) -> Sound:
    """Return the loudness of samples `first` to `first + count` - 1 of `whole`.

    Fades are squared sines: two of them that meet make a constant loudness.
    """
    index = np.arange(first, first + count, dtype=np.float64) + 0.5
    level = np.full(count, 10 ** (shape.gain / 20))
    for length, inner in ((shape.fade_in, index), (shape.fade_out, whole - index)):
        if length:
            share = np.clip(inner / float(length * SAMPLE_RATE), 0.0, 1.0)
            level *= np.sin(share * np.pi / 2) ** 2
    return level.astype(np.float32)


def _read(path: Path) -> Iterator[Sound]:
    """Decode a file to stereo at 48 kHz: mono as loud on both sides, more channels mixed down."""
    with _opened(path) as file:
        stream = file.streams.audio[0]
        channels = stream.codec_context.channels
        layout = "mono" if channels == 1 else "stereo"
        resampler = av.AudioResampler(format="fltp", layout=layout, rate=SAMPLE_RATE)
        scale = np.float32(_DOWNMIX if channels > 2 else 1.0)
        for frame in chain(file.decode(stream), [None]):
            if frame is not None:
                frame.pts = None  # samples are counted, never timed
            for piece in resampler.resample(frame):
                samples = np.asarray(piece.to_ndarray(), np.float32) * scale
                yield np.repeat(samples, 2, axis=0) if channels == 1 else samples


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    options = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}
    with av.open(str(path.absolute()), options=options) as file:
        if file.streams.video:
            raise SoundRefused("it holds pictures, too (a video, or a cover)")
        if not file.streams.audio:
            raise SoundRefused("it holds no sound")
        yield file


def _dropped(blocks: Iterable[Sound], count: int) -> Iterator[Sound]:
    for block in blocks:
        if count < block.shape[1]:
            yield block[:, count:]
        count = max(0, count - block.shape[1])


def _silence(count: int) -> Iterator[Sound]:
    for start in range(0, count, BLOCK):
        yield np.zeros((2, min(BLOCK, count - start)), np.float32)


def _blocks(parts: Iterable[Sound], samples: int) -> Iterator[Sound]:
    """Regroup into blocks of 1024; the last one has the rest."""
    waiting: list[Sound] = []
    held = passed = 0
    for part in parts:
        waiting.append(part)
        held += part.shape[1]
        if held >= BLOCK:
            joined = np.concatenate(waiting, axis=1)
            whole = held // BLOCK * BLOCK
            for start in range(0, whole, BLOCK):
                yield joined[:, start : start + BLOCK]
            waiting, held, passed = [joined[:, whole:]], held - whole, passed + whole
    if passed + held != samples:
        raise RenderFailed(
            f"{passed + held} samples of sound were made where {samples} were planned"
        )
    if held:
        yield np.concatenate(waiting, axis=1)


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error) or "it is empty"
