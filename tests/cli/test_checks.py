"""`checks:` and `reroll:`: a shot that is not as it must be is drawn again, or fails the film."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Project

pytestmark = pytest.mark.slow

FILM = """
    version: 1
    title: Checked
    pack: smoke
    frame: {width: 64, height: 64}
    shots:
      - id: one
        duration: 1s
        prompt: "street, rain"
      - id: two
        duration: 1s
        prompt: "river"
    """
ONE, TWO = 'prompt: "street, rain"', 'prompt: "river"'
LOCK = "film.lock.yaml"


@pytest.fixture
def film(project: Project) -> Project:
    project.write(FILM)
    return project


def flicker(film: Project, shot: str = "one") -> float:
    text = (film.folder / "out/checked/quality.json").read_text(encoding="utf-8")
    return float(json.loads(text)["shots"][shot]["flicker"])


def add(film: Project, *lines: str, to: str = "title: Checked") -> None:
    """Put lines below one of the storyboard, as deep as it is."""
    indent = "" if to.startswith("title") else "    "
    film.edit(to, "\n".join([to, *(indent + line for line in lines)]))


def bound_for_take_2(film: Project, *options: str) -> tuple[float, str]:
    """Return the flicker of take 1 of shot one, and a bound that it fails and take 2 passes."""
    found = []
    for take in ("1", "2"):
        film.storyboard("pick", "one", take)
        assert film.storyboard("render", *options).code == 0
        found.append(flicker(film))
    film.storyboard("pick", "one", "--clear")
    return found[0], f"{'<=' if found[1] < found[0] else '>='} {found[1]:g}"


def test_a_check_that_holds_changes_nothing(film: Project) -> None:
    film.storyboard("render")
    add(film, 'checks: {flicker: "< 1", black: "<= 0"}', to=TWO)
    result = film.storyboard("render")
    assert (result.code, result.err) == (0, "nothing to render: everything is in the store\n")


def test_a_check_that_fails_says_where_and_by_how_much(film: Project) -> None:
    add(film, 'checks: {flicker: "< 0"}', to=ONE)
    result = film.storyboard("render")
    assert result.code == 5
    assert not (film.folder / "out").exists()
    value = result.err.partition("`one`: flicker is ")[2].partition(",")[0]
    assert 0 < float(value) < 1
    expected = f"""\
film.yaml:10:14: error[SB902]: `one`: flicker is {value}, not < 0
   |
10 |     checks: {{flicker: "< 0"}}
   |              ^^^^^^^
   |
   = help: `storyboard explain SB902` says what can be done

1 error
error: no film: one failed what is checked
  help: what is finished is kept; raise `reroll`, loosen the check, or pick a take \
(`storyboard takes`)
"""
    assert result.err.endswith(expected)


def test_another_take_is_drawn_until_one_passes_and_that_one_is_recorded(film: Project) -> None:
    first, bound = bound_for_take_2(film)
    add(film, f'checks: {{flicker: "{bound}"}}', to=ONE)
    add(film, "reroll: 2")
    result = film.storyboard("render")
    assert result.code == 0
    assert [line for line in result.err.splitlines() if line.startswith("one: ")] == [
        f"one: take 1 fails: flicker is {first:g}, not {bound}; trying take 2",
        f"one: take 2 passes its checks; recorded in {LOCK}",
    ]
    assert flicker(film) != first
    assert (film.folder / LOCK).read_text(encoding="utf-8").endswith("takes:\n  one: 2\n")
    assert film.storyboard("render").err == "nothing to render: everything is in the store\n"
    assert film.storyboard("plan", "film.yaml", "--detailed-exitcode").code == 0


def test_what_another_quality_asks_for_is_not_recorded(film: Project) -> None:
    draft = ("--quality", "draft")
    first, bound = bound_for_take_2(film, *draft)
    add(film, f'checks: {{flicker: "{bound}"}}', "reroll: 1", to=ONE)
    before = (film.folder / LOCK).read_text(encoding="utf-8")
    result = film.storyboard("render", *draft)
    assert result.code == 0
    assert "one: take 2 passes its checks; not recorded\n" in result.err
    assert flicker(film) != first
    assert (film.folder / LOCK).read_text(encoding="utf-8") == before


def test_no_film_is_begun_that_cannot_be_finished(film: Project) -> None:
    add(film, 'checks: {flicker: "< 0"}')
    add(film, "reroll: 3", to=TWO)
    result = film.storyboard("render")
    assert result.code == 5
    assert "trying take" not in result.err
    assert result.err.count("error[SB902]") == 2


def test_with_locked_no_take_is_tried(film: Project) -> None:
    add(film, "reroll: 3", 'checks: {flicker: "< 0"}')
    assert film.storyboard("lock", "film.yaml").code == 0
    before = (film.folder / LOCK).read_text(encoding="utf-8")
    result = film.storyboard("render", "--locked")
    assert result.code == 5
    assert "trying take" not in result.err
    assert (film.folder / LOCK).read_text(encoding="utf-8") == before


def test_slates_and_shots_that_are_left_out_are_not_checked(film: Project) -> None:
    add(film, 'checks: {flicker: "< 0"}', to=TWO)
    assert film.storyboard("render", "--slate").code == 0
    assert film.storyboard("render", "--only", "one").code == 0
