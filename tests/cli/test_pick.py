"""`storyboard pick`: one line in the lock, and one shot rendered again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from films import THREE_SHOTS

from animegen.store import write
from animegen.store.lock import try_lock
from animegen.storyboard import lock_write

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.storyboard.lock import Lock
    from tests.conftest import Project

HEADER = """\
# What this film is rendered with: keep it beside the storyboard, under version control.
# Written by `storyboard pick` and `storyboard lock`; docs/takes.md tells more.
version: 1
"""


@pytest.fixture
def film(project: Project) -> Project:
    project.write(THREE_SHOTS)
    return project


def lock_of(film: Project) -> Path:
    return film.folder / "film.lock.yaml"


def runs(film: Project, *flags: str) -> set[str]:
    """Return the nodes that a render would run."""
    out = film.storyboard("plan", "film.yaml", "--json", *flags).out
    return {node["id"] for node in json.loads(out)["nodes"] if node["state"] == "run"}


def keys(film: Project, *flags: str) -> dict[str, str]:
    out = film.storyboard("plan", "film.yaml", "--json", *flags).out
    return {node["id"]: node["key"] for node in json.loads(out)["nodes"]}


def test_a_pick_is_one_line_of_the_lock(film: Project) -> None:
    result = film.storyboard("pick", "film.yaml", "two", "3")
    assert (result.code, result.out, result.err) == (0, "film.lock.yaml: two: take 3\n", "")
    assert lock_of(film).read_text() == HEADER + "takes:\n  two: 3\n"
    film.storyboard("pick", "film.yaml", "one", "2")
    assert lock_of(film).read_text() == HEADER + "takes:\n  two: 3\n  one: 2\n"
    film.storyboard("pick", "film.yaml", "two", "4")
    assert lock_of(film).read_text() == HEADER + "takes:\n  two: 4\n  one: 2\n"


def test_the_file_may_be_left_out(film: Project) -> None:
    assert film.storyboard("pick", "two", "3").out == "film.lock.yaml: two: take 3\n"
    cleared = film.storyboard("pick", "two", "--clear")
    assert (cleared.code, cleared.out) == (0, "film.lock.yaml: two: no take is picked\n")
    assert lock_of(film).read_text() == HEADER + "takes:\n"


def test_the_first_take_needs_no_line(film: Project) -> None:
    assert film.storyboard("pick", "two", "1").out == "film.lock.yaml: two: no take is picked\n"
    assert not lock_of(film).exists()
    film.storyboard("pick", "two", "3")
    film.storyboard("pick", "two", "1")
    assert lock_of(film).read_text() == HEADER + "takes:\n"


def test_only_the_shots_nodes_change(film: Project) -> None:
    film.storyboard("render", "film.yaml", "--slate")
    before = keys(film, "--slate")
    film.storyboard("pick", "two", "2")
    assert runs(film, "--slate") == {"two/slate", "two/clip", "film"}
    again = film.storyboard("render", "film.yaml", "--slate")
    assert again.err.splitlines()[-1].startswith("3 rendered, 2 from the store")
    film.storyboard("pick", "two", "--clear")
    assert keys(film, "--slate") == before
    assert runs(film, "--slate") == set()


def test_only_the_shots_nodes_change_in_a_film_of_pictures(film: Project) -> None:
    film.edit('prompt: "river"', 'prompt: "river"\n    control: [canny]')
    before = keys(film)
    film.storyboard("pick", "two", "2")
    after = keys(film)
    assert {node for node, key in after.items() if key != before[node]} == {
        "two/keyframe",
        "two/canny",
        "two/segment-000",
        "two/clip",
        "film",
    }
    film.storyboard("pick", "two", "3")
    assert after["two/keyframe"] != keys(film)["two/keyframe"]


def test_the_lock_follows_the_shots_wherever_they_move(film: Project) -> None:
    film.storyboard("pick", "two", "2")
    before = keys(film)
    text = (film.folder / "film.yaml").read_text()
    head, one, two, three = text.split("  - id: ")
    film.write("  - id: ".join([head, one, three, two]))
    after = keys(film)
    assert {node for node in before if before[node] != after[node]} == {"film"}


def test_what_a_person_wrote_stays(film: Project) -> None:
    text = (
        "version: 1\n\n# Ana chose these.\ntakes:\n    three: 4    # the storm\n\n    one:   2\n"
        "\n# end\n"
    )
    lock_of(film).write_text(text)
    film.storyboard("pick", "one", "5")
    assert lock_of(film).read_text() == text.replace("one:   2", "one:   5")
    film.storyboard("pick", "two", "3")
    assert lock_of(film).read_text() == text.replace("one:   2", "one:   5\n    two: 3")
    film.storyboard("pick", "one", "--clear")
    assert lock_of(film).read_text() == text.replace("    one:   2", "    two: 3")


def test_the_same_pick_again_writes_nothing(film: Project) -> None:
    film.storyboard("pick", "two", "2")
    before = lock_of(film).stat()
    assert film.storyboard("pick", "two", "2").out == "film.lock.yaml: two: take 2\n"
    assert lock_of(film).stat().st_mtime_ns == before.st_mtime_ns
    assert lock_of(film).stat().st_ino == before.st_ino


def test_a_shot_that_went_is_a_warning_and_can_be_cleared(film: Project) -> None:
    lock_of(film).write_text("version: 1\ntakes:\n  one: 2\n  thre: 3\n")
    result = film.storyboard("render", "film.yaml", "--slate")
    assert result.code == 0
    assert result.err.startswith(
        """\
film.lock.yaml:4:3: warning[SB802]: take 3 of shot `thre` was picked, but the film has no such shot
  |
4 |   thre: 3
  |   ^^^^
  |
  = help: did you mean `three`?; `storyboard pick thre --clear` forgets it

1 warning
"""
    )
    assert film.storyboard("pick", "thre", "--clear").code == 0
    assert lock_of(film).read_text() == "version: 1\ntakes:\n  one: 2\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("tow", "2"), "error: no shot is called `tow`\n  help: did you mean `two`?\n"),
        (("tow", "--clear"), "error: no shot is called `tow`\n  help: did you mean `two`?\n"),
        (
            ("two", "17"),
            "error: `17` is no take: takes are numbered from 1 to 16\n"
            "  help: write `storyboard pick film.yaml rooftop 2`; `film.yaml` may be left out\n",
        ),
        (
            ("film.yaml", "two"),
            "error: `two` is no take: takes are numbered from 1 to 16\n"
            "  help: write `storyboard pick film.yaml rooftop 2`; `film.yaml` may be left out\n",
        ),
        (
            ("two",),
            "error: `storyboard pick` needs a shot and the number of a take\n"
            "  help: write `storyboard pick film.yaml rooftop 2`; `film.yaml` may be left out\n",
        ),
        (
            ("--clear",),
            "error: `storyboard pick` needs a shot\n"
            "  help: write `storyboard pick film.yaml rooftop 2`; `film.yaml` may be left out\n",
        ),
    ],
)
def test_what_is_no_pick_is_refused(film: Project, words: tuple[str, ...], message: str) -> None:
    result = film.storyboard("pick", *words)
    assert (result.code, result.out, result.err) == (2, "", message)
    assert not lock_of(film).exists()


def test_a_lock_of_aliases_is_not_edited(film: Project) -> None:
    text = "version: 1\ntakes: &all {one: 2}\nchoices:\n  <<: *all\n"
    lock_of(film).write_text(text.replace("{one: 2}", "{}"))
    result = film.storyboard("pick", "two", "2")
    assert (result.code, result.err) == (
        1,
        "error: film.lock.yaml cannot be edited line by line: it uses aliases, merge keys or the "
        "like\n  help: write them out, or delete the file; picked takes go with it\n",
    )
    assert lock_of(film).read_text() == text.replace("{one: 2}", "{}")


@pytest.mark.parametrize("step", ["flush", "make_folder"])
def test_dying_while_writing_leaves_the_old_lock(
    film: Project, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    film.storyboard("pick", "two", "2")
    before = lock_of(film).read_bytes()

    def die(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(write, step, die)
        assert film.storyboard("pick", "two", "3").code == 130
    assert lock_of(film).read_bytes() == before
    (film.folder / ".film.lock.yaml.dead.part").write_bytes(b"version: 1\nta")  # as kill -9 leaves
    assert film.storyboard("pick", "two", "3").code == 0
    assert [path.name for path in film.folder.glob(".film*")] == []


@pytest.mark.parametrize("words", [("pick", "two", "2"), ("lock",)])
def test_one_edits_while_the_others_wait(
    film: Project, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """A second reader in between would lose the first one's line."""
    held: list[bool] = []
    read = lock_write.read_lock

    def read_and_look(storyboard: Path) -> Lock:
        locks = (film.folder / ".storyboard/locks").glob("edit-*")
        held.append(any(try_lock(path) is None for path in locks))
        return read(storyboard)

    monkeypatch.setattr(lock_write, "read_lock", read_and_look)
    assert film.storyboard(*words).code == 0
    assert held == [True]
