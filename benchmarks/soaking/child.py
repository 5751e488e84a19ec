"""Program: `storyboard render`, with every event written to a log, and perhaps with a sudden end.

    python -m benchmarks.soaking.child render film.yaml ...

The environment says how. SOAK_LOG is the log. SOAK_DIE_EVENT=n and SOAK_DIE_CALL=n end the process
by SIGKILL at its n-th event, or right before its n-th call that changes the disk; SOAK_STOP_EVENT=n
stops it, until it is sent SIGCONT. SOAK_CLOCK=seed has the clock on the wall jump by up to ten
years at every look. SOAK_NAIVE=1 swaps the store for
the control's.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

from animegen.engine import run as engine
from animegen.engine.events import NodeFinished, NodeHit, NodeStarted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.engine.events import Emit, Event
    from animegen.engine.states import Outcome
    from animegen.plan.graph import Plan

_WORDS = {NodeStarted: "started", NodeFinished: "finished", NodeHit: "hit"}
_CHANGES = frozenset({"os.mkdir", "os.rename", "os.chmod", "os.remove", "os.rmdir"})
_TEN_YEARS = 3.15e8
_WRITING = os.O_WRONLY | os.O_RDWR


class Countdown:
    """Sends the process a signal when it was called often enough."""

    def __init__(self, calls: str | None, number: signal.Signals = signal.SIGKILL) -> None:
        self.left = int(calls or 0)
        self.number = number

    def __call__(self) -> None:
        """Count one."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), self.number)


def listen(plan: Plan, emit: Emit, log: int, countdowns: Sequence[Countdown]) -> Emit:
    """Return what writes each node's events to the log, one whole line at a time."""

    def heard(event: Event) -> None:
        if type(event) in _WORDS:
            node = event.node
            line = f"{os.getpid()} {_WORDS[type(event)]} {node} {plan.nodes[node].key}\n"
            os.write(log, line.encode())
        for countdown in countdowns:
            countdown()
        emit(event)

    return heard


def watch_engine() -> None:
    """Have the engine's events heard."""
    real = engine.run
    log = os.open(os.environ["SOAK_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    countdowns = [
        Countdown(os.environ.get("SOAK_DIE_EVENT")),
        Countdown(os.environ.get("SOAK_STOP_EVENT"), signal.SIGSTOP),
    ]

    def run(plan: Plan, store: Any, executor: Any, emit: Emit, **options: Any) -> Outcome:
        return real(plan, store, executor, listen(plan, emit, log, countdowns), **options)

    engine.run = run


def watch_disk() -> None:
    """Count the calls that change the disk; Python announces each before it is made."""
    countdown = Countdown(os.environ["SOAK_DIE_CALL"])

    def announced(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CHANGES or (event == "open" and arguments[2] & _WRITING):
            countdown()

    sys.addaudithook(announced)


def bend_clock() -> None:
    """Have the clock on the wall jump; the monotonic one does not, as the kernel promises."""
    real, dice = time.time, random.Random(os.environ["SOAK_CLOCK"])
    time.time = lambda: real() + dice.uniform(-1, 1) * _TEN_YEARS
    time.time_ns = lambda: int(time.time() * 1e9)


if __name__ == "__main__":
    if "SOAK_CLOCK" in os.environ:
        bend_clock()
    watch_engine()
    if os.environ.get("SOAK_NAIVE"):
        from benchmarks.soaking.naive import install

        install()
    from animegen.cli.main import main

    if "SOAK_DIE_CALL" in os.environ:
        watch_disk()
    main()
