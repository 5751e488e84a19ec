"""A disk that refuses at the n-th call, for every n: a clear error, and nothing lost."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest
from fake_film import executor, pair
from faults import failing_from

from animegen.engine import events
from animegen.engine.cancel import Cancel
from animegen.engine.run import run
from animegen.errors import StoreFailed
from animegen.store.deliver import deliver
from animegen.store.failure import disk_refusal
from animegen.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from animegen.engine.states import Outcome
    from animegen.store.artifact import Blob

pytestmark = pytest.mark.usefixtures("quick_disk")

EVENTS = list[events.Event]


def render(folder: Path, seen: EVENTS) -> Outcome:
    store = Store(folder / "store")
    outcome = run(pair(), store, executor(), seen.append, cancel=Cancel())
    deliver(store, outcome.artifacts["film"].blobs["picture.bin"], folder / "out" / "film.bin")
    return outcome


def refusal(folder: Path, number: int, code: int) -> StoreFailed | None:
    """Render on a disk that refuses from its `number`-th call on; None if it never had to."""
    try:
        with failing_from(number, code):
            render(folder, [])
    except StoreFailed as error:
        return error
    return None


@pytest.mark.parametrize(
    ("code", "message", "remedy"),
    [
        (errno.ENOSPC, "no space is left for", "free some space there"),
        (errno.EROFS, "cannot be written", "make it writable"),
    ],
)
def test_the_disk_refuses_at_every_call(tmp_path: Path, code: int, message: str, remedy: str):
    plan, wanted = pair(), render(tmp_path / "whole", []).artifacts["film"].blobs
    number = 1
    (tmp_path / "1").mkdir()
    while error := refusal(tmp_path / str(number), number, code):
        folder, seen = tmp_path / str(number), []
        assert message in error.message
        assert remedy in error.remedy
        assert "choose another folder with -" in error.remedy
        store = Store(folder / "store")
        kept = {node.id for node in plan.nodes.values() if store.find(node.key)}
        blobs = render(folder, seen).artifacts["film"].blobs
        again = {event.node for event in seen if isinstance(event, events.NodeFinished)}
        assert not again & kept
        assert digests(blobs) == digests(wanted)
        number += 1
        (tmp_path / str(number)).mkdir()
    assert number > 50


def digests(blobs: Mapping[str, Blob]) -> dict[str, str]:
    return {name: blob.digest for name, blob in blobs.items()}


def test_a_refusal_is_told_before_the_run_stops(tmp_path: Path):
    seen: EVENTS = []
    render(tmp_path / "warm-up", [])
    with failing_from(40, errno.ENOSPC), pytest.raises(StoreFailed):
        render(tmp_path, seen)
    assert isinstance(seen[-2], events.NodeFailed)
    assert isinstance(seen[-1], events.RunFinished)


def test_a_finished_film_on_a_read_only_disk_needs_no_write(tmp_path: Path):
    render(tmp_path, [])
    with failing_from(1, errno.EROFS) as calls:
        assert render(tmp_path, []).complete
    assert calls.count == 0


def test_a_full_disk_is_recognised_behind_a_library_error():
    full = OSError(errno.ENOSPC, "No space left on device")
    wrapped = RuntimeError("serialization failed")
    wrapped.__cause__ = full
    assert disk_refusal(wrapped) is full
    assert disk_refusal(OSError(errno.ENOENT, "no such file")) is None
