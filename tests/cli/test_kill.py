"""kill -9 at random moments of a real render: nothing partial, nothing lost, nothing twice."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from animegen.digest import file_digest
from animegen.store.store import Store

if TYPE_CHECKING:
    from tests.conftest import Project

KILLS = 30
FILM = """
    version: 1
    title: Kill me
    pack: smoke
    frame: {width: 128, height: 128}
    output: {width: 256, height: 256, fps: 24}
    shots:
      - {id: one, duration: 2s, prompt: rain}
      - {id: two, duration: 2s, prompt: snow, transition: {crossfade: 500ms}}
      - {id: three, duration: 2s, prompt: wind, transition: {crossfade: 500ms}}
    ending: {fade-out: 500ms}
    """
COMMAND = [sys.executable, "-m", "animegen", "render", "--slate", "film.yaml"]
TARGET = Path("out/kill-me/film.slate.mp4")


def render(folder: Path) -> str:
    done = subprocess.run(COMMAND, cwd=folder, capture_output=True, text=True, check=True)
    return done.stderr


def test_thirty_kills_leave_what_an_undisturbed_run_leaves(project: Project) -> None:
    calm = project.folder / "calm"
    calm.mkdir()
    stormy = project.folder / "stormy"
    stormy.mkdir()
    for folder in (calm, stormy):
        project.write(FILM, f"{folder.name}/film.yaml")
    start = time.monotonic()
    render(calm)
    undisturbed = time.monotonic() - start

    dice, finished = random.Random(20251208), {}
    for _ in range(KILLS):
        child = subprocess.Popen(
            COMMAND, cwd=stormy, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(dice.uniform(0.1, 1.0) * undisturbed)
        child.send_signal(signal.SIGKILL)
        child.wait()
        now = published(stormy)
        assert finished.items() <= now.items(), "a finished node was lost or rendered again"
        finished = now
        if (stormy / TARGET).exists():
            assert file_digest(stormy / TARGET) == file_digest(calm / TARGET)

    render(stormy)
    assert file_digest(stormy / TARGET) == file_digest(calm / TARGET)
    assert finished.items() <= published(stormy).items()
    left = {path.name for path in (stormy / TARGET).parent.iterdir()}
    beside = {"film.slate.provenance.json", "film.slate.otio", "film.slate.edl"}
    assert left == {TARGET.name, "report.slate.html", "contact-sheet.slate.png", *beside}
    assert "nothing to render" in render(stormy)


def published(folder: Path) -> dict[str, str]:
    """Return each whole artifact's key with the moment it was made, which a re-render changes."""
    store = Store(folder / ".storyboard")
    found = {}
    for artifact in store.entries():
        assert store.check(artifact)
        entry = store.layout.entry(artifact.key)
        found[artifact.key] = f"{entry.stat().st_mtime_ns} {json.dumps(dict(artifact.made))}"
    return found
