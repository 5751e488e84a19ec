"""Takes stills out of the film for print, and the film's own accent colour out of them."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.report.handin.facts import ShotFacts

_QUALITY = 88
_INK = "#3b4a9c"


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A frame of the film as a JPEG."""

    jpeg: bytes
    width: int
    height: int
    shot: str
    frame: int


def take_stills(
    film: Path, shots: Sequence[ShotFacts], *, each: int, most: int, widest: int
) -> list[Picture]:
    """Return `each` frames of every shot, evenly spread; of at most `most` in all.

    Pictures smaller than `widest` pixels are enlarged smoothly, so that print shows no blocks.
    """
    from PIL import Image

    from animegen.video.still import write_stills

    wanted = {
        _frame(shot, part, each): shot.id
        for shot in _spread(shots, max(1, most // each))
        for part in range(each)
    }
    with TemporaryDirectory() as folder:
        paths = {frame: Path(folder) / f"{frame}.png" for frame in wanted}
        write_stills(film, paths)
        pictures = []
        for frame, path in sorted(paths.items()):
            with Image.open(path) as image:
                scale = widest / image.width
                size = (widest, max(1, round(image.height * scale)))
                large = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
            content = BytesIO()
            large.save(content, "JPEG", quality=_QUALITY, optimize=True, subsampling=0)
            pictures.append(
                Picture(
                    jpeg=content.getvalue(),
                    width=large.width,
                    height=large.height,
                    shot=wanted[frame],
                    frame=frame,
                )
            )
        return pictures


def _frame(shot: ShotFacts, part: int, each: int) -> int:
    """Return the middle of a part of the shot, no transition in it."""
    start, end = shot.clear
    at = start + (end - start) * (2 * part + 1) // (2 * each)
    return shot.start + min(at, shot.frames - 1)


def _spread(shots: Sequence[ShotFacts], most: int) -> list[ShotFacts]:
    """Return at most `most` of the shots, first and last among them."""
    if len(shots) <= most:
        return list(shots)
    if most == 1:
        return [shots[0]]
    return [shots[round(at * (len(shots) - 1) / (most - 1))] for at in range(most)]


def accent_of(pictures: Sequence[Picture]) -> str:
    """Return the liveliest of the pictures' usual colours, dark enough to read on white."""
    from PIL import Image

    best, liveliest = _INK, 0.15
    for picture in pictures:
        with Image.open(BytesIO(picture.jpeg)) as image:
            small = image.resize((48, 48)).quantize(8).convert("RGB")
        for count, color in small.getcolors(48 * 48) or []:
            red, green, blue = color
            hue, light, full = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
            lively = full * (1 - abs(2 * light - 1)) * (count / 2304) ** 0.25
            if lively > liveliest:
                liveliest = lively
                ready = colorsys.hls_to_rgb(hue, min(light, 0.42), min(full, 0.75))
                best = "#" + "".join(f"{round(255 * part):02x}" for part in ready)
    return best
