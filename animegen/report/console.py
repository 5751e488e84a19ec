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
            remedy = f"\n  help: {error.remedy}" if error.remedy else ""
            return f"{node}: FAILED: {error}{remedy}"
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
    """Three bars: the film's nodes, the nodes of the shot at work, and the steps of its node."""

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
        self._waiting: dict[str, list[str]] = {}
        """The nodes that are not settled yet, by shot."""
        self._sizes: dict[str, int] = {}
        """How many nodes of each shot there were."""
        self._shot = ""
        """The shot whose bar is shown; another one may be finished first, or later."""
        self._bars: dict[str, TaskID] = {}
        """By what a bar shows: `film`, `shot`, `node`."""

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
            case events.RunStarted(to_render=nodes) if nodes:
                for node in nodes:
                    self._waiting.setdefault(_shot_of(node), []).append(node)
                self._sizes = {shot: len(waiting) for shot, waiting in self._waiting.items()}
                self._open("film", "film", len(nodes))
            case events.NodeStarted(node=node):
                self._turn_to(_shot_of(node))
                self._open("node", f"    {node.rpartition('/')[2]}", None)
            case events.NodeProgress(done=done, total=total, unit=unit):
                self._move("node", done, total, f"{unit} {done}/{total}")
            case (
                events.NodeFinished(node=node)
                | events.NodeFailed(node=node)
                | events.NodeSkipped(node=node)
                | events.NodeHit(node=node)
            ):
                self._settle(node)
        words = lasting_words(event)
        if words:
            self._progress.console.print(words, markup=False)

    def _turn_to(self, shot: str) -> None:
        """Show a shot's bar instead of another's."""
        if shot == self._shot:
            return
        self._close("shot")
        self._shot = shot
        if shot:
            total = self._sizes.get(shot, 1)
            self._open("shot", f"  {shot}", total)
            left = len(self._waiting.get(shot, [shot]))
            if left < total:
                self._count("shot", left)

    def _open(self, name: str, title: str, total: int | None) -> None:
        count = f"0/{total}" if total else ""
        self._bars[name] = self._progress.add_task(title, total=total, count=count)

    def _move(self, name: str, done: float, total: float, count: str) -> None:
        if name in self._bars:
            self._progress.update(self._bars[name], completed=done, total=total, count=count)

    def _close(self, name: str) -> None:
        if name in self._bars:
            self._progress.remove_task(self._bars.pop(name))

    def _settle(self, node: str) -> None:
        """Count a node as done; a hit that was never waited for changes nothing."""
        shot = _shot_of(node)
        rest = self._waiting.get(shot, [])
        if node not in rest:
            return
        rest.remove(node)
        self._close("node")
        self._count("film", sum(map(len, self._waiting.values())))
        if shot != self._shot:
            return
        if rest:
            self._count("shot", len(rest))
        else:
            self._turn_to("")

    def _count(self, name: str, left: int) -> None:
        if name in self._bars:
            total = next(t.total for t in self._progress.tasks if t.id == self._bars[name]) or 0
            self._move(name, total - left, total, f"{total - left:g}/{total:g}")


def _shot_of(node: str) -> str:
    return node.rpartition("/")[0]
