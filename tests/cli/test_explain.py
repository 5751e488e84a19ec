"""`storyboard explain FILE`: which word changed, from what to what, and what that renders."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest
from films import THREE_SHOTS

from animegen.store.history import History
from animegen.store.store import Store

if TYPE_CHECKING:
    from tests.conftest import Project


@pytest.fixture
def film(project: Project) -> Project:
    project.write(THREE_SHOTS)
    assert project.storyboard("render", "film.yaml", "--slate").code == 0
    return project


def explain(film: Project, *arguments: str) -> str:
    result = film.storyboard("explain", "film.yaml", *arguments, "--slate")
    assert (result.code, result.err) == (0, "")
    return result.out


def store_of(film: Project) -> Store:
    return Store(film.folder / ".storyboard")


def key_of(film: Project, node: str) -> str:
    plan = json.loads(film.storyboard("plan", "film.yaml", "--slate", "--json").out)
    (key,) = (each["key"] for each in plan["nodes"] if each["id"] == node)
    return str(key)


def test_a_finished_film(film: Project) -> None:
    assert explain(film) == "Three shots: nothing to render, every step is in the store\n"


def test_a_film_never_rendered(project: Project) -> None:
    project.write(THREE_SHOTS)
    assert explain(project).splitlines() == [
        "Three shots: 7 of 7 steps will run",
        "",
        "never rendered:",
        "  one: slate, clip",
        "  two: slate, clip",
        "  three: slate, clip",
        "  film",
    ]


def test_a_change_is_told_once_with_its_place_and_all_that_it_renders(film: Project) -> None:
    film.edit("weather: rain", "weather: snow")
    film.edit('"river"', '"river at dawn"')
    assert explain(film).splitlines() == [
        "Three shots: 5 of 7 steps will run",
        "",
        "let.weather: rain -> snow (film.yaml:7:16)",
        "  one: slate",
        "",
        "prompt of two: river -> river at dawn (film.yaml:15:13)",
        "  two: slate",
        "",
        "and what is made from them:",
        "  one: clip",
        "  two: clip",
        "  film",
        "",
        "in the store:",
        "  three: slate, clip",
    ]


def test_a_shot_step_by_step(film: Project) -> None:
    film.edit('"river"', '"river at dawn"')
    assert explain(film, "two").splitlines() == [
        "two/slate will run",
        "  prompt: river -> river at dawn (film.yaml:15:13)",
        "two/clip will run",
        "  its input two/slate changed: prompt",
    ]
    made = r"made \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC in \d+\.\d s on cpu, with animegen [\d.]+.*"
    hits = explain(film, "one").splitlines()
    assert [hits[0], hits[2]] == ["one/slate is in the store", "one/clip is in the store"]
    assert all(re.fullmatch(f"  {made}", line) for line in (hits[1], hits[3]))


def test_a_step_in_full(film: Project) -> None:
    film.edit('"river"', '"river at dawn"')
    lines = explain(film, "two/clip").splitlines()
    assert lines[:6] == [
        "two/clip will run",
        "  its input frames-00000 is two/slate, which changed",
        "  because of two/slate:",
        "  prompt (film.yaml:15:13)",
        "    - river",
        "    + river at dawn",
    ]
    assert lines[6] == "    in the record: prompt"
    assert lines[7].startswith("  last made ")
    assert lines[8] == f"  key {key_of(film, 'two/clip')}"


def test_the_form_for_programs(film: Project) -> None:
    film.edit('"river"', '"river at dawn"')
    document = json.loads(explain(film, "two", "--json"))
    assert document["animegen_explain"] == 1
    assert document["file"] == "film.yaml"
    slate, clip = document["nodes"]
    assert (slate["id"], slate["state"], slate["because"]) == ("two/slate", "run", "changed")
    assert slate["causes"] == [
        {
            "kind": "word",
            "name": "shots.two.prompt",
            "old": "river",
            "new": "river at dawn",
            "place": {"file": "film.yaml", "line": 15, "column": 13},
            "fields": ["fields.prompt"],
            "sentence": "prompt: river -> river at dawn (film.yaml:15:13)",
        }
    ]
    assert slate["differences"] == [
        {"field": "fields.prompt", "old": "river", "new": "river at dawn"}
    ]
    assert (clip["because"], clip["inputs"]) == ("input", {"inputs.frames-00000": "two/slate"})
    assert clip["roots"] == ["two/slate"]
    assert clip["made"]["device"] == "cpu"


def test_what_the_command_line_said(film: Project) -> None:
    told = explain(film, "--set", "weather=snow")
    assert "--set weather is new: snow (on the command line)\n  one: slate\n" in told


def test_a_renamed_shot_is_recognised(film: Project) -> None:
    film.edit("id: two", "id: river")
    assert explain(film).splitlines()[2:12] == [
        "never rendered:",
        "  river: slate, clip",
        "",
        "river seems to be two, renamed: but for its noise nothing changed.",
        "  A shot's seed follows its id. Call it two again to have its pictures;",
        "  only a shot with a `seed:` of its own keeps them under another name.",
        "",
        "and what is made from them:",
        "  film",
        "",
    ]


def test_shots_that_came_went_and_moved(film: Project) -> None:
    film.edit("id: three", "id: four")
    film.edit('prompt: "sea"', 'prompt: "hills"')
    told = explain(film, "film")
    assert "  its input clip-00002 is four/clip, which changed\n" in told
    film.edit('"hills"', '"hills"\n  - {id: three, duration: 1s, prompt: sea}')
    assert "\nshots: four is new (film.yaml:16:5)\n  film\n" in explain(film)


def test_an_artifact_that_is_gone_or_damaged(film: Project) -> None:
    store = store_of(film)
    store.layout.entry(key_of(film, "film")).unlink()
    blob = store.look(key_of(film, "two/clip"))[0].path("clip.mkv")  # type: ignore[union-attr]
    size = blob.stat().st_size
    blob.chmod(0o644)
    blob.write_bytes(b"123")
    assert explain(film).splitlines() == [
        "Three shots: 2 of 7 steps will run",
        "",
        "its artifact is gone from the store:",
        "  film",
        "",
        f"two/clip: clip.mkv is damaged: 3 of {size} bytes",
        "",
        "in the store:",
        "  one: slate, clip",
        "  two: slate",
        "  three: slate, clip",
    ]
    assert "two/clip: clip.mkv is damaged" in film.storyboard("plan", "film.yaml", "--slate").out


def test_without_the_old_record_the_words_still_tell(film: Project) -> None:
    store_of(film).layout.entry(key_of(film, "two/slate")).unlink()
    film.edit('"river"', '"river at dawn"')
    assert explain(film, "two").splitlines()[:2] == [
        "two/slate will run",
        "  changed since the last render, whose record is gone from the store: "
        "prompt: river -> river at dawn (film.yaml:15:13)",
    ]


def test_without_the_old_words_the_record_still_tells(film: Project) -> None:
    shutil.rmtree(store_of(film).layout.history / "words")
    film.edit('"river"', '"river at dawn"')
    assert explain(film, "two").splitlines()[:2] == [
        "two/slate will run",
        "  prompt: river -> river at dawn",
    ]


def test_a_step_that_nothing_needs(film: Project) -> None:
    store_of(film).layout.entry(key_of(film, "two/slate")).unlink()
    assert explain(film, "two/slate").splitlines()[0] == (
        "two/slate is not needed: all that reads it is in the store"
    )


def test_nodes_of_several_renders_each_know_their_own_words(film: Project) -> None:
    film.edit("weather: rain", "weather: snow")
    film.storyboard("render", "film.yaml", "--slate", "--only", "one")
    film.edit("weather: snow", "weather: fog")
    assert "let.weather: snow -> fog (film.yaml:7:16)" in explain(film, "one/slate", "--json")
    film.edit('"river"', '"river, {{ weather }}"')
    told = explain(film, "two/slate", "--json")
    assert "let.weather: rain -> fog" in told


def test_explaining_writes_nothing(project: Project) -> None:
    project.write(THREE_SHOTS)
    explain(project)
    assert [path.name for path in project.folder.iterdir()] == ["film.yaml"]


def test_a_shot_that_is_not_there(film: Project) -> None:
    result = film.storyboard("explain", "film.yaml", "tow", "--slate")
    assert (result.code, result.err) == (
        2,
        "error: no shot or step is called `tow`\n  help: did you mean `two`?\n",
    )


def test_a_file_that_is_not_there(project: Project) -> None:
    result = project.storyboard("explain", "film.yaml")
    assert result.code == 2
    assert result.err.startswith("error: cannot read film.yaml: no such file")


def test_words_that_changed_without_a_key_are_remembered_as_they_are(film: Project) -> None:
    """`old` is what was written at the last render, not at the last that made this node."""
    film.edit("weather: rain", "weather: rain, mood: calm")
    film.storyboard("render", "film.yaml", "--slate")
    words = History(store_of(film), "film.yaml slate").words()
    assert words["two/slate"]["let.mood"] == "calm"
