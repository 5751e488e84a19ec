"""From YAML to MP4: barcodes in every frame prove that each shot starts on its exact frame."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import av
import pytest

from animegen.video.barcode import read_barcode, shot_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Project

FPS = 8
SHOTS = {"dawn": Fraction(11, 10), "noon": Fraction(7, 8), "dusk": Fraction(13, 10)}
FADE = Fraction(3, 10)
RATES = {
    "8": Fraction(8),
    "10": Fraction(10),
    "12": Fraction(12),
    "23.976": Fraction(24000, 1001),
    "24": Fraction(24),
    "25": Fraction(25),
    "29.97": Fraction(30000, 1001),
    "30": Fraction(30),
    "60": Fraction(60),
}


def storyboard(rate: str, transition: str) -> str:
    shots = "".join(
        f"  - {{id: {name}, duration: {float(length)}, prompt: {name}"
        f"{', transition: ' + transition if index else ''}}}\n"
        for index, (name, length) in enumerate(SHOTS.items())
    )
    return (
        "version: 1\ntitle: Exact\n"
        f"output: {{fps: {rate}, width: 128, height: 128}}\nshots:\n{shots}"
    )


def nearest(seconds: Fraction, rate: Fraction) -> int:
    return math.floor(seconds * rate + Fraction(1, 2))


@pytest.mark.parametrize("transition", ["cut", "{crossfade: 300ms}"])
@pytest.mark.parametrize("rate", RATES)
def test_every_frame_is_the_planned_one(project: Project, rate: str, transition: str) -> None:
    project.write(storyboard(rate, transition))
    result = project.storyboard("render", "film.yaml", "--slate", "--quiet")
    assert result.code == 0, result.err
    fps = RATES[rate]
    cuts = [nearest(time, fps) for time in accumulate(SHOTS.values(), initial=Fraction(0))]
    fade = nearest(FADE, fps) if transition != "cut" else 0
    with av.open(str(project.folder / "out/exact/film.slate.mp4")) as film:
        stream = film.streams.video[0]
        assert stream.average_rate == fps
        seen = [read_barcode(frame.to_ndarray()[: frame.height]) for frame in film.decode(stream)]
    assert len(seen) == cuts[-1]
    checked = 0
    for place, shot, index in expected(cuts, fade, fps):
        barcode = seen[place]
        assert barcode is not None, place
        assert (barcode.shot, barcode.frame) == (shot_code(shot), index), place
        checked += 1
    assert checked >= cuts[-1] - 2 * fade


def expected(cuts: list[int], fade: int, fps: Fraction) -> Iterator[tuple[int, str, int]]:
    """Yield (film frame, shot, generated frame) for every frame outside the crossfades."""
    before, after = fade // 2, fade - fade // 2
    for position, (name, (cut, end)) in enumerate(zip(SHOTS, pairwise(cuts), strict=True)):
        first = cut + (after if position else 0)
        last = end - (before if position < len(SHOTS) - 1 else 0)
        head = (16 - math.ceil(SHOTS[name] * FPS)) // 2
        for place in range(first, last):
            yield place, name, head + math.floor((place - cut) * FPS / fps)
