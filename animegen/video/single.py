"""One frame of a video file, as a picture. Unaware of what the video is of."""

from __future__ import annotations

from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

from animegen.errors import RenderFailed
from animegen.video.color import yuv_to_rgb
from animegen.video.decode import read_rgb, read_yuv

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.video.frame import RgbFrame


def write_frame(video: Path, index: int, target: Path, *, drawn: bool = False) -> None:
    """Write the frame `index` of a film as a PNG, whole or not at all.

    `drawn`: of a shot's frames as they were drawn, which are RGB.

    Raises:
        RenderFailed: when the video is damaged, or shorter.
        StoreFailed: when the disk refuses.
    """
    from PIL import Image

    from animegen.store.failure import store_errors
    from animegen.store.write import make_folder, publish_bytes

    content = BytesIO()
    Image.fromarray(_frame(video, index, drawn)).save(content, "PNG")
    with store_errors(target, "-o DIR"):
        make_folder(target.parent)
        publish_bytes(content.getvalue(), target, target.parent)


def _frame(video: Path, index: int, drawn: bool) -> RgbFrame:
    if drawn:
        found = next(islice(read_rgb(video), index, None), None)
    else:
        planes = next(islice(read_yuv(video), index, None), None)
        found = None if planes is None else yuv_to_rgb(planes)
    if found is None:
        raise RenderFailed(f"{video.name} has no frame {index}")
    return found
