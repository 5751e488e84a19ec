"""Many processes, one store, and a collection that never stops."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from animegen.store.collect import collect, plan_collection
from animegen.store.roots import Holders
from animegen.store.selection import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animegen.store.store import Store

HERE = Path(__file__).parent
SECONDS = 4.0
PUBLISHERS = 3
COUNTERS = 3

PUBLISHER = """
import random, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from artifacts import put, record
from animegen.store.store import Store

store, dice = Store(Path(sys.argv[1])), random.Random(int(sys.argv[2]))
rounds, until = 0, time.monotonic() + float(sys.argv[4])
while time.monotonic() < until:
    # A few contents that all share, so that a blob is often dropped for one and wanted by another.
    seeds = [dice.randrange(10**9) for _ in range(3)]
    store.protect(record(seed).key for seed in seeds)
    for seed in seeds:
        put(store, seed, b"shared %d" % dice.randrange(4), more=b"also %d" % dice.randrange(4))
    for seed in seeds:
        found = store.find(record(seed).key, lambda why: print("LOST", why))
        assert found is not None and store.check(found, lambda why: print("LOST", why)), seed
    rounds += 1
print(rounds)
"""

COUNTER = """
import sys, time
from pathlib import Path
from animegen.store.store import Store

store, count = Store(Path(sys.argv[1])), Path(sys.argv[2])
done, until = 0, time.monotonic() + float(sys.argv[3])
while time.monotonic() < until:
    with store.lock("0" * 64):
        before = int(count.read_text())
        time.sleep(0.0005)
        count.write_text(str(before + 1))
        done += 1
print(done)
"""


def spawn(program: str, *arguments: object) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def outputs(children: list[subprocess.Popen[str]]) -> list[str]:
    told = [child.communicate(timeout=60)[0] for child in children]
    assert [child.returncode for child in children] == [0] * len(children), told
    return told


def collections(store: Store, children: list[subprocess.Popen[str]]) -> Iterator[int]:
    """Collect again and again while the children live; yield what each collection removed."""
    while any(child.poll() is None for child in children):
        found = plan_collection(
            store.layout, Holders(plans={}, renders=3), Policy(), time.time(), to_remove=True
        )
        removed = collect(store.layout, found)
        yield removed.artifacts + removed.locks


def test_what_was_published_and_protected_is_never_lost(store: Store):
    with store.workspace():
        pass
    children = [spawn(PUBLISHER, store.root, number, HERE, SECONDS) for number in range(PUBLISHERS)]
    removed = sum(collections(store, children))
    told = outputs(children)
    assert "LOST" not in "".join(told), told
    assert all(int(rounds) > 3 for rounds in told)
    assert removed > 20


def test_lock_files_come_and_go_and_the_lock_still_excludes(store: Store, tmp_path: Path):
    with store.workspace():
        pass
    count = tmp_path / "count"
    count.write_text("0")
    children = [spawn(COUNTER, store.root, count, SECONDS / 2) for _ in range(COUNTERS)]
    removed = sum(collections(store, children))
    assert int(count.read_text()) == sum(json.loads(done) for done in outputs(children))
    assert removed > 5
