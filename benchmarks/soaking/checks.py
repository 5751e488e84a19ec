"""What must hold after every disturbance. Counts what does not; stops nothing.

The log's order is that of the locks: a node's events are written while its lock is held.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from animegen.digest import file_digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.soaking.stage import Reference, Stage

CORRUPT = "corrupt artifacts"
LOST = "lost finished nodes"
DOUBLE = "double renders"
FILM = "wrong films"
FAILED = "failed renders"
KINDS = (CORRUPT, LOST, DOUBLE, FILM, FAILED)


class Verdict(Counter[str]):
    """Failures by kind."""

    def settle(
        self, stage: Stage, reference: Reference, code: int | None = None, *, rotten: bool = False
    ) -> None:
        """Look at everything that a disturbance could have broken.

        `code` is the exit code of a render that should have got to its end. Of a `rotten` store
        only what readers are given counts: what lies there damaged, unread, is nobody's fault.
        """
        if code:
            self[FAILED] += 1
            print(f"exit code {code}:\n{stage.errors[-2000:]}", file=sys.stderr, flush=True)
        self[CORRUPT] += sum(1 for _ in corrupt(stage, reference, checked=rotten))
        self[LOST] += sum(1 for _ in lost(stage))
        if stage.film.exists():
            self[FILM] += file_digest(stage.film) != reference.film
        self[FILM] += code == 0 and not stage.film.exists()

    def close(self, stage: Stage) -> None:
        """Count, once for each stage, what its whole log tells."""
        self[DOUBLE] += doubles(stage)


def corrupt(stage: Stage, reference: Reference, *, checked: bool) -> Iterator[str]:
    """Yield the keys of which the store has other content than was rendered.

    `checked` has the store look at the content first, as the engine has it before each reading.
    """
    store = stage.store
    for key, wanted in reference.blobs.items():
        artifact = store.find(key) if store.has(key) else None
        if checked and artifact and not store.check(artifact):
            continue
        if artifact and wanted != {n: file_digest(b.path) for n, b in artifact.blobs.items()}:
            yield key


def lost(stage: Stage) -> Iterator[str]:
    """Yield the keys that were reported as finished and are not in the store."""
    finished: set[str] = set()
    for _, word, _, key in events(stage):
        if word == "finished":
            finished.add(key)
        elif word == "damaged":
            finished.discard(key)
    for key in finished:
        if not stage.store.has(key):
            yield key


def doubles(stage: Stage) -> int:
    """Count the renders of what was finished already, or was just being rendered by another."""
    finished: set[str] = set()
    count = 0
    for _, word, _, key in events(stage):
        if word == "damaged":
            finished.discard(key)
        elif word == "finished":
            count += key in finished
            finished.add(key)
    return count


def renders(stage: Stage) -> int:
    """Count the renders that were finished."""
    return sum(word == "finished" for _, word, _, _ in events(stage))


def events(stage: Stage) -> Iterator[tuple[str, str, str, str]]:
    """Yield (process, word, node, key) for every whole line of the log."""
    if stage.log.exists():
        for line in stage.log.read_text().splitlines():
            process, word, node, key = line.split(" ")
            yield process, word, node, key
