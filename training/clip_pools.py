"""Latents of clips on the GPU: one pool for a camera that stands still, one for each other word.

Clips are encoded once, when they enter. Unaware of what is trained on them.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import torch

from training import finished
from training.clips import FRAMES, STILL, WORDS
from training.pool import Pool, Rows

if TYPE_CHECKING:
    from training.feed import Feed
    from training.job import Job

_WAIT = 0.05
_AT_ONCE = 4
"""Chunks that one filling takes: the GPU has other things to do."""


class ClipPools:
    """Clips z (frames, C, h, w) with token ids, taken from `feed` in chunks of `chunk` clips.

    `still` and `moving` are how many clips of a still camera and of each word are kept.
    """

    def __init__(self, job: Job, feed: Feed, *, chunk: int, still: int, moving: int) -> None:
        self._feed = feed
        self._chunk = chunk
        self._device = job.device
        # The mantissa of bf16 is finer than what the autoencoder loses.
        dtype = torch.bfloat16 if job.fused else torch.float32
        self.autoencoder = finished.autoencoder(job)
        self._encoder = finished.autoencoder(job).to(dtype)
        self._pools = {STILL: Pool(still, job.device)} if still else {}
        self._pools |= {number: Pool(moving, job.device) for number in range(len(WORDS))}

    @property
    def added(self) -> int:
        """How many clips were ever added."""
        return sum(pool.added for pool in self._pools.values())

    def fill(self) -> None:
        """Encode what waits, in whole chunks: another size would be tuned anew."""
        for _ in range(_AT_ONCE):
            if self._feed.waiting() < self._chunk:
                return
            self._add(self._feed.take(self._chunk))

    def fill_up(self, clips: int) -> None:
        """Encode until there are `clips` clips, and some of every word."""
        while self.added < clips or not all(len(pool) for pool in self._pools.values()):
            self.fill()
            if self._feed.waiting() < self._chunk:
                time.sleep(_WAIT)

    def _add(self, rows: dict[str, np.ndarray]) -> None:
        rgb = torch.from_numpy(rows["rgb"]).to(self._device)
        z = finished.encode(self._encoder, rgb.flatten(0, 1))
        kept = {
            "z": z.half().unflatten(0, rgb.shape[:2]),
            "ids": torch.from_numpy(rows["ids"]),
            "loops": torch.from_numpy(rows["loops"]),
        }
        for number, pool in self._pools.items():
            at = torch.from_numpy(np.flatnonzero(rows["camera"] == number))
            pool.add({name: tensor[at.to(tensor.device)] for name, tensor in kept.items()})

    def sample(self, still: int, moving: int) -> Rows:
        """Draw clips `z` (B, C, frames, h, w) with `ids` (B, 77), one caption of each.

        First come `still` clips of a still camera, then `moving` of each word, in order. A clip
        that loops begins at any of its frames.
        """
        counts = {number: still if number == STILL else moving for number in self._pools}
        parts = [pool.sample(counts[number]) for number, pool in self._pools.items()]
        drawn = {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
        size, captions, _ = drawn["ids"].shape
        rows = torch.arange(size, device=self._device)
        which = torch.randint(captions, (size,), device=self._device)
        return {
            "z": _turned(drawn["z"], drawn["loops"]).transpose(1, 2),
            "ids": drawn["ids"][rows, which].long(),
        }


def _turned(z: torch.Tensor, loops: torch.Tensor) -> torch.Tensor:
    """Let the clips (B, frames, ...) that loop begin at any frame."""
    by = torch.randint(FRAMES, (len(z), 1), device=z.device) * loops[:, None]
    at = (torch.arange(FRAMES, device=z.device) + by) % FRAMES
    return z[torch.arange(len(z), device=z.device)[:, None], at]
