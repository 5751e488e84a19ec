"""What is told of edits to the film of the matrix, in whole sentences, and where it points."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from edit_bench import set_up
from edit_rows import ROWS, Row, both, nothing, sub

from animegen.plan.explain import Memory
from animegen.plan.states import survey
from animegen.plan.why import reason

if TYPE_CHECKING:
    from pathlib import Path

    from edit_bench import Bench

FILM = "film.yaml"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return set_up(tmp_path_factory.mktemp("explain"))


def told(bench: Bench, row: Row, node: str, folder: Path) -> str:
    stories = bench.story_of(row, folder)
    return reason(stories[node], stories, bench.now_in(folder, row)).replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("edit", "node", "sentence"),
    [
        (
            "the shared template's positive block",
            "sky/keyframe",
            "templates/look.j2: …%}{{ prompt }}, anime{% endblock %} {% block ne… -> "
            "…%}{{ prompt }}, watercolour{% endblock %} {% bl… (templates/look.j2:1:35)",
        ),
        (
            "a wildcard's file",
            "walk/keyframe",
            "wildcards/time.txt: sunset -> sunset dawn noon (wildcards/time.txt:2:1)",
        ),
        ("a shared variable", "street/keyframe", "let.weather: rain -> snow (film.yaml:11:16)"),
        ("a shared variable", "street/segment-000", "let.weather, as street/keyframe"),
        (
            "a shared variable",
            "street/clip",
            "its input street/segment-000 changed: let.weather, see street/keyframe",
        ),
        (
            "a character's looks",
            "mina/keyframe",
            "characters.mina.looks: 1girl, red hair -> 1girl, blue hair (film.yaml:13:17)",
        ),
        (
            "a character's looks",
            "dance/openpose",
            "its input dance/keyframe changed: characters.mina.looks",
        ),
        ("the film's seed", "street/keyframe", "seed: 7 -> 8 (film.yaml:4:7)"),
        ("a shot's seed taken out", "sky/keyframe", "seed is gone: it was 42 (film.yaml:41:5)"),
        (
            "the weight of a character's LoRA",
            "mina/keyframe",
            "characters.mina.lora.loras/mina.safetensors: 0.7 -> 0.65 (film.yaml:13:95)",
        ),
        (
            "the later text of a travelling prompt",
            "river/segment-001",
            "prompt.2.5s: river, {red|golden} evening -> river, {red|golden} night "
            "(film.yaml:39:15)",
        ),
        ("a shot inserted in the middle", "film", "shots: bridge is new (film.yaml:23:5)"),
        ("a shot deleted", "film", "shots: sky is gone (film.yaml:14:1)"),
        (
            "a shot renamed",
            "lane/keyframe",
            "never rendered: lane seems to be street, renamed",
        ),
        ("a shot renamed", "film", "its input lane/clip is new"),
        (
            "a shot longer by one segment",
            "mina/segment-002",
            "never rendered: duration: 2.5s -> 4s (film.yaml:20:15)",
        ),
        (
            "the pack's number of steps",
            "sky/keyframe",
            "the pack's sampling.steps: 4 -> 5 (film.yaml:3:7)",
        ),
        (
            "a crossfade shorter",
            "film",
            "transition of mina: crossfade 0.5s -> crossfade 0.25s (film.yaml:19:29)",
        ),
        ("a crossfade taken out", "film",
         "transition of mina is gone: it was crossfade 0.5s (film.yaml:18:5)"),
        ("--quality", "sky/keyframe", "--quality is new: draft (on the command line)"),
        ("the camera", "sky/clip", "camera.zoom: [1, 1.2] -> [1, 1.3] (film.yaml:44:14)"),
        ("a comment", "film", ""),
    ],
)  # fmt: skip
def test_the_sentence_and_its_place(
    bench: Bench, edit: str, node: str, sentence: str, tmp_path: Path
) -> None:
    (row,) = (row for row in ROWS if row.name == edit)
    assert told(bench, row, node, tmp_path) == sentence


def test_quality_from_the_command_line_does_not_pass_for_the_files(
    bench: Bench, tmp_path: Path
) -> None:
    row = Row("", sub("seed: 7", "quality: fast\nseed: 7"), quality="high")
    assert told(bench, row, "sky/keyframe", tmp_path) == (
        "--quality is new: high (on the command line); quality is new: fast (film.yaml:4:10)"
    )


def test_a_variable_that_is_hidden_is_not_told(bench: Bench, tmp_path: Path) -> None:
    edit = both(
        sub("weather: rain", "weather: snow"),
        sub("id: street\n", "id: street\n    let: {weather: fog}\n"),
    )
    assert told(bench, Row("", edit), "street/keyframe", tmp_path) == (
        "let.weather is new: fog (film.yaml:16:20); let.weather: rain -> snow (film.yaml:11:16)"
    )


def test_without_words_fields_are_told_by_their_topics(bench: Bench, tmp_path: Path) -> None:
    wordless = replace(bench, memory=Memory(keys=bench.memory.keys))
    (row,) = (row for row in ROWS if row.name == "a shot's seed")
    stories = wordless.story_of(row, tmp_path)
    (cause,) = stories["sky/keyframe"].causes
    assert (cause.kind, cause.name, cause.fields) == ("field", "seed", ("fields.seed",))


def test_a_survey_needs_no_storyboard(bench: Bench, tmp_path: Path) -> None:
    plan = bench.plan_in(tmp_path, Row("", nothing))
    states = survey(plan, bench.store, {**bench.memory.keys, "film": ""})
    assert {state.state for state in states} == {"hit"}
    empty = survey(plan, type(bench.store)(tmp_path / "none"), {})
    assert {state.reason for state in empty} == {"never rendered"}
