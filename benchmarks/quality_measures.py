"""What the figures of quality.json say of good shots, and of shots that were spoilt on purpose.

python -m benchmarks.quality_measures storyboards/rain.yaml

The film must have been rendered: its frames are taken from the store. The first shot is spoilt in
every way that is listed here; docs/report.md shows the table.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from animegen.cli.opening import read
from animegen.cli.session import open_session
from animegen.plan.figures import read_quality
from animegen.plan.quality import plan_quality
from animegen.steps.quality import FILE
from animegen.store.artifact import Artifact, Blob
from animegen.store.record import Record
from animegen.video.decode import read_rgb
from animegen.video.encode import write_lossless_rgb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Picture = NDArray[np.float32]
    Segments = list[list[NDArray[np.uint8]]]
    Spoil = Callable[[Picture, int], Any]

_RNG = np.random.default_rng(0)


def ways(segments: Segments, other: Segments) -> Iterator[tuple[str, Segments]]:
    """Yield the first shot spoilt in each way; `other` is another shot's frames."""
    first, second = segments
    for share in (0.04, 0.08, 0.15):
        name = f"brightness ±{share:.0%}, every frame"
        yield name, each(segments, lambda f, n, s=share: f * (1 + s if n % 2 else 1 - s))
    for sigma in (10, 25):
        name = f"noise, deviation {sigma} levels"
        yield name, each(segments, lambda f, _, s=sigma: f + _RNG.normal(0, s, f.shape))
    yield "blotches of colour, 20 levels", each(segments, lambda f, _: f + blotches(f.shape))
    yield "blurred, 2 pixels", each(segments, lambda f, _: cv2.GaussianBlur(f, (0, 0), 2))
    yield "swims, 1.5 pixels", each(segments, swimming)
    yield "pans, 3 pixels a frame", each(segments, lambda f, n: np.roll(f, 3 * n, 1))
    yield "second segment 6% darker", [first, *each([second], lambda f, _: f * 0.94)]
    yield "second segment 4 pixels aside", [first, *each([second], lambda f, _: np.roll(f, 4, 1))]
    yield "second segment another shot's", [first, other[1]]
    yield "second segment stands still", [first, [first[-1]] * len(second)]


def each(segments: Segments, spoil: Spoil) -> Segments:
    """Return the frames, each spoilt by its place in the shot."""
    number, spoilt = 0, []
    for frames in segments:
        spoilt.append([])
        for frame in frames:
            changed = spoil(frame.astype(np.float32), number)
            spoilt[-1].append(np.clip(np.rint(changed), 0, 255).astype(np.uint8))
            number += 1
    return spoilt


def blotches(shape: tuple[int, ...]) -> Picture:
    """Return soft spots of colour, other ones every time."""
    small = _RNG.normal(0, 20, (8, 8, 3)).astype(np.float32)
    return cv2.resize(small, shape[1::-1], interpolation=cv2.INTER_CUBIC)


def swimming(frame: Picture, number: int) -> Picture:
    """Return a frame as it looks through moving water."""
    height, width = frame.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    across, down = 1.5 * np.sin(y / 17 + number * 2.1), 1.5 * np.sin(x / 13 + number * 1.7)
    return cv2.remap(frame, x + across, y + down, cv2.INTER_LINEAR, None, cv2.BORDER_REFLECT)


class Work:
    """Lends a step what it needs; see `steps.protocol.Work`."""

    device, compile, offload = "cpu", "none", "none"

    def __init__(self, folder: Path, weights: Callable[[str], Path]) -> None:
        self.folder, self.weights = folder, weights

    def progress(self, done: int, total: int, unit: str) -> None:
        """Tell nobody."""

    def note(self, message: str) -> None:
        """Tell nobody."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality_measures")
    parser.add_argument("film", type=Path)
    reading = read(parser.parse_args().film, [])
    session = open_session(reading, device="cpu", dtype=None, slate=False, only=(), store=None)
    compiled = session.compiled
    plan = plan_quality(compiled.plan, session.weights, compiled.selection)
    shots = [timing.id for timing in compiled.timeline.shots]
    timings = {timing.id: timing for timing in compiled.timeline.shots}
    stored = {shot: _inputs(plan, session.store, shot) for shot in shots}
    frames = {shot: _frames(found) for shot, found in stored.items()}
    first, second = shots[:2]
    rows = [(shot, shot, frames[shot]) for shot in shots]
    rows += [(f"{first}: {name}", first, it) for name, it in ways(frames[first], frames[second])]
    for name, shot, segments in rows:
        with tempfile.TemporaryDirectory() as scratch:
            found = {"keyframe": stored[shot]["keyframe"]}
            for index, one in enumerate(segments):
                folder = Path(scratch) / str(index)
                folder.mkdir()
                write_lossless_rgb(folder / "frames.mkv", iter(one), Fraction(8))
                found[f"frames-{index:05d}"] = _artifact(folder / "frames.mkv")
            work = Work(Path(scratch), session.weights.path)
            started = time.process_time()
            plan.nodes[f"{shot}/quality"].step.render(found, work)
            took = time.process_time() - started
            text = (Path(scratch) / FILE).read_text(encoding="utf-8")
        figures = asdict(read_quality(text, timings[shot]).figures)
        if name == first:
            print(f"| | {' | '.join(figures)} | CPU s |\n|---{'|---' * (len(figures) + 1)}|")
        print(f"| {name} | {' | '.join(map(str, figures.values()))} | {took:.1f} |", flush=True)


def _inputs(plan: Any, store: Any, shot: str) -> dict[str, Artifact]:
    sources = plan.nodes[f"{shot}/quality"].inputs.items()
    return {role: store.find(plan.nodes[source].key) for role, source in sources}


def _frames(found: dict[str, Artifact]) -> Segments:
    roles = sorted(role for role in found if role != "keyframe")
    return [list(read_rgb(found[role].path("frames.mkv"))) for role in roles]


def _artifact(path: Path) -> Artifact:
    blob = Blob(digest="", size=path.stat().st_size, path=path)
    return Artifact(
        record=Record(kind="x", revision=1, fields={}), blobs={path.name: blob}, made={}
    )


if __name__ == "__main__":
    main()
