"""Draws control maps of generated pictures, and finds them again. Unaware of shots and ControlNets.

Nothing here reads a picture that was not generated: the sources are other steps' results.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING

from animegen.errors import RenderFailed, StoreFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from animegen.render import job
    from animegen.render.job import Bench, Drawing

    RgbPicture = NDArray[np.uint8]

DRAWN = "drawn.json"


def map_name(index: int) -> str:
    """Return the file name of a map."""
    return f"map-{index:03d}.png"


@dataclass(frozen=True, kw_only=True)
class Maps:
    """Maps in files."""

    words: tuple[str | None, ...]
    """What each of them shows; None for a black one, because nothing was found."""
    paths: tuple[Path, ...]


def read_maps(find: Callable[[str], Path]) -> Maps:
    """Return the maps that `draw_maps` left in files which `find` finds by name.

    Raises:
        StoreFailed: when they are damaged.
    """
    try:
        words = json.loads(find(DRAWN).read_text(encoding="utf-8"))
    except ValueError as error:
        raise StoreFailed(f"{find(DRAWN)} does not say what was drawn: {error}") from error
    return Maps(words=tuple(words), paths=tuple(find(map_name(i)) for i in range(len(words))))


def draw_maps(
    job: job.Maps, bench: Bench, *, keyframe: Path | None = None, segments: Sequence[Path] = ()
) -> None:
    """Write `map-000.png`, ... and `drawn.json`, the word of each.

    The pictures are a keyframe (PNG), or the frames of lossless files laid end to end.

    Raises:
        WeightsMissing, WeightsUnusable: when a detector cannot be loaded.
        RenderFailed: when there are too few pictures.
    """
    from PIL import Image

    from animegen.render.session import session
    from animegen.video.decode import read_rgb

    words: list[str | None] = []
    pictures = _read_picture(keyframe) if keyframe else chain.from_iterable(map(read_rgb, segments))
    with session(bench.device):
        for picture in islice(pictures, job.skip, job.skip + job.frames):
            word, drawn = _draw(picture, job, bench)
            Image.fromarray(drawn).save(bench.folder / map_name(len(words)))
            words.append(word)
            bench.progress(len(words), job.frames, "map")
    if len(words) != job.frames:
        raise RenderFailed(f"there are {len(words)} pictures to draw maps of, not {job.frames}")
    (bench.folder / DRAWN).write_text(json.dumps(words), encoding="utf-8")
    _tell(job, words, bench)


def _draw(picture: RgbPicture, job: job.Maps, bench: Bench) -> tuple[str | None, RgbPicture]:
    import numpy as np

    from animegen.render.detect import NothingFound, detect
    from animegen.render.memory import with_room

    for drawing in job.drawings:
        try:
            folder = _detector(drawing, bench)
            find = partial(detect, drawing.word, picture, folder, bench.device)
            return drawing.word, with_room(find, bench)
        except NothingFound:
            continue
    return None, np.zeros_like(picture)


def _detector(drawing: Drawing, bench: Bench) -> Path | None:
    return bench.weights(drawing.detector) if drawing.detector else None


def _tell(job: job.Maps, words: Sequence[str | None], bench: Bench) -> None:
    """Note what was not found: the user asked for something else."""
    word = job.drawings[0].word
    lost = "nobody" if word == "openpose" else "nothing"
    for found in dict.fromkeys(words):
        if found != word:
            where = f" in {words.count(found)} of {len(words)} pictures" if len(words) > 1 else ""
            bench.note(
                f"{word} found {lost}{where}: {found or 'nothing'} guides the shot there instead"
            )


def _read_picture(path: Path) -> Iterator[RgbPicture]:
    import numpy as np
    from PIL import Image

    with Image.open(path) as picture:
        yield np.asarray(picture.convert("RGB"))
