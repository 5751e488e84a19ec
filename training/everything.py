"""`python -m training.everything`: all stages from nothing on one GPU, and then the pack.

It goes on where it was left: a finished stage is not trained again, a half-finished one from its
checkpoint. Every slice is a process of its own. Unaware of what the stages do.
"""

from __future__ import annotations

import argparse
import math
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from training import checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MINUTES: dict[str, float] = {
    "vae": 9,
    "sharpen": 9,
    "base": 36,
    "motion": 18,
    "control": 12,
    "lcm": 9,
    "lcm_motion": 9,
    "loras": 9,
    "camera": 9,
    "detectors": 9,
    "judge": 6,
}
"""Of each stage on one H100, alone on it with 16 CPU cores; its slices share them out."""
ORDER = (*MINUTES, "pack")
LONGEST = 9.0
"""Minutes of a slice."""
SHORTEST = 2.0
"""Start-up and compilation alone take more than a minute."""
_TINY = 1.0  # minutes of every stage, half of them start-up
_ATTEMPTS = 2


def main(
    arguments: Sequence[str] | None = None,
    *,
    run: Callable[[list[str]], int] = subprocess.call,
) -> int:
    """Train what is missing and write the pack; return the exit code of what failed, or 0.

    `run` runs a command and returns its exit code.
    """
    options = _parser().parse_args(arguments)
    for word in options.stage or ORDER:
        if word == "pack":
            code = run(_command(word, options, "--pack", str(options.pack)))
        else:
            code = _train(word, options, run)
        if code:
            return code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.everything", description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("ckpt"), help="folder of the checkpoints")
    parser.add_argument("--pack", type=Path, default=Path("animegen/packs/mini"))
    parser.add_argument(
        "--stage", action="append", choices=ORDER, help="only this stage; may be said again"
    )
    parser.add_argument(
        "--speed", type=float, default=1.0, help="divides the minutes: 0.5 for half as fast a GPU"
    )
    parser.add_argument("--tiny", action="store_true", help="tiny models: proves the stages")
    return parser


def _command(word: str, options: argparse.Namespace, *more: str) -> list[str]:
    command = [sys.executable, "-m", "training", "--stage", word, "--work", str(options.work)]
    return [*command, *more, *(["--tiny"] if options.tiny else [])]


def _train(word: str, options: argparse.Namespace, run: Callable[[list[str]], int]) -> int:
    """Run slices of one stage until it is finished; a slice that fails is tried once more."""
    failed = 0
    planned = _TINY if options.tiny else MINUTES[word] / options.speed
    while (progress := _progress(options.work, word)) < 1:
        if failed == _ATTEMPTS:
            return 1
        minutes, total = next_slice(planned, progress, 0 if options.tiny else SHORTEST)
        times = ("--minutes", repr(minutes), "--total-minutes", repr(total))
        code = run(_command(word, options, *times))
        failed = failed + 1 if code or _progress(options.work, word) <= progress else 0
    return 0


def _progress(work: Path, word: str) -> float:
    if not checkpoint.exists(work, word):
        return 0.0
    state = checkpoint.state(work, word)
    return 1.0 if state.finished else state.progress


def next_slice(total: float, progress: float, shortest: float = SHORTEST) -> tuple[float, float]:
    """Return the minutes of a stage's next slice, and the stage's total that goes with it.

    What is left is shared out evenly over as few slices as will do. The total is stretched where
    what is left is too short to start for, so that the last slice still ends the schedule.
    """
    left = total * (1 - progress)
    slices = max(math.ceil(left / LONGEST - 1e-6), 1)
    minutes = max(left / slices, shortest)
    return minutes, slices * minutes / (1 - progress)


if __name__ == "__main__":
    sys.exit(main())
