"""Processes that draw records without end into shared memory, and the queue that is read there.

A record is what one seed makes: arrays by name, of shapes and types that never change. Each
process owns a part of the slots and fills those that are empty; the reader copies full ones and
marks them empty. A slot has one writer and one reader, so no lock is needed. The processes are
forks: start them before the GPU is used. Unaware of what is drawn and of models.
"""

from __future__ import annotations

import logging
import mmap
import multiprocessing as mp
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

_log = logging.getLogger(__name__)
_IDLE = 0.02
# The trainer's own thread feeds the GPU: it goes first.
_NICE = 12

Record = Mapping[str, npt.NDArray[Any]]
Draw = Callable[[int], Record]
"""Makes the record of a seed; the same arrays' names, shapes and types for every seed."""


class FeedError(Exception):
    """The drawing processes have stopped."""


class Feed:
    """Draws with `workers` forked processes into `slots` places of shared memory.

    Process k of n draws the seeds first + k, first + k + n, and so on.
    """

    def __init__(self, draw: Draw, *, slots: int, workers: int, first: int) -> None:
        self._draw = draw
        like = self._first_drawable(first)
        self._fields = {
            name: _shared((slots, *array.shape), array.dtype) for name, array in like.items()
        }
        self._full = _shared((slots,), np.dtype(np.uint8))
        self._next = 0
        self._reader = os.getpid()
        parts = np.array_split(np.arange(slots), workers)
        fork = mp.get_context("fork")
        self._processes = [
            fork.Process(target=self._work, args=(part, first + k, workers), daemon=True)
            for k, part in enumerate(parts)
        ]

    def _first_drawable(self, seed: int) -> Record:
        for offset in range(16):
            drawn = self._try(seed + offset)
            if drawn is not None:
                return drawn
        raise FeedError(f"none of the seeds from {seed} can be drawn: the log says why")

    def start(self) -> None:
        """Begin to draw."""
        for process in self._processes:
            process.start()

    def stop(self) -> None:
        """End the drawing processes."""
        for process in self._processes:
            if process.is_alive():
                process.kill()
                process.join()

    def _work(self, slots: npt.NDArray[np.intp], seed: int, stride: int) -> None:
        os.nice(_NICE)
        while os.getppid() == self._reader:  # else it was killed
            # Any empty slot will do: one that the reader leaves full for long must not block.
            empty = slots[self._full[slots] == 0]
            for slot in empty:
                while not self._fill(int(slot), seed):
                    seed += stride
                seed += stride
            if not len(empty):
                time.sleep(_IDLE)

    def _try(self, seed: int) -> Record | None:
        try:
            return self._draw(seed)
        except Exception:  # noqa: BLE001 - its traceback goes to the log
            # One undrawable scene must not end a run; the log names the seed.
            _log.exception("seed %d could not be drawn", seed)
            return None

    def _fill(self, slot: int, seed: int) -> bool:
        drawn = self._try(seed)
        if drawn is None:
            return False
        for name, field in self._fields.items():
            field[slot] = drawn[name]
        self._full[slot] = 1
        return True

    def waiting(self) -> int:
        """How many records could be taken now."""
        return int(np.count_nonzero(self._full))

    def take(self, most: int) -> dict[str, npt.NDArray[Any]]:
        """Take at most `most` records that are ready, maybe none: arrays (N, ...) by name.

        Raises FeedError when the drawing processes are dead.
        """
        if not any(process.is_alive() for process in self._processes):
            raise FeedError("every drawing process has stopped: the log says why")
        # A copy, for the processes go on marking slots.
        ready = np.flatnonzero(self._full.copy())
        # Go round, or the last processes would never be read from.
        ready = np.roll(ready, -int(np.searchsorted(ready, self._next)))[:most]
        if len(ready):
            self._next = int(ready[-1]) + 1
        taken = {name: field[ready] for name, field in self._fields.items()}
        self._full[ready] = 0
        return taken


def _shared(shape: tuple[int, ...], kind: np.dtype[Any]) -> npt.NDArray[Any]:
    size = int(np.prod(shape)) * kind.itemsize
    return np.frombuffer(mmap.mmap(-1, size), dtype=kind).reshape(shape)
