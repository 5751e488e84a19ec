"""What a run says: plain lines anywhere, bars on a terminal."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from animegen.engine import events
from animegen.errors import RenderFailed
from animegen.report.console import Bars, Lines, lasting_words

FINISHED = events.RunFinished(rendered=2, hits=1, failed=0, skipped=0, complete=True, seconds=3.21)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (events.NodeFinished(node="a/clip", key="k", seconds=1.26), "a/clip: rendered in 1.3 s"),
        (events.NodeNote(node="a/clip", message="slow"), "a/clip: note: slow"),
        (events.NodeWaiting(node="a"), "a: another render is making it; waiting"),
        (events.NodeFailed(node="a", error=RenderFailed("no")), "a: FAILED: no"),
        (
            events.NodeFailed(node="a", error=RenderFailed("no", remedy="try")),
            "a: FAILED: no\n  help: try",
        ),
        (events.NodeSkipped(node="b", because="a"), "b: skipped, a failed"),
        (events.NodeHit(node="a", key="k"), ""),
        (FINISHED, "2 rendered, 1 from the store in 3.2 s"),
        (
            events.RunFinished(rendered=0, hits=1, failed=0, skipped=0, complete=True, seconds=0.1),
            "nothing to render: everything is in the store",
        ),
        (
            events.RunFinished(
                rendered=0, hits=0, failed=1, skipped=2, complete=False, seconds=0.1
            ),
            "0 rendered, 0 from the store, 1 failed, 2 skipped in 0.1 s",
        ),
    ],
)
def test_what_an_event_leaves_behind(event: events.Event, words: str) -> None:
    assert lasting_words(event) == words


def test_quiet_lines_tell_trouble_only() -> None:
    console = Console(file=StringIO(), width=200)
    with Lines(console, quiet=True) as watcher:
        watcher(events.NodeFinished(node="a", key="k", seconds=1.0))
        watcher(events.NodeFailed(node="b", error=RenderFailed("[bold]no[/]")))
        watcher(FINISHED)
    assert console.file.getvalue() == "b: FAILED: [bold]no[/]\n"  # type: ignore[attr-defined]


def test_bars_show_film_shot_and_step_and_leave_only_lasting_words() -> None:
    console = Console(file=StringIO(), width=100, force_terminal=True, color_system=None)
    nodes = ("a/segment-000", "a/clip", "film")
    with Bars(console) as watcher:
        watcher(events.RunStarted(hits=1, to_render=nodes))
        watcher(events.NodeHit(node="a/keyframe", key="k"))
        watcher(events.NodeStarted(node="a/segment-000"))
        watcher(events.NodeProgress(node="a/segment-000", done=2, total=4, unit="step"))
        assert bars(watcher) == [("film", "0/3"), ("  a", "0/2"), ("    segment-000", "step 2/4")]
        watcher(events.NodeFinished(node="a/segment-000", key="k", seconds=2.0))
        assert bars(watcher) == [("film", "1/3"), ("  a", "1/2")]
        watcher(events.NodeHit(node="a/clip", key="k"))
        assert bars(watcher) == [("film", "2/3")]
        watcher(events.NodeStarted(node="film"))
        assert bars(watcher) == [("film", "2/3"), ("    film", "")]
        watcher(events.NodeFinished(node="film", key="k", seconds=1.0))
        watcher(FINISHED)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "a/segment-000: rendered in 2.0 s" in shown


def test_a_failed_shot_leaves_no_bar_behind() -> None:
    console = Console(file=StringIO(), width=100, force_terminal=True, color_system=None)
    with Bars(console) as watcher:
        watcher(events.RunStarted(hits=0, to_render=("a/slate", "a/clip", "b/slate", "film")))
        watcher(events.NodeStarted(node="a/slate"))
        watcher(events.NodeFailed(node="a/slate", error=RenderFailed("no")))
        watcher(events.NodeSkipped(node="a/clip", because="a/slate"))
        assert bars(watcher) == [("film", "2/4")]


def test_a_shot_that_is_left_goes_on_where_it_was() -> None:
    console = Console(file=StringIO(), width=100, force_terminal=True, color_system=None)
    nodes = ("a/keyframe", "a/segment", "b/keyframe", "b/segment", "film")
    with Bars(console) as watcher:
        watcher(events.RunStarted(hits=0, to_render=nodes))
        for node, shown in (
            ("a/keyframe", [("film", "0/5"), ("  a", "0/2"), ("    keyframe", "")]),
            ("b/keyframe", [("film", "1/5"), ("  b", "0/2"), ("    keyframe", "")]),
            ("a/segment", [("film", "2/5"), ("  a", "1/2"), ("    segment", "")]),
        ):
            watcher(events.NodeStarted(node=node))
            assert bars(watcher) == shown
            if node == "a/segment":
                watcher(events.NodeSkipped(node="b/segment", because="b/keyframe"))
                assert bars(watcher) == [("film", "3/5"), ("  a", "1/2")]
            watcher(events.NodeFinished(node=node, key="k", seconds=1.0))
        assert bars(watcher) == [("film", "4/5")]


def bars(watcher: Bars) -> list[tuple[str, str]]:
    return [(task.description, task.fields["count"]) for task in watcher._progress.tasks]
