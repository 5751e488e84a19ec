"""The pictures or latents on the GPU that batches are sampled from. Unaware of their origin."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Some rows of a pool: `data` (B, ...), token `ids` (B, 77), `face` (B, 3)."""

    data: torch.Tensor
    ids: torch.Tensor
    face: torch.Tensor


class Pool:
    """Room for `capacity` rows of `shape`; when it is full, the oldest make room."""

    def __init__(
        self,
        capacity: int,
        shape: tuple[int, ...],
        *,
        dtype: torch.dtype,
        captions: int,
        length: int,
        device: torch.device,
    ) -> None:
        self._data = torch.empty((capacity, *shape), dtype=dtype, device=device)
        self._ids = torch.empty((capacity, captions, length), dtype=torch.int16, device=device)
        self._face = torch.empty((capacity, 3), dtype=torch.float32, device=device)
        self._added = 0
        self._device = device

    def __len__(self) -> int:
        return min(self._added, len(self._data))

    @property
    def added(self) -> int:
        """How many rows were ever added."""
        return self._added

    def add(self, data: torch.Tensor, ids: torch.Tensor, face: torch.Tensor) -> None:
        """Add rows: `data` (N, ...), `ids` (N, captions, 77), `face` (N, 3); N <= capacity."""
        where = (torch.arange(len(data)) + self._added) % len(self._data)
        at = where.to(self._device)
        self._data[at] = data.to(self._data)
        self._ids[at] = ids.to(self._ids)
        self._face[at] = face.to(self._face)
        self._added += len(data)

    def sample(self, size: int, generator: torch.Generator) -> Batch:
        """Draw `size` rows with repetition, each with one of its captions."""

        def draw(high: int) -> torch.Tensor:
            return torch.randint(high, (size,), generator=generator, device=self._device)

        rows = draw(len(self))
        ids = self._ids[rows, draw(self._ids.shape[1])]
        return Batch(data=self._data[rows], ids=ids.long(), face=self._face[rows])
