"""Shows a run while it happens: bars on a terminal, plain lines elsewhere. Always on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

from animegen.engine import events

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console
    from rich.progress import Progress, TaskID


class Watcher(Protocol):
    """Consumes the engine's events between enter and exit."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def __call__(self, event: events.Event) -> None:
        """Show one event."""


def watch(*, quiet: bool) -> Watcher:
    """Return bars for a terminal, plain lines for anything else."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    return Bars(console) if console.is_terminal and not quiet else Lines(console, quiet=quiet)


def lasting_words(event: events.Event) -> str:
    """Return the line that an event leaves behind; empty for one that leaves nothing."""
    match event:
        case events.NodeFinished(node=node, seconds=seconds):
            return f"{node}: rendered in {seconds:.1f} s"
        case events.NodeNote(node=node, message=message):
            return f"{node}: note: {message}"
        case events.NodeWaiting(node=node):
            return f"{node}: another render is making it; waiting"
        case events.NodeFailed(node=node, error=error):
            return f"{node}: FAILED: {error}"
        case events.NodeSkipped(node=node, because=because):
            return f"{node}: skipped, {because} failed"
        case events.RunFinished():
            return _summary(event)
    return ""


def _summary(event: events.RunFinished) -> str:
    if event.complete and not event.rendered:
        return "nothing to render: everything is in the store"
    parts = [f"{event.rendered} rendered", f"{event.hits} from the store"]
    parts += [f"{event.failed} failed"] if event.failed else []
    parts += [f"{event.skipped} skipped"] if event.skipped else []
    return f"{', '.join(parts)} in {event.seconds:.1f} s"


class Lines:
    """A line per event that matters; nothing that moves."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console = console
        self._quiet = quiet

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del kind, error, trace

    def __call__(self, event: events.Event) -> None:
        """Print the event's lasting words; when quiet, only trouble's."""
        trouble = isinstance(event, events.NodeFailed | events.NodeNote | events.NodeSkipped)
        words = lasting_words(event)
        if words and (trouble or not self._quiet):
            self._console.print(words, markup=False)


class Bars:
    """One bar for the film and one for the step at work, with the time left."""

    def __init__(self, console: Console) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress: Progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}", markup=False),
            TimeRemainingColumn(compact=True),
            console=console,
            transient=True,
        )
        self._film: TaskID | None = None
        self._node: TaskID | None = None
        self._total = 0
        self._done = 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del kind, error, trace
        self._progress.stop()

    def __call__(self, event: events.Event) -> None:
        """Move the bars; print above them what should last."""
        match event:
            case events.RunStarted(to_render=total) if total:
                self._total = total
                self._film = self._progress.add_task("film", total=total, count=f"0/{total}")
            case events.NodeStarted(node=node):
                self._node = self._progress.add_task(node, total=None, count="")
            case events.NodeProgress(done=done, total=total, unit=unit):
                self._advance(done, total, unit)
            case events.NodeFinished() | events.NodeFailed():
                self._close()
        words = lasting_words(event)
        if words:
            self._progress.console.print(words, markup=False)

    def _advance(self, done: int, total: int, unit: str) -> None:
        if self._node is not None:
            count = f"{unit} {done}/{total}"
            self._progress.update(self._node, completed=done, total=total, count=count)
        if self._film is not None and total:
            # The share of the running step counts, so the film's time left moves smoothly.
            self._progress.update(self._film, completed=self._done + done / total)

    def _close(self) -> None:
        if self._node is not None:
            self._progress.remove_task(self._node)
            self._node = None
        self._done += 1
        if self._film is not None:
            count = f"{self._done}/{self._total}"
            self._progress.update(self._film, completed=self._done, count=count)
