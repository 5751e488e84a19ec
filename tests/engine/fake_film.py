"""A tiny plan of fake steps that write known bytes slowly; also a program, to be killed.

python fake_film.py STORE LOG OUT [--pause SECONDS]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from animegen.engine.cancel import cancel_on_signals
from animegen.engine.executors.local import LocalExecutor
from animegen.engine.run import run
from animegen.errors import RenderFailed, WeightsMissing
from animegen.plan.graph import Plan, PlanBuilder
from animegen.store.deliver import deliver
from animegen.store.store import Store

if TYPE_CHECKING:
    from animegen.steps.protocol import Inputs, Work


@dataclass(frozen=True, kw_only=True)
class Paint:
    """Writes two files whose bytes follow from the fields and the inputs."""

    kind: ClassVar[str] = "paint"
    revision: ClassVar[int] = 1

    name: str
    size: int = 30_000

    def render(self, inputs: Inputs, work: Work) -> None:
        pause = float(os.environ.get("FAKE_PAUSE", "0"))
        note_start(self.name)
        seed = self.name.encode()
        for role in sorted(inputs):
            seed += inputs[role].path("picture.bin").read_bytes()
        block = hashlib.sha256(seed).digest() * 32
        with (work.folder / "picture.bin").open("wb") as file:
            for done in range(self.size // len(block) + 1):
                work.progress(done, self.size // len(block) + 1, "block")
                file.write(block)
                time.sleep(pause / 50)
        (work.folder / "latent.bin").write_bytes(block[::-1])


@dataclass(frozen=True, kw_only=True)
class Break:
    """Cannot be rendered."""

    kind: ClassVar[str] = "break"
    revision: ClassVar[int] = 1

    how: str = "render"

    def render(self, inputs: Inputs, work: Work) -> None:
        if self.how == "render":
            raise RenderFailed("black frames")
        raise ZeroDivisionError("a bug")


def note_start(name: str) -> None:
    """Append to the log which step runs; one write, so processes do not mix."""
    log = os.environ.get("FAKE_LOG")
    if log:
        with Path(log).open("ab", buffering=0) as file:
            file.write(f"{name}\n".encode())


def film(shots: int = 3) -> Plan:
    """Keyframe, two chained segments and a clip for each shot, and the film."""
    builder = PlanBuilder()
    clips = {}
    for shot in (f"s{number}" for number in range(shots)):
        key = builder.add(f"{shot}/keyframe", Paint(name=f"{shot}/keyframe"))
        one = builder.add(f"{shot}/segment-0", Paint(name=f"{shot}/segment-0"), {"keyframe": key})
        two = builder.add(
            f"{shot}/segment-1",
            Paint(name=f"{shot}/segment-1"),
            {"keyframe": key, "previous": one},
        )
        roles = {"frames-000": one, "frames-001": two}
        clips[shot] = builder.add(f"{shot}/clip", Paint(name=f"{shot}/clip"), roles)
    builder.add("film", Paint(name="film"), clips)
    return builder.build(["film"])


def pair() -> Plan:
    """Two nodes, for tests that run very often."""
    builder = PlanBuilder()
    key = builder.add("keyframe", Paint(name="keyframe"))
    builder.add("film", Paint(name="film"), {"keyframe": key})
    return builder.build(["film"])


def no_weights(digest: str) -> Path:
    raise WeightsMissing(f"no weights {digest}")


def executor() -> LocalExecutor:
    return LocalExecutor(device="cpu", weights=no_weights)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    plan, store = film(), Store(options.store)
    print("ready", flush=True)
    with cancel_on_signals() as cancel:
        outcome = run(plan, store, executor(), lambda _: None, cancel=cancel)
    deliver(store, outcome.artifacts["film"].blobs["picture.bin"], options.out)


if __name__ == "__main__":
    main()
