"""Kills real renders, crowds them, damages their store; counts what broke, beside a naive store.

    python -m benchmarks.soak [--kills 300] [--seed 20251208] [--model-kills 20]

Every render is a process of `storyboard render`. The control, a naive store under the same hands,
must fail: if it does not, this proves nothing, and the program says so and exits with 1.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.soaking import disturb
from benchmarks.soaking.checks import KINDS, Verdict, renders
from benchmarks.soaking.stage import Reference, Stage, has_gc

LONGEST = 1.5
"""Seconds after which a killed render of slates is done anyway."""
LONGEST_WITH_MODELS = 12.0
_CROWDS = 0.4
"""The share of projects that are rendered by several processes at once."""


class Soak:
    """One store under the hands of one seed."""

    def __init__(self, folder: Path, reference: Reference, seed: int, *, naive: bool) -> None:
        self.folder = folder
        self.reference = reference
        self.dice = random.Random(seed)
        self.naive = naive
        self.verdict = Verdict()
        self.did: Counter[str] = Counter()
        self._stages = 0

    def stage(self, reference: Reference | None = None) -> Stage:
        """Return a new project."""
        self._stages += 1
        slate = reference is None
        return Stage.make(self.folder / str(self._stages), slate=slate, naive=self.naive)

    def close(self, stage: Stage) -> None:
        """Have the whole log of a project checked, and forget it."""
        self.verdict.close(stage)
        self.did["renders of nodes"] += renders(stage)
        shutil.rmtree(stage.folder)

    def kills(self, wanted: int, models: Reference | None = None) -> None:
        """Kill this many renders, some within a crowd."""
        name = "renders of models killed" if models else "renders of slates killed"
        longest = LONGEST_WITH_MODELS if models else LONGEST
        while self.did[name] < wanted:
            stage, reference = self.stage(models), models or self.reference
            act = disturb.crowd if self.dice.random() < _CROWDS else disturb.kill_until_done
            did = act(stage, reference, self.dice, self.verdict, longest)
            self.did.update(did)
            self.did[name] += sum(count for what, count in did.items() if what.startswith("kills"))
            self.close(stage)

    def power(self, rounds: int) -> None:
        """Damage a finished store again and again; each time one render must mend it."""
        stage = self.stage()
        self.verdict.settle(stage, self.reference, stage.render())
        for _ in range(rounds):
            self.did["damaged files"] += disturb.cut_power(stage, self.dice)
            self.verdict.settle(stage, self.reference, stage.render(), rotten=True)
        self.close(stage)

    def full_disks(self, rounds: int) -> None:
        """Render on disks that are too small, then give them room."""
        for _ in range(rounds):
            disk = self.folder / "disk"
            with disturb.small_disk(disk, self.dice.randint(40, 400)) as mounted:
                folder = mounted or disk
                stage = Stage.make(folder / "project", naive=self.naive)
                if mounted:
                    self.did["full disks"] += stage.render() != 0
                    disturb.grow(mounted, 20_000)
                else:
                    self.did["limits on files"] += disturb.fill(stage, self.dice.randint(1, 60_000))
                self.verdict.settle(stage, self.reference)
                self.verdict.settle(stage, self.reference, stage.render())
                self.close(stage)
            shutil.rmtree(disk)

    def clocks(self, rounds: int) -> None:
        """Render while the clock jumps, and with files from another age."""
        for _ in range(rounds):
            stage = self.stage()
            for code in disturb.render_with_wrong_clocks(stage, self.dice):
                self.did["renders with wrong clocks"] += 1
                self.verdict.settle(stage, self.reference, code)
            disturb.kill(stage, disturb.Death.draw(self.dice, LONGEST))
            disturb.shift_times(stage, self.dice)
            self.did["stores of another age"] += 1
            self.verdict.settle(stage, self.reference, stage.render())
            self.close(stage)


def soak(folder: Path, seed: int, kills: int, model_kills: int, *, naive: bool) -> Soak:
    """Do everything to one kind of store."""
    reference = Reference.of(folder / "calm", slate=True)
    found = Soak(folder, reference, seed, naive=naive)
    found.kills(kills)
    found.power(max(1, kills // 20))
    found.full_disks(max(1, kills // 30))
    found.clocks(max(1, kills // 30))
    if model_kills:
        found.kills(model_kills, Reference.of(folder / "calm-models", slate=False))
    return found


def report(name: str, found: Soak, seconds: float) -> None:
    """Print what was done and what broke."""
    print(f"{name}: {seconds:.0f} s", flush=True)
    for what, count in sorted(found.did.items()):
        print(f"  {count:6} {what}")
    for kind in KINDS:
        print(f"  {found.verdict[kind]:6} {kind}")


def main() -> None:
    """Run the soak and its control."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--kills", type=int, default=300)
    options.add_argument("--model-kills", type=int, default=20)
    options.add_argument("--control-kills", type=int, default=60)
    options.add_argument("--seed", type=int, default=20251208)
    chosen = options.parse_args()
    print(f"seed {chosen.seed}; cache gc {'runs beside' if has_gc() else 'is not in this build'}")
    broke = {}
    for name, kills, models, naive in (
        ("the store", chosen.kills, chosen.model_kills, False),
        ("the control", chosen.control_kills, 0, True),
    ):
        with tempfile.TemporaryDirectory() as folder:
            start = time.monotonic()
            found = soak(Path(folder), chosen.seed, kills, models, naive=naive)
            report(name, found, time.monotonic() - start)
            broke[name] = sum(found.verdict.values())
    if not broke["the control"]:
        print("the control did not fail: this run proves nothing")
    sys.exit(broke["the store"] > 0 or broke["the control"] == 0)


if __name__ == "__main__":
    main()
