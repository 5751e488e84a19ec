"""The records on the GPU that batches are sampled from. Unaware of their origin and meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Mapping

Rows = dict[str, torch.Tensor]


class Pool:
    """Room for `capacity` rows; when it is full, the oldest make room.

    The first rows that are added decide names, shapes and types. Sampling follows torch's default
    generator of the device.
    """

    def __init__(self, capacity: int, device: torch.device) -> None:
        self._capacity = capacity
        self._device = device
        self._rows: Rows = {}
        self._added = 0

    def __len__(self) -> int:
        return min(self._added, self._capacity)

    @property
    def added(self) -> int:
        """How many rows were ever added."""
        return self._added

    def add(self, rows: Mapping[str, torch.Tensor]) -> None:
        """Add tensors (N, ...) by name; N <= capacity."""
        count = len(next(iter(rows.values())))
        if not count:
            return
        for name in rows.keys() - self._rows.keys():
            shape = (self._capacity, *rows[name].shape[1:])
            self._rows[name] = torch.empty(shape, dtype=rows[name].dtype, device=self._device)
        at = ((torch.arange(count) + self._added) % self._capacity).to(self._device)
        for name, held in self._rows.items():
            held[at] = rows[name].to(held, non_blocking=True)
        self._added += count

    def sample(self, size: int) -> Rows:
        """Draw `size` rows with repetition."""
        at = torch.randint(len(self), (size,), device=self._device)
        return {name: held[at] for name, held in self._rows.items()}
