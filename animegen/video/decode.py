"""Reads frames from files, one after the other. Unaware of shots and films.

Frames are counted, never timed: what a container says about time is not asked.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

import av
import numpy as np

from animegen.errors import RenderFailed
from animegen.guard import check
from animegen.video.color import planes_of

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator
    from pathlib import Path

    from av.container import InputContainer
    from av.video.stream import VideoStream

    from animegen.video.frame import RgbFrame, YuvFrame


def read_rgb(path: Path) -> Generator[RgbFrame]:
    """Yield the frames of a lossless RGB file: uint8 (H, W, 3), full range.

    Raises:
        RenderFailed: when the file is missing, damaged or of another kind.
    """
    for picture in _pictures(path, "bgr0"):
        yield np.asarray(picture.reformat(format="rgb24").to_ndarray(), np.uint8)


def read_yuv(path: Path) -> Generator[YuvFrame]:
    """Yield the frames of a yuv420p file; raises as `read_rgb`."""
    for picture in _pictures(path, "yuv420p"):
        yield planes_of(picture)


def read_alone(path: Path, indices: Collection[int]) -> Generator[tuple[int, YuvFrame]]:
    """Yield these frames of a lossless yuv420p file, in order, without decoding those between.

    That works where no frame depends on another, as in all that `encode.write_lossless_yuv` writes.
    Raises as `read_rgb`; indices beyond the last frame are left out.
    """
    last = max(indices, default=-1)
    with _opened(path) as file:
        stream = _stream(file, path, "yuv420p")
        packets = (packet for packet in file.demux(stream) if packet.size)
        for index, packet in enumerate(islice(packets, last + 1)):
            if index in indices:
                yield from ((index, planes_of(picture)) for picture in packet.decode())


def count_packets(path: Path) -> int:
    """Return how many frames a file holds, without decoding them; raises as `read_rgb`."""
    with _opened(path) as file:
        return sum(packet.size > 0 for packet in file.demux(video=0))


def _pictures(path: Path, pixels: str) -> Generator[av.VideoFrame]:
    with _opened(path) as file:
        stream = _stream(file, path, pixels)
        stream.thread_type = "AUTO"
        yield from file.decode(stream)


def _stream(file: InputContainer, path: Path, pixels: str) -> VideoStream:
    stream = file.streams.video[0]
    if stream.codec_context.pix_fmt != pixels:
        raise RenderFailed(f"{path.name} holds {stream.codec_context.pix_fmt}, not {pixels}")
    return stream


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    check(path)  # FFmpeg opens files in C, where Python's audit hook hears nothing
    try:
        with av.open(str(path.absolute())) as file:
            yield file
    except (av.FFmpegError, IndexError) as error:
        raise RenderFailed(f"cannot read {path.name}: {error}") from error
