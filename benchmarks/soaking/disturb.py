"""What is done to renders: ends without a warning, crowds, lost power, full disks, wrong clocks."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.soaking.stage import finish

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.soaking.checks import Verdict
    from benchmarks.soaking.stage import Reference, Stage

KILLED = -9
_LAST_EVENT, _LAST_CALL = 260, 150
"""A whole render of the slates has 384 events and changes the disk 181 times."""
_MOMENTS = {"event": "at an event", "call": "before a change of the disk", "time": "at any time"}


@dataclass(frozen=True, kw_only=True)
class Death:
    """When a render is killed."""

    how: str
    number: int = 0
    seconds: float = 0.0

    @classmethod
    def draw(cls, dice: random.Random, longest: float, ways: str = "event call time") -> Death:
        """Draw a moment: an event, a change of the disk, or whenever it pleases the clock."""
        return cls(
            how=(how := dice.choice(ways.split())),
            number=dice.randint(1, _LAST_EVENT if how == "event" else _LAST_CALL),
            seconds=dice.uniform(0, longest),
        )

    @property
    def name(self) -> str:
        """The moment in words."""
        return f"kills {_MOMENTS[self.how]}"

    @property
    def environment(self) -> dict[str, str]:
        """What has the process kill itself, where it is that which knows the moment."""
        return {} if self.how == "time" else {f"SOAK_DIE_{self.how.upper()}": str(self.number)}


def kill(stage: Stage, death: Death) -> bool:
    """Start a render and end it by SIGKILL; false when it was faster."""
    child = stage.start(death.environment)
    if death.how == "time":
        time.sleep(death.seconds)
        child.kill()
    return finish(child) == KILLED


def kill_until_done(
    stage: Stage, reference: Reference, dice: random.Random, verdict: Verdict, longest: float
) -> Counter[str]:
    """Kill renders of one project until one gets to the end; return how they were killed."""
    kills: Counter[str] = Counter()
    while kill(stage, death := Death.draw(dice, longest)):
        kills[death.name] += 1
        verdict.settle(stage, reference)
    verdict.settle(stage, reference, stage.render())
    return kills


def crowd(
    stage: Stage, reference: Reference, dice: random.Random, verdict: Verdict, longest: float
) -> Counter[str]:
    """Render by two to four processes at once, one of them killed, with gc at work."""
    death = Death.draw(dice, longest, "event call")
    others = dice.randint(1, 3)
    stage.litter(dice)
    victim = stage.start(death.environment)
    children = [stage.start() for _ in range(others)]
    collectors = []
    while any(child.poll() is None for child in children):
        if not collectors or collectors[-1].poll() is not None:
            collectors += stage.collect()
        time.sleep(dice.uniform(0, 0.3))
    did = Counter({f"crowds of {others + 1}": 1, "runs of gc beside them": len(collectors)})
    did[death.name] = finish(victim) == KILLED
    for code in map(finish, children):
        verdict.settle(stage, reference, code)
    verdict.settle(stage, reference, max(map(finish, collectors), default=0))
    return did


def cut_power(stage: Stage, dice: random.Random) -> int:
    """Leave of a finished store what a disk that lied about fsync leaves; return the damages.

    Each file that an artifact consists of may be empty, short, gone, or zeros of the right length.
    """
    damages = 0
    for artifact in list(stage.store.entries()):
        entry = stage.store.layout.entry(artifact.key)
        files = [*(blob.path for blob in artifact.blobs.values()), entry]
        hurt = [path for path in files if path.exists() and dice.random() < 0.25]
        for path in hurt:
            _hurt(path, dice)
        damages += len(hurt)
        if hurt:
            stage.note("damaged", artifact.key)
    return damages


def _hurt(path: Path, dice: random.Random) -> None:
    size = path.stat().st_size
    how = dice.choice(("empty", "short", "gone", "zeros"))
    if how == "gone":
        path.unlink()
        return
    path.chmod(0o644)
    if how == "zeros":
        path.write_bytes(bytes(size))
    else:
        os.truncate(path, 0 if how == "empty" else dice.randrange(max(1, size)))


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path | None]:
    """Mount a disk of this size for the body; lend None where nobody may mount."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def grow(disk: Path, kilobytes: int) -> None:
    """Give a small disk more room."""
    subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", str(disk)], check=True)


def fill(stage: Stage, most: int) -> bool:
    """Render with a limit on every file's size, in bytes; true if the render was refused by it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        return stage.render() != 0
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def render_with_wrong_clocks(stage: Stage, dice: random.Random) -> list[int]:
    """Render by two processes whose clocks jump at every look at them; return their exit codes."""
    children = [stage.start({"SOAK_CLOCK": str(dice.randrange(1 << 30))}) for _ in range(2)]
    return [finish(child) for child in children]


def shift_times(stage: Stage, dice: random.Random) -> None:
    """Give every file of the store another age, up to ten years either way."""
    for path in stage.store.root.rglob("*"):
        moment = time.time() + dice.uniform(-1, 1) * 3.15e8
        os.utime(path, (moment, moment))
