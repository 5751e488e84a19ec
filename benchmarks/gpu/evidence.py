"""Whole shots through our steps at full size: finite, the same bits twice, in bounded memory."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animegen.errors import RenderFailed
from animegen.steps.control import Control, Drawing
from animegen.steps.diffusion import Guide, Sampler
from animegen.steps.keyframe import Keyframe
from animegen.video.decode import read_rgb
from benchmarks.gpu import ours
from benchmarks.gpu.bench import Made, finished, peak
from benchmarks.gpu.weights import CONTROLS, LORAS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.gpu.bench import Bench, Findings
    from benchmarks.gpu.ours import Shot

FAST = {"sdxl": ours.LCM, "sd2": ours.TCD}
_LONG = 5
"""Segments of a long shot."""


def twice(shot: Shot, sampler: Sampler, found: Findings) -> None:
    """Render two chained segments with two ControlNets and three LoRAs, twice; compare the bits."""
    name = f"{shot.base} {shot.side}, {sampler.scheduler}"
    peak(shot.device)
    digests = []
    for _ in range(2):
        start = time.perf_counter()
        digests.append(_digest(shot, sampler))
        found.add(f"{name}, {len(digests)}. time, s", round(time.perf_counter() - start, 1))
    found.add(f"{name}: peak memory, GB", peak(shot.device))
    found.add(f"{name}: equal bits twice", digests[0] == digests[1])


def offloads(shot: Shot, found: Findings) -> None:
    """The same shot with models waiting in the CPU's memory: the same bits, less of the device's.

    Nothing is compiled: offloaded models are not, and compiled code rounds otherwise.
    """
    digests = {}
    for offload in ("none", "model", "sequential"):
        ours.forget()
        peak(shot.device)
        start = time.perf_counter()
        digests[offload] = _digest(replace(shot, compile="none", offload=offload), ours.LCM)
        name = f"offload {offload} {shot.side}"
        found.add(f"{name}: two segments, s", round(time.perf_counter() - start, 1))
        found.add(f"{name}: peak memory, GB", peak(shot.device))
    found.add(f"offload {shot.side}: equal bits", len(set(digests.values())) == 1)
    ours.forget()


def long_shot(shot: Shot, found: Findings) -> None:
    """A keyframe and five segments, files and their digests included."""
    for _ in range(2):  # the first compiles
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            marks = [time.perf_counter() for _ in _segments(shot, ours.LCM, Path(folder), _LONG)]
            whole = time.perf_counter() - start
    found.add(f"{shot.label}: keyframe and {_LONG} segments, s", round(whole, 2))
    each = (marks[-1] - marks[0]) / (_LONG - 1)
    found.add(f"{shot.label}: a chained segment of them, s", round(each, 3))


def tight(shot: Shot, gigabytes: float, found: Findings) -> None:
    """What becomes of a segment when the device lends only so much memory."""
    ours.forget()
    whole = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(gigabytes * 1e9 / whole)
    shot = replace(shot, compile="none")
    notes: list[str] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            *_, last = _segments(shot, ours.LCM, Path(folder), 1)
            notes = last.notes
            said = "rendered"
    except RenderFailed as error:
        said = f"{error.message}; {error.remedy}"
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
        ours.forget()
    found.add(f"{shot.side} in {gigabytes} GB", [said, *notes])


def again(shot: Shot, found: Findings) -> None:
    """Time loading and the first segment in a new process, whose kernels were compiled before."""
    command = [sys.executable, "-m", "benchmarks.gpu.evidence", str(shot.root), str(shot.side)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found.add(f"{shot.label}: a new process, s", done.stdout.strip() or done.stderr[-400:])


def _digest(shot: Shot, sampler: Sampler) -> str:
    """Return a digest of two segments' frames, guided and in three LoRAs."""
    whole = hashlib.sha256()
    with tempfile.TemporaryDirectory() as folder:
        benches = _segments(shot, sampler, Path(folder), 2, loras=LORAS, controls=CONTROLS)
        for bench in benches:
            for frame in read_rgb(bench.folder / "frames.mkv"):
                whole.update(np.ascontiguousarray(frame).tobytes())
    return whole.hexdigest()


def _segments(
    shot: Shot,
    sampler: Sampler,
    folder: Path,
    count: int,
    *,
    loras: tuple[str, ...] = (),
    controls: tuple[str, ...] = (),
) -> Iterator[Bench]:
    """Render keyframe, maps and segments through the steps; yield each segment's bench."""

    def bench(name: str) -> Bench:
        (folder / name).mkdir()
        return shot.bench(folder / name)

    first = shot.segment(sampler, loras)
    still = Keyframe(
        model=replace(first.model, motion=None), loras=first.loras, sampler=sampler,
        conditioning=first.conditioning, width=shot.side, height=shot.side, seed=7,
    )  # fmt: skip
    still.render({}, bench("keyframe"))
    inputs: dict[str, Any] = {"keyframe": Made(folder / "keyframe")}
    for word in controls:
        # Random weights draw nobody: edges are all that can be found.
        step = Control(drawings=(Drawing(word="canny"),))
        step.render({"keyframe": inputs["keyframe"]}, bench(word))
        inputs[word] = Made(folder / word)
    guides = tuple(
        Guide(use=word, weights=f"controls/{word}", fallback=f"controls/{word}", decay=0.5)
        for word in controls
    )
    for index in range(count):
        work = bench(str(index))
        replace(shot.segment(sampler, loras, index), guides=guides).render(inputs, work)
        inputs["previous"] = Made(work.folder)
        yield work


def _first(root: Path, side: int) -> None:
    from animegen.render.session import session

    shot = ours.Shot(root=root, device="cuda", dtype="bfloat16", side=side, compile="regional")
    with session("cuda"):
        start = time.perf_counter()
        loaded = ours.load(shot, ours.LCM)
        ready = time.perf_counter()
        loaded.decode(loaded.denoise())
        finished("cuda")
        print(f"loading {ready - start:.1f}, the first segment {time.perf_counter() - ready:.1f}")


if __name__ == "__main__":
    _first(Path(sys.argv[1]), int(sys.argv[2]))
