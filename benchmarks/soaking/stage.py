"""A project in a folder of its own, renders of it as processes, and the log that they share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from animegen.digest import file_digest
from animegen.store.store import Store
from benchmarks.soaking.naive import NaiveStore

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
SLATES = """
version: 1
title: Soak
pack: smoke
frame: {width: 64, height: 64}
output: {width: 64, height: 64, fps: 24}
shots:
  - {id: a, duration: 1s, prompt: rain}
  - {id: b, duration: 1s, prompt: snow, transition: {crossfade: 250ms}}
  - {id: c, duration: 1s, prompt: wind, transition: {dip: 250ms}}
  - {id: d, duration: 1s, prompt: fog}
"""
MODELS = SLATES.replace("prompt: snow", "prompt: snow, control: [canny]")
PATIENCE = 120


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where renders are disturbed."""

    folder: Path
    slate: bool = True
    naive: bool = False

    @classmethod
    def make(cls, folder: Path, *, slate: bool = True, naive: bool = False) -> Stage:
        """Write the storyboard into a new folder."""
        (folder / ".storyboard").mkdir(parents=True)
        (folder / "film.yaml").write_text(SLATES if slate else MODELS)
        return cls(folder=folder, slate=slate, naive=naive)

    @property
    def log(self) -> Path:
        """What the renders' events, and what was done to the store, are written to."""
        return self.folder / "events.log"

    @property
    def film(self) -> Path:
        """Where the film is delivered."""
        return self.folder / "out/soak" / ("film.slate.mp4" if self.slate else "film.mp4")

    @property
    def store(self) -> Store:
        """The store, opened anew."""
        return (NaiveStore if self.naive else Store)(self.folder / ".storyboard")

    @property
    def errors(self) -> str:
        """What its processes said on stderr."""
        return (self.folder / "stderr.log").read_text()

    def start(self, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a render."""
        kind = ["--slate"] if self.slate else ["--device", "cpu"]
        return self._run(["render", "film.yaml", "--quiet", *kind], environment or {})

    def collect(self) -> list[subprocess.Popen[bytes]]:
        """Start `cache gc --yes`, if this build has it and the store is ours.

        It is told to keep the film's plan: what only a killed render knew of is garbage otherwise.
        """
        if self.naive or not has_gc():
            return []
        return [self._run(["cache", "gc", "--yes", "film.yaml"], {})]

    def litter(self, dice: random.Random) -> None:
        """Leave something for a collection: blobs of no artifact, and a damaged file set aside."""
        layout = self.store.layout
        for _ in range(20):
            path = layout.object(f"{dice.getrandbits(256):064x}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(dice.randbytes(1000))
        layout.quarantine.mkdir(exist_ok=True)
        (layout.quarantine / "old").write_bytes(b"old")

    def render(self) -> int:
        """Render to the end; return the exit code."""
        return finish(self.start())

    def note(self, word: str, key: str) -> None:
        """Write to the log what was done to a key from outside."""
        with self.log.open("a") as log:
            log.write(f"0 {word} - {key}\n")

    def _run(self, words: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        own = {"SOAK_LOG": str(self.log), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        own |= {"SOAK_NAIVE": "1"} if self.naive else {}
        with (self.folder / "stderr.log").open("ab") as errors:
            return subprocess.Popen(
                [sys.executable, "-m", "benchmarks.soaking.child", *words],
                cwd=self.folder,
                env={**os.environ, **own, **environment},
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What an undisturbed render leaves: the same for every render, bit for bit."""

    film: str
    """Digest of the film."""
    blobs: Mapping[str, Mapping[str, str]] = field(repr=False)
    """By key: file name to digest."""

    @classmethod
    def of(cls, folder: Path, *, slate: bool) -> Reference:
        """Render in peace."""
        stage = Stage.make(folder, slate=slate)
        if stage.render() != 0:
            raise SystemExit((folder / "stderr.log").read_text())
        blobs = {
            artifact.key: {name: blob.digest for name, blob in artifact.blobs.items()}
            for artifact in stage.store.entries()
        }
        found = cls(film=file_digest(stage.film), blobs=blobs)
        shutil.rmtree(folder)
        return found


def finish(child: subprocess.Popen[bytes]) -> int:
    """Wait for a process; return its exit code, and -9 for one that hung."""
    try:
        return child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
        return 124


def has_gc() -> bool:
    """Say whether this build of the program collects garbage."""
    return (ROOT / "animegen/cli/cache.py").exists()
