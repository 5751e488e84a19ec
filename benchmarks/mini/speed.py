"""How long a keyframe and a segment take on the CPU, and how much memory: in a process of its own.

python -m benchmarks.mini.speed FOLDER SIZE prints the figures as JSON; models are loaded and
warm, as they are from a film's second step on.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.mini.studio import NotInPack, Studio
from benchmarks.mini.table import Row, absent, at_most

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.mini.context import Context

_THREADS = 2
_REPEATS = 3
_PROMPT = "masterpiece, 1girl, red hair, short hair, green eyes, smile, upper body, city, night"
_GOALS = {"segment": 10.0, "keyframe fast": 3.0, "keyframe high": 3.0}
_GIGABYTES = 2.5


def measure(context: Context) -> list[Row]:
    """Return seconds and memory of a fresh process."""
    command = [sys.executable, "-m", "benchmarks.mini.speed"]
    command += [str(context.studio.folder.absolute()), str(context.studio.size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1]
        return [Row(figure="seconds and memory", reached=f"failed: {reason}", met=False)]
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    beside = f"best of {_REPEATS}, fp32, {_THREADS} threads"
    rows = [
        at_most(f"{name}, s", found[name], goal, beside=beside)
        if name in found
        else absent(name, "motion")
        for name, goal in _GOALS.items()
    ]
    rows.append(at_most("first keyframe, loading included, s", found["cold"], None))
    rows.append(at_most("peak memory, GB", found["memory"], _GIGABYTES))
    return rows


def _timed(folder: Path, size: int, scratch: Path) -> dict[str, float]:
    studio = Studio(folder=folder, size=size, scratch=scratch)
    found = {"cold": _best(lambda place: _keyframe(studio, place, "fast"), 1)}
    for quality in ("fast", "high"):
        found[f"keyframe {quality}"] = _best(
            lambda place, q=quality: _keyframe(studio, place, q), _REPEATS
        )
    if (folder / studio.pack.motion.path).exists():
        found["segment"] = min(_segment(studio) for _ in range(_REPEATS))
    # In kilobytes on Linux.
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    return found


def _best(work: Callable[[Path], None], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as name:
            start = time.perf_counter()
            work(Path(name))
            times.append(time.perf_counter() - start)
    return min(times)


def _keyframe(studio: Studio, place: Path, quality: str) -> None:
    studio.keyframe(_PROMPT, 1, place, quality=quality)


def _segment(studio: Studio) -> float:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        _keyframe(studio, place, "fast")
        start = time.perf_counter()
        studio.segment(_PROMPT, 1, place, quality="fast")
        return time.perf_counter() - start


def main() -> None:
    """Print the figures as one line of JSON."""
    import torch

    torch.set_num_threads(_THREADS)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            found = _timed(Path(sys.argv[1]), int(sys.argv[2]), Path(scratch))
        print(json.dumps(found))
    except NotInPack as missing:
        raise SystemExit(str(missing)) from None


if __name__ == "__main__":
    main()
