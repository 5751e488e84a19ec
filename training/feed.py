"""Processes that draw pictures without end into shared memory, and the queue that is read there.

Each process owns a part of the slots and fills those that are empty; the reader copies full ones
and marks them empty. A slot has one writer and one reader, so no lock is needed. Its processes
are forks: start it before the GPU is used. Unaware of how a picture is drawn and of models.
"""

from __future__ import annotations

import logging
import mmap
import multiprocessing as mp
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from training.recipe import Recipe, Shape
from training.tokenizer import LENGTH, Words

_log = logging.getLogger(__name__)
_IDLE = 0.02
_Kind = TypeVar("_Kind", bound=np.generic)


class Drawn(Protocol):
    """A picture with what the training wants to know of it."""

    @property
    def rgb(self) -> npt.NDArray[np.uint8]:
        """Height x width x 3."""

    @property
    def captions(self) -> tuple[str, ...]:
        """As many as the recipe asks for."""

    @property
    def face(self) -> tuple[float, float, float]:
        """Middle x, y and radius in pixels of the largest face; radius 0 when there is none."""


Draw = Callable[[int, Shape, int], Drawn]


class FeedError(Exception):
    """The drawing processes have stopped."""


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Some pictures of one shape: `rgb` (N, h, w, 3), `ids` (N, captions, 77), `face` (N, 3)."""

    rgb: npt.NDArray[np.uint8]
    ids: npt.NDArray[np.int16]
    face: npt.NDArray[np.float32]


class Feed:
    """Draws with `workers` forked processes; `draw(seed, shape, captions)` makes a picture.

    Process k of n draws the seeds first + k, first + k + n, and so on; a seed alone decides its
    picture, captions and shape. `wide` is the share of pictures of the recipe's other shapes.
    """

    def __init__(
        self, draw: Draw, words: Words, recipe: Recipe, *, workers: int, first: int, wide: float
    ) -> None:
        self._draw = draw
        self._words = words
        self._shapes = recipe.shapes
        self._captions = recipe.captions
        self._wide = wide
        slots = recipe.slots
        area = max(width * height for width, height in recipe.shapes)
        self._rgb = _shared((slots, area * 3), np.uint8)
        self._ids = _shared((slots, recipe.captions, LENGTH), np.int16)
        self._face = _shared((slots, 3), np.float32)
        self._shape = _shared((slots,), np.uint8)
        self._full = _shared((slots,), np.uint8)
        self._next = 0
        self._reader = os.getpid()
        parts = np.array_split(np.arange(slots), workers)
        fork = mp.get_context("fork")
        self._processes = [
            fork.Process(target=self._work, args=(part, first + k, workers), daemon=True)
            for k, part in enumerate(parts)
        ]

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
        # The trainer's own thread feeds the GPU: it goes first.
        os.nice(5)
        while os.getppid() == self._reader:  # else it was killed
            # Any empty slot will do: one that the reader leaves full for long must not block.
            empty = slots[self._full[slots] == 0]
            for slot in empty:
                while not self._fill(int(slot), seed):
                    seed += stride
                seed += stride
            if not len(empty):
                time.sleep(_IDLE)

    def _fill(self, slot: int, seed: int) -> bool:
        rng = random.Random(seed)
        kind = rng.randrange(1, len(self._shapes)) if rng.random() < self._wide else 0
        try:
            drawn = self._draw(seed, self._shapes[kind], self._captions)
        except Exception:  # noqa: BLE001 - its traceback goes to the log
            # One undrawable scene must not end a run; the log names the seed.
            _log.exception("seed %d could not be drawn", seed)
            return False
        self._rgb[slot, : drawn.rgb.size] = drawn.rgb.reshape(-1)
        self._ids[slot] = [self._words.encode(caption) for caption in drawn.captions]
        self._face[slot] = drawn.face
        self._shape[slot] = kind
        self._full[slot] = 1
        return True

    def waiting(self, shape: Shape) -> int:
        """How many pictures of `shape` could be taken now."""
        kind = self._shapes.index(shape)
        return int(np.count_nonzero((self._full == 1) & (self._shape == kind)))

    def take(self, shape: Shape, most: int) -> Pictures:
        """Take at most `most` pictures of `shape` that are ready, maybe none.

        Raises FeedError when the drawing processes are dead.
        """
        if not any(process.is_alive() for process in self._processes):
            raise FeedError("every drawing process has stopped: the log says why")
        kind = self._shapes.index(shape)
        width, height = shape
        ready = np.flatnonzero((self._full == 1) & (self._shape == kind))
        # Go round, or the last processes would never be read from.
        ready = np.roll(ready, -int(np.searchsorted(ready, self._next)))[:most]
        if len(ready):
            self._next = int(ready[-1]) + 1
        pictures = Pictures(
            rgb=self._rgb[ready, : width * height * 3].reshape(-1, height, width, 3),
            ids=self._ids[ready],
            face=self._face[ready],
        )
        self._full[ready] = 0
        return pictures


def _shared(shape: tuple[int, ...], kind: type[_Kind]) -> npt.NDArray[_Kind]:
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    return np.frombuffer(mmap.mmap(-1, size), dtype=kind).reshape(shape)
