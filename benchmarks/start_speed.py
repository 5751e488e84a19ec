"""From saving one word of one shot to "rendering starts": process time and wall time, as a table.

    python -m benchmarks.start_speed

As slates, and as the pack mini draws them. The film's first render is stood in for by an empty
artifact for each of its nodes: what the next render asks of the store before it starts is the same.
Then a word is changed and `storyboard render` is started as a process, which ends when the engine
says that the changed shot's first node has started. Everything but that shot and the film must be a
hit, and nothing heavy may have been imported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

from animegen.cli.session import open_session
from animegen.storyboard.project import STORE
from animegen.storyboard.read import read_storyboard
from benchmarks.plan_scale import film

SIZES = (10, 100, 1_000)
TRIES = 5
_PROBE = """
import json, os, sys, time
from animegen.engine import run as engine
from animegen.engine.events import NodeStarted, RunStarted
real = engine.run
told = {}
def run(plan, store, executor, emit, **options):
    def heard(event):
        if isinstance(event, RunStarted):
            told["to render"] = event.to_render
        if isinstance(event, NodeStarted):
            told.update(cpu=time.process_time(), wall=time.time())
            told["heavy"] = [m for m in ("torch", "numpy", "av") if m in sys.modules]
            print(json.dumps(told), flush=True)
            os._exit(0)
        emit(event)
    return real(plan, store, executor, heard, **options)
engine.run = run
from animegen.cli.main import main
main()
"""


def fill(path: Path, *, slate: bool) -> int:
    """Put an artifact for each node of the film into the store; return how many."""
    reading = read_storyboard(path)
    session = open_session(reading, device="cpu", dtype=None, slate=slate, only=(), store=None)
    for node in session.compiled.plan.nodes.values():
        with session.store.workspace() as folder:
            (folder / "made").write_bytes(b"")
            session.store.publish(node.record, folder, {})
    return len(session.compiled.plan.nodes)


def edit(path: Path, shots: int) -> None:
    """Change one word of the shot in the middle."""
    text = path.read_text(encoding="utf-8")
    word = f"scene {shots // 2}"
    path.write_text(text.replace(f'{word}"', f'{word} again"', 1), encoding="utf-8")


def start(path: Path, shot: str, *, slate: bool) -> tuple[float, float]:
    """Return CPU and wall seconds until the first node starts; only the changed shot may run."""
    before = time.time()
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, "render", path.name, "--slate" if slate else "--device=cpu"],
        cwd=path.parent,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        check=True,
        capture_output=True,
        text=True,
    )
    told = json.loads(done.stdout)
    if {node.rpartition("/")[0] for node in told["to render"]} != {shot, ""}:
        raise SystemExit(f"more than the changed shot would run: {told['to render']}")
    if told["heavy"]:
        raise SystemExit(f"imported before anything was rendered: {told['heavy']}")
    return told["cpu"], told["wall"] - before


def main() -> None:
    """Print the table; each figure is the least of several tries."""
    print(f"{'as':7} {'shots':>6} {'nodes':>6} {'cpu s':>7} {'wall s':>7}")
    for slate, shots in product((True, False), SIZES):
        with tempfile.TemporaryDirectory() as scratch:
            path = film(Path(scratch), shots)
            (path.parent / STORE).mkdir()
            nodes = fill(path, slate=slate)
            edit(path, shots)
            tries = [start(path, f"shot-{shots // 2}", slate=slate) for _ in range(TRIES)]
            cpu, wall = (min(figures) for figures in zip(*tries, strict=True))
            name = "slates" if slate else "mini"
            print(f"{name:7} {shots:6} {nodes:6} {cpu:7.2f} {wall:7.2f}", flush=True)


if __name__ == "__main__":
    main()
