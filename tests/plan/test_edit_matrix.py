"""The edit matrix: after each kind of edit exactly the right nodes run, with the right cause told.

Here everything counts as rendered: the store holds an artifact under each of the film's keys. That
real renders agree is tested in `tests/cli/test_render_edits.py`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from edit_bench import expand, running, set_up, told
from edit_rows import ROWS
from edit_table import table

from animegen import __version__
from animegen.plan.explain import with_artifact
from animegen.report.explain_made import made_lines

if TYPE_CHECKING:
    from edit_bench import Bench
    from edit_rows import Row

    from animegen.plan.stories import Story


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return set_up(tmp_path_factory.mktemp("matrix"))


@pytest.fixture(params=ROWS, ids=[row.name for row in ROWS])
def row(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Row:
    row: Row = request.param
    if row.revised:
        step = getattr(import_module(f"animegen.steps.{row.revised}"), row.revised.capitalize())
        monkeypatch.setattr(step, "revision", step.revision + 1)
    return row


@pytest.fixture
def stories(bench: Bench, row: Row, tmp_path: Path) -> dict[str, Story]:
    return bench.story_of(row, tmp_path)


def test_exactly_these_nodes_run_and_what_differs_is_told(
    row: Row, stories: dict[str, Story]
) -> None:
    assert running(stories) == expand(row.runs, stories)
    assert told(stories) == set(row.told)
    for story in stories.values():  # `explain` cannot drift from the key
        assert story.told_fields == {change.path for change in story.differences}
        assert story.because not in ("changed", "input") or story.differences


def test_the_matrix_is_a_matrix() -> None:
    assert len(ROWS) > 100
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_an_upgraded_library_is_told_and_no_reason(bench: Bench, tmp_path: Path) -> None:
    (row,) = (row for row in ROWS if row.upgraded)
    story = with_artifact(bench.story_of(row, tmp_path)["film"], bench.store)
    assert story.state == "hit"
    told = list(made_lines(story))
    assert told[0] == "made in 1.0 s, with animegen 0.0.1, torch 1.0"
    assert told[1] == (
        f"rendered with animegen 0.0.1, now {__version__}: not a reason to render again"
    )


def test_the_page_shows_this_matrix() -> None:
    page = Path(__file__).parents[2] / "docs" / "incremental.md"
    assert table() in page.read_text(encoding="utf-8"), (
        "run python -m edit_table, see edit_table.py"
    )
