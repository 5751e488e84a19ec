"""Contact sheets: many pictures in one small PNG. Unaware of what they show."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MOST_BYTES = 1_000_000


def write(path: Path, pictures: Sequence[npt.NDArray[np.uint8]], *, columns: int) -> None:
    """Write equally large pictures (h, w, 3) row by row, in less than `MOST_BYTES`.

    The sheet has at most 256 colours, and is made smaller until it fits.
    """
    height, width, _ = pictures[0].shape
    rows = -(-len(pictures) // columns)
    sheet = np.zeros((rows * height, columns * width, 3), np.uint8)
    for index, picture in enumerate(pictures):
        y, x = index // columns * height, index % columns * width
        sheet[y : y + height, x : x + width] = picture
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_small_png(Image.fromarray(sheet)))


def _small_png(image: Image.Image) -> bytes:
    while True:
        buffer = BytesIO()
        image.quantize(256).save(buffer, "PNG", optimize=True)
        if buffer.tell() < MOST_BYTES:
            return buffer.getvalue()
        size = int(image.width * 0.85), int(image.height * 0.85)
        image = image.resize(size, Image.Resampling.LANCZOS)
