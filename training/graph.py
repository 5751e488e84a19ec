"""One training step as one CUDA graph, so that the processor only says "again".

A step of these small models is many hundred short kernels; launching them one by one takes longer
than running them. See https://pytorch.org/docs/stable/notes/cuda.html#cuda-graphs. Unaware of what
a step does.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from training.pool import Rows

_EAGER = 3
"""Steps taken the ordinary way first: they compile, tune and make the optimizer's state."""
_AHEAD = 6
"""Steps that may wait on the device."""


class Graphed:
    """Calls `step(batch)`; on a GPU, records it once for each set of shapes and replays it.

    `step` must read nothing but the tensors of `batch` and what never moves in memory, and drop
    old gradients before it makes its own.
    """

    def __init__(self, step: Callable[[Rows], None], *, on_gpu: bool) -> None:
        self._step = step
        self._on_gpu = on_gpu
        self._taken: dict[tuple[object, ...], int] = {}
        self._recorded: dict[tuple[object, ...], tuple[torch.cuda.CUDAGraph, Rows]] = {}
        self._room: tuple[int, int] | None = None
        self._behind: deque[torch.cuda.Event] = deque()

    def __call__(self, batch: Rows) -> None:
        """Take one step on `batch`."""
        if not self._on_gpu:
            self._step(batch)
            return
        label = tuple((name, tuple(t.shape), t.dtype) for name, t in sorted(batch.items()))
        taken = self._taken.get(label, 0)
        self._taken[label] = taken + 1
        if taken < _EAGER:
            self._aside(batch)
            return
        if label not in self._recorded:
            self._recorded[label] = self._record(batch)
        graph, held = self._recorded[label]
        for name, tensor in held.items():
            tensor.copy_(batch[name])
        graph.replay()
        self._wait()

    def _aside(self, batch: Rows) -> None:
        """Step on a stream of its own, as recording wants it."""
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            self._step(batch)
        torch.cuda.current_stream().wait_stream(stream)

    def _record(self, batch: Rows) -> tuple[torch.cuda.CUDAGraph, Rows]:
        held = {name: tensor.clone() for name, tensor in batch.items()}
        torch.cuda.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=self._room):
            self._step(held)
        # One graph at a time: all of them may use the same memory.
        self._room = graph.pool()
        return graph, held

    def _wait(self) -> None:
        """Keep the processor from running ahead of the clock that it reads."""
        event = torch.cuda.Event()
        event.record()
        self._behind.append(event)
        if len(self._behind) > _AHEAD:
            self._behind.popleft().synchronize()
