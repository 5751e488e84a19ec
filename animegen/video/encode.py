"""Writes frames to files, and proves that every frame arrived. Unaware of shots and films.

Three formats: lossless RGB and lossless YUV (FFV1, RFC 9043, in Matroska) for what is kept between
steps, and H.264 in MP4, with or without AAC, for what is delivered. Identical frames give identical
files: thread and slice counts are pinned and the containers carry neither dates nor random ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from animegen.errors import AnimegenError, RenderFailed
from animegen.store.failure import disk_refusal, store_failed
from animegen.video.color import picture_of
from animegen.video.decode import count_packets
from animegen.video.sound import SAMPLE_RATE
from animegen.video.soundtrack import SoundTrack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction
    from pathlib import Path

    from av.container import OutputContainer
    from av.video.stream import VideoStream

    from animegen.video.frame import RgbFrame, YuvFrame
    from animegen.video.sound import Sound

# One frame depends on no other (g=1); slices are checked, so damage is noticed on reading.
_FFV1 = {"level": "3", "slices": "4", "slicecrc": "1", "g": "1"}

# x264's macroblock tree reads memory that nobody wrote when frames are tiny: the same 64x64 or
# 96x96 frames gave several files in 15 runs, from 128x128 on always one.
_MBTREE_FROM = 128


@dataclass(frozen=True, kw_only=True)
class _Format:
    container: str
    codec: str
    pixels: str
    options: dict[str, str]
    threads: int
    bt709: bool
    container_options: dict[str, str] = field(default_factory=dict)
    small_options: dict[str, str] = field(default_factory=dict)
    """Added for frames with a side below `_MBTREE_FROM`."""


def write_lossless_rgb(path: Path, frames: Iterable[RgbFrame], rate: Fraction) -> int:
    """Write uint8 (H, W, 3) RGB frames as FFV1 (bgr0) and return how many.

    Raises:
        RenderFailed: when there are no frames, when FFmpeg refuses them, or when the file holds
            fewer than were written.
        StoreFailed: when the disk takes no more.
    """
    pictures = (
        av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), "rgb24").reformat(format="bgr0")
        for frame in frames
    )
    form = _Format(
        container="matroska", codec="ffv1", pixels="bgr0", options=_FFV1, threads=2, bt709=False
    )
    return _write(path, pictures, rate, form)


def write_lossless_yuv(path: Path, frames: Iterable[YuvFrame], rate: Fraction) -> int:
    """Write yuv420p BT.709 frames as FFV1 and return how many; raises as `write_lossless_rgb`."""
    form = _Format(
        container="matroska", codec="ffv1", pixels="yuv420p", options=_FFV1, threads=2, bt709=True
    )
    return _write(path, map(picture_of, frames), rate, form)


def write_h264(
    path: Path,
    frames: Iterable[YuvFrame],
    rate: Fraction,
    *,
    crf: int = 16,
    preset: str = "veryfast",
    threads: int = 4,
    sound: Iterable[Sound] | None = None,
) -> int:
    """Write the film: H.264, yuv420p, tagged BT.709, index in front; return the frame count.

    `rate` is exact (24000/1001); frame n is shown at n / rate. x264's output depends on `threads`.
    `sound`, in blocks of 1024 samples, becomes AAC beside the same pictures.
    Raises as `write_lossless_rgb`.
    """
    # Players cut off what the AAC encoder puts before and after the sound, by an edit list; its
    # unit is the movie's timescale, of which the usual thousandth of a second is no sample.
    exact = {"movie_timescale": str(SAMPLE_RATE)} if sound is not None else {}
    form = _Format(
        container="mp4",
        codec="libx264",
        pixels="yuv420p",
        options={"crf": str(crf), "preset": preset},
        small_options={"x264-params": "mbtree=0"},
        threads=threads,
        bt709=True,
        container_options={"movflags": "+faststart", **exact},
    )
    return _write(path, map(picture_of, frames), rate, form, sound)


def _write(
    path: Path,
    pictures: Iterable[av.VideoFrame],
    rate: Fraction,
    form: _Format,
    sound: Iterable[Sound] | None = None,
) -> int:
    options = {"fflags": "+bitexact", **form.container_options}
    try:
        with av.open(str(path.absolute()), "w", format=form.container, options=options) as file:
            written = _encode(file, iter(pictures), rate, form, sound)
    except (av.FFmpegError, OSError) as error:
        raise _failure_of(path, error) from error
    found = count_packets(path)
    if found != written:
        raise RenderFailed(f"{path.name} holds {found} frames where {written} were written")
    return written


def _failure_of(path: Path, error: Exception) -> AnimegenError:
    refusal = disk_refusal(error)
    if refusal is not None:
        return store_failed(refusal, path.parent)
    return RenderFailed(f"cannot write {path.name}: {error}")


def _encode(
    file: OutputContainer,
    pictures: Iterator[av.VideoFrame],
    rate: Fraction,
    form: _Format,
    sound: Iterable[Sound] | None,
) -> int:
    first = next(pictures, None)
    if first is None:
        raise RenderFailed("there are no frames to write")
    stream = _add_stream(file, first, rate, form)
    track = None if sound is None else SoundTrack(file, sound)
    written = 0
    picture: av.VideoFrame | None = first
    while picture is not None:
        picture.pts = written
        picture.time_base = 1 / rate
        file.mux(stream.encode(picture))
        written += 1
        if track:
            track.write_until(written / rate)
        picture = next(pictures, None)
    file.mux(stream.encode(None))
    if track:
        track.finish()
    return written


def _add_stream(
    file: OutputContainer, first: av.VideoFrame, rate: Fraction, form: _Format
) -> VideoStream:
    small = min(first.width, first.height) < _MBTREE_FROM
    options = form.options | (form.small_options if small else {})
    stream = cast("VideoStream", file.add_stream(form.codec, rate=rate, options=options))
    context = stream.codec_context
    context.width, context.height = first.width, first.height
    context.pix_fmt = form.pixels
    context.time_base = 1 / rate
    context.thread_count = form.threads
    if form.bt709:
        context.color_primaries = ColorPrimaries.BT709
        context.color_trc = ColorTrc.BT709
        context.colorspace = Colorspace.ITU709
        context.color_range = ColorRange.MPEG
    return stream
