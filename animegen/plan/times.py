"""Remembers how long work took: a small ledger in the store's history, the newest times of each.

The entries of a store hold the same times, but nobody can read a hundred thousand of them for one
estimate. Losing the ledger loses no picture. Unaware of films.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from animegen.plan.workload import Workload
from animegen.store.failure import store_errors
from animegen.store.write import publish_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from animegen.store.store import Store

_VERSION = 1
_NAME = "times.json"
_KEPT = 32
"""Times of one workload; old ones are of an older program."""
_MOST = 512
"""Workloads; the ones not met for longest go first."""


class Sample(NamedTuple):
    """One node, rendered once."""

    seconds: float
    memory: int | None = None
    """Bytes that the process, or the GPU, held at most meanwhile."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """What was timed."""

    load: Workload
    device: str
    after: tuple[str, ...] | None = None
    """For the first node of its kind in a process, which loads models and libraries: the kinds
    that came before it there. None for every later node."""


@dataclass(frozen=True)
class Times:
    """The samples of each work, oldest first."""

    samples: Mapping[Work, tuple[Sample, ...]] = field(default_factory=dict)


def read_times(store: Store) -> Times:
    """Return what a store remembers; nothing when there is no ledger, or a damaged one.

    Raises:
        StoreFailed: when the store cannot be read.
    """
    return Times(_read(_place(store)))


def add_times(store: Store, found: Iterable[tuple[Work, Sample]]) -> None:
    """Add samples to the ledger.

    Raises:
        StoreFailed: when the disk refuses.
    """
    new: dict[Work, list[Sample]] = defaultdict(list)
    for work, sample in found:
        new[work].append(sample)
    if not new:
        return
    path = _place(store)
    with store.lock("history-times"), store.workspace() as folder:
        known = _read(path)
        for work, samples in new.items():
            # Written anew at the end: the order tells which works were met last.
            known[work] = (*known.pop(work, ()), *samples)[-_KEPT:]
        newest = list(known.items())[-_MOST:]
        body = {"version": _VERSION, "works": [_to_json(*each) for each in newest]}
        with store_errors(path):
            publish_bytes(json.dumps(body, indent=1).encode(), path, folder)


def _place(store: Store) -> Path:
    return store.layout.history / _NAME


def _read(path: Path) -> dict[Work, tuple[Sample, ...]]:
    with store_errors(path):
        try:
            text = path.read_bytes()
        except FileNotFoundError:
            return {}
    try:
        body = json.loads(text)
        if body["version"] != _VERSION:
            return {}
        return dict(map(_from_json, body["works"]))
    except (ValueError, KeyError, TypeError):
        return {}


def _to_json(work: Work, samples: tuple[Sample, ...]) -> dict[str, Any]:
    return {
        "work": work.load.to_json(),
        "device": work.device,
        "after": work.after,
        "samples": samples,
    }


def _from_json(entry: Mapping[str, Any]) -> tuple[Work, tuple[Sample, ...]]:
    after = entry["after"]
    work = Work(
        load=Workload(**entry["work"]),
        device=str(entry["device"]),
        after=None if after is None else tuple(after),
    )
    samples = (Sample(float(seconds), memory) for seconds, memory in entry["samples"])
    return work, tuple(samples)
