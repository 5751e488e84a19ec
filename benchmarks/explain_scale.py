"""`explain` and `plan --why` beside a store of 100,000 entries, and what a node's key costs.

The store is synthetic: its entries have the form that `storyboard render` writes, but nothing was
rendered, every blob is one byte, and the entries that are not the film's are fillers.

python -m benchmarks.explain_scale
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from animegen.cli.session import open_session
from animegen.digest import file_digest
from animegen.store.artifact import Artifact, Blob
from animegen.store.entry import encode
from animegen.store.prepare import prepare
from animegen.store.record import Record
from animegen.store.store import Store
from animegen.storyboard.read import read_storyboard

if TYPE_CHECKING:
    from animegen.plan.graph import Plan
    from animegen.store.layout import Layout

ENTRIES = 100_000
SIZES = (10, 100, 1_000)
_HEAD = "version: 1\ntitle: Scale\npack: smoke\nseed: 7\nlet: {weather: rain}\nshots:\n"
_SHOT = """  - id: shot-{0}
    duration: 3s
    transition: {{crossfade: 500ms}}
    prompt: "1girl, {{{{ weather }}}}, scene {0}"
    camera: {{zoom: [1.0, 1.1]}}
"""
_EDITS = {
    "nothing changed": ("", ""),
    "one shot's prompt": ("scene 7", "scene seven"),
    "a shared variable": ("weather: rain", "weather: snow"),
}
_REPEATS = 3


def write_film(folder: Path, shots: int) -> Path:
    """Write a film of `shots` shots."""
    rows = [_SHOT.format(index) for index in range(shots)]
    rows[0] = rows[0].replace("    transition: {crossfade: 500ms}\n", "")
    path = folder / "film.yaml"
    path.write_text(_HEAD + "".join(rows), encoding="utf-8")
    return path


def pretend(film: Path, entries: int) -> int:
    """Make a store of `entries` in which the film counts as rendered; return its nodes."""
    layout = Store(film.parent / ".storyboard").layout
    prepare(layout)
    reading = read_storyboard(film)
    session = open_session(
        reading, device="cpu", dtype=None, slate=False, only=(), store=layout.root
    )
    blob = _blob(layout)
    nodes = session.compiled.plan.nodes
    for node in nodes.values():
        _write(layout, node.record, blob)
    for index in range(entries - len(nodes)):
        _write(layout, Record(kind="filler", revision=1, fields={"index": index}), blob)
    session.history.update({node.id: node.key for node in nodes.values()})
    return len(nodes)


def _blob(layout: Layout) -> Blob:
    content = layout.tmp / "one-byte"
    content.write_bytes(b"x")
    digest = file_digest(content)
    layout.object(digest).parent.mkdir(parents=True, exist_ok=True)
    content.replace(layout.object(digest))
    return Blob(digest=digest, size=1, path=layout.object(digest))


def _write(layout: Layout, record: Record, blob: Blob) -> None:
    """Write an entry without waiting for the disk: a hundred thousand flushes are no benchmark."""
    made = {"seconds": 1.0, "device": "cpu", "versions": {}, "notes": []}
    path = layout.entry(record.key)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(encode(Artifact(record=record, blobs={"blob": blob}, made=made)))


def measure(film: Path, *arguments: str) -> tuple[float, float]:
    """Run the command in its own process; return wall and CPU seconds, the best of some."""
    return min(_measure(film, arguments) for _ in range(_REPEATS))


def _measure(film: Path, arguments: tuple[str, ...]) -> tuple[float, float]:
    start = time.perf_counter()
    with Path(os.devnull).open("w") as nowhere:
        child = subprocess.Popen(
            [sys.executable, "-m", "animegen", *arguments, "--device", "cpu"],
            cwd=film.parent, stdout=nowhere, stderr=nowhere,
        )  # fmt: skip
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"storyboard {' '.join(arguments)} exited with {child.returncode}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def key_seconds(plan: Plan) -> float:
    """Return the seconds that one node's key takes, from its record."""
    records = [replace(node.record) for node in plan.nodes.values()]  # keys are remembered
    start = time.perf_counter()
    for record in records:
        record.key  # noqa: B018 - asking computes it
    return (time.perf_counter() - start) / len(records)


def main() -> None:
    """Print a row for each film, edit and command, then what keys cost."""
    print(f"a store of {ENTRIES} entries")
    print(f"{'shots':>6} {'nodes':>6}  {'edit':18} {'command':11} {'wall s':>7} {'CPU s':>7}")
    for shots in SIZES:
        with tempfile.TemporaryDirectory() as scratch:
            film = write_film(Path(scratch), shots)
            _print_rows(film, f"{shots:6} {pretend(film, ENTRIES):6}")


def _print_rows(film: Path, head: str) -> None:
    text = film.read_text(encoding="utf-8")
    for edit, (old, new) in _EDITS.items():
        film.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
        for verb, *flags in (["explain"], ["plan", "--why"]):
            wall, cpu = measure(film, verb, film.name, *flags)
            print(f"{head}  {edit:18} {' '.join([verb, *flags]):11} {wall:7.2f} {cpu:7.2f}")
    plan = open_session(
        read_storyboard(film), device="cpu", dtype=None, slate=False, only=(), store=None
    ).compiled.plan
    best = min(key_seconds(plan) for _ in range(_REPEATS))
    print(f"{head}  a node's key from its record: {best * 1e6:.0f} us")


if __name__ == "__main__":
    main()
