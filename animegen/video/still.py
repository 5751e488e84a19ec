"""Single frames of a video as picture files, and a picture file as a frame.

Unaware of what they show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from animegen.errors import RenderFailed
from animegen.video.color import yuv_to_rgb
from animegen.video.decode import read_alone, read_rgb, read_yuv

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from animegen.video.frame import RgbFrame


def write_stills(video: Path, wanted: Mapping[int, Path], *, generated: bool = False) -> None:
    """Write the frames of these indices to these PNG files, in one pass over the video.

    `generated` frames are lossless RGB; those of clips and films are yuv420p.

    Raises:
        RenderFailed: when the video is damaged, or ends too early.
    """
    frames = read_rgb(video) if generated else map(yuv_to_rgb, read_yuv(video))
    last = max(wanted, default=-1)
    for index, frame in enumerate(frames):
        if index in wanted:
            Image.fromarray(frame).save(wanted[index])
        if index >= last:
            return
    if wanted:
        raise RenderFailed(f"{video.name} has no frame {last}")


def read_picture(path: Path) -> RgbFrame:
    """Return a picture file as a frame, uint8 (H, W, 3).

    Raises:
        RenderFailed: when the file is missing or damaged.
    """
    try:
        with Image.open(path) as picture:
            return np.array(picture.convert("RGB"))
    except OSError as error:
        raise RenderFailed(f"cannot read {path.name}: {error}") from error


def write_thumbnails(clip: Path, wanted: Mapping[int, Path], widest: int) -> None:
    """Write these frames of a lossless clip as BMP files, made small, to be read again at once.

    Frames between them are not decoded.

    Raises:
        RenderFailed: when the clip is damaged, or ends too early.
    """
    found = 0
    for index, frame in read_alone(clip, wanted.keys()):
        picture = Image.fromarray(yuv_to_rgb(frame))
        picture.thumbnail((widest, widest * 2), Image.Resampling.BOX, reducing_gap=2.0)
        picture.save(wanted[index], "BMP")
        found += 1
    if found < len(wanted):
        raise RenderFailed(f"{clip.name} has no frame {max(wanted)}")
