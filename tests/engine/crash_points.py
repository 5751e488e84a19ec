"""Program: die by SIGKILL before each call that changes the disk, each time in a fresh folder.

    python crash_points.py FOLDER

Leaves `FOLDER/<n>/store`, `log` and perhaps `film.bin`, for n = 1, 2, ... and prints how many.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from fake_film import executor, pair
from faults import counting

# Imported before the fork: the children are many.
from filelock import FileLock  # noqa: F401

from animegen.engine.cancel import Cancel
from animegen.engine.run import run
from animegen.store.deliver import deliver
from animegen.store.store import Store


def die_at(number: int) -> None:
    if number == LAST:
        os.kill(os.getpid(), signal.SIGKILL)


def render(folder: Path) -> None:
    os.environ["FAKE_LOG"] = str(folder / "log")
    store = Store(folder / "store")
    outcome = run(pair(), store, executor(), lambda _: None, cancel=Cancel())
    deliver(store, outcome.artifacts["film"].blobs["picture.bin"], folder / "film.bin")


if __name__ == "__main__":
    # Still counted, but not waited for: the kernel outlives the process.
    os.fsync = lambda _: None
    LAST, died = 0, True
    while died:
        LAST += 1
        folder = Path(sys.argv[1]) / str(LAST)
        folder.mkdir()
        child = os.fork()
        if child == 0:
            with counting(die_at):
                render(folder)
            os._exit(0)
        died = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    print(LAST)
