"""Runs a plan on this machine while the user watches. Unaware of what the results are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from animegen.cli.session import Ground
    from animegen.engine.cancel import Cancel
    from animegen.engine.events import Event
    from animegen.engine.states import Outcome
    from animegen.plan.graph import Plan


def run_plan(
    plan: Plan,
    ground: Ground,
    *,
    compiling: str,
    offload: str,
    quiet: bool,
    force: frozenset[str] = frozenset(),
    listener: Callable[[Event], None] | None = None,
    cancel: Cancel | None = None,
) -> Outcome:
    """Bring the plan's targets into the store; Ctrl-C stops it. `listener` hears every event.

    `force` names nodes to render again; `cancel` may ask to stop, too.

    Raises:
        Interrupted, StoreFailed: see `engine.run.run`.
    """
    from animegen.engine.cancel import cancel_on_signals
    from animegen.engine.executors.local import LocalExecutor
    from animegen.engine.run import run
    from animegen.engine.timing import Stopwatch
    from animegen.render.device import describe
    from animegen.report.console import watch

    executor = LocalExecutor(
        device=ground.device, weights=ground.weights.path, compile=compiling, offload=offload
    )
    device = describe(ground.device, compiling=compiling, offload=offload)
    stopwatch = Stopwatch(plan, ground.store, device)
    with cancel_on_signals(cancel) as stop, watch(quiet=quiet) as show:

        def emit(event: Event) -> None:
            if listener is not None:
                listener(event)
            stopwatch(event)
            show(event)

        return run(plan, ground.store, executor, emit, force=force, cancel=stop)
