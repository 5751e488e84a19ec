"""`storyboard plan`: the table, the JSON form, the exit code; and that it stays light."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from films import THREE_SHOTS

if TYPE_CHECKING:
    from tests.conftest import Project


@pytest.fixture
def film(project: Project) -> Project:
    project.write(THREE_SHOTS)
    return project


def test_the_whole_table(film: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    result = film.storyboard("plan", "film.yaml", "--slate")
    assert result.code == 0
    lines = [line.rstrip() for line in result.out.splitlines()]
    assert lines == [
        "Three shots  0:03.000 = 72 frames at 24 fps, 128x128 (drawn 64x64 at 8 fps), fast, "
        "pack smoke",
        "shot      start  length  frames  drawn  segments  into          guided by  state",
        "one    0:00.000      1s    0-23  4+8+4        16  cut           -          "
        "2 of 2 steps to render",
        "two    0:01.000      1s   24-47  4+8+4        16  crossfade 6f  -          "
        "2 of 2 steps to render",
        "three  0:02.000      1s   48-71  4+8+4        16  crossfade 6f  -          "
        "2 of 2 steps to render",
        "",
        "7 of 7 steps to render:",
        "  one/slate: never rendered",
        "  one/clip: never rendered",
        "  two/slate: never rendered",
        "  two/clip: never rendered",
        "  three/slate: never rendered",
        "  three/clip: never rendered",
        "  film: never rendered",
        "",
        "estimate: not known: nothing like it was rendered into this store yet",
    ]


def test_reasons_after_an_edit(film: Project) -> None:
    film.storyboard("render", "film.yaml", "--slate")
    film.edit('"river"', '"river at dawn"')
    result = film.storyboard("plan", "film.yaml", "--slate")
    assert result.out.split("\n\n")[1].splitlines() == [
        "3 of 7 steps to render:",
        "  two/slate: prompt: river -> river at dawn (film.yaml:15:13)",
        "  two/clip: its input two/slate changed: prompt",
        "  film: its input two/clip changed: prompt, see two/slate",
    ]


def test_a_film_of_some_shots_is_not_the_last_film(film: Project) -> None:
    film.storyboard("render", "film.yaml", "--slate")
    film.storyboard("render", "film.yaml", "--slate", "--only", "two")
    film.edit('"river"', '"river at dawn"')
    reasons = film.storyboard("plan", "film.yaml", "--slate").out
    assert "film: its input two/clip changed: prompt, see two/slate\n" in reasons


def test_why_instead_of_the_list(film: Project) -> None:
    film.storyboard("render", "film.yaml", "--slate")
    film.edit('"river"', '"river at dawn"')
    told = film.storyboard("plan", "film.yaml", "--slate", "--why").out
    told = told.partition("\nestimate: ")[0]
    assert told.endswith("\n" + film.storyboard("explain", "film.yaml", "--slate").out)


def test_a_finished_film_has_nothing_to_render(film: Project) -> None:
    film.storyboard("render", "film.yaml", "--slate")
    result = film.storyboard("plan", "film.yaml", "--slate", "--detailed-exitcode")
    assert result.code == 0
    assert result.out.endswith("nothing to render: every step is in the store\n")


def test_the_detailed_exit_code_says_that_there_is_work(film: Project) -> None:
    assert film.storyboard("plan", "film.yaml", "--detailed-exitcode").code == 10
    assert film.storyboard("plan", "film.yaml").code == 0


def test_prompts_are_shown_as_the_model_reads_them(film: Project) -> None:
    out = film.storyboard("plan", "film.yaml", "--prompts", "--set", "weather=snow").out
    assert "street, snow" in out
    assert "masterpiece" in out
    assert "bad anatomy" in out


@pytest.mark.parametrize(
    ("words", "guided"),
    [
        ("motion: pan-left", "pan-left (LoRA)"),
        ("motion: pan-right", "pan-right (camera)"),
        ("motion: {use: pan-right, strength: 0}", "-"),
        ("control: [depth, canny]", "depth, canny"),
        ("control: {from: draft, maps: [canny]}", "canny (draft)"),
        ("chaining: windows", "-"),
    ],
)
def test_the_plan_says_what_guides_a_shot(film: Project, words: str, guided: str) -> None:
    film.edit('prompt: "river"', f'prompt: "river"\n    {words}')
    rows = film.storyboard("plan", "film.yaml").out.splitlines()
    (row,) = [line for line in rows if line.startswith("two ")]
    assert f"  {guided}  " in row


def test_a_long_shot_says_when_it_goes_through_windows(film: Project) -> None:
    film.edit('duration: 1s\n    prompt: "river"', 'duration: 3s\n    prompt: "river"')
    film.edit('prompt: "river"', 'prompt: "river"\n    chaining: windows')
    (row,) = (
        line
        for line in film.storyboard("plan", "film.yaml").out.splitlines()
        if line.startswith("two ")
    )
    assert "  32  " in row
    assert "  windows  " in row
    shots = json.loads(film.storyboard("plan", "film.yaml", "--json").out)["shots"]
    assert [shot["chaining"] for shot in shots] == ["overlap", "windows", "overlap"]


def test_maps_and_drafts_are_steps_of_the_plan(film: Project) -> None:
    film.edit('prompt: "river"', 'prompt: "river"\n    motion: pan-right\n    control: [canny]')
    film.edit('prompt: "sea"', 'prompt: "sea"\n    control: {from: draft, maps: [canny]}')
    plan = json.loads(film.storyboard("plan", "film.yaml", "--json").out)
    nodes = {node["id"]: node for node in plan["nodes"]}
    assert nodes["two/canny"]["inputs"] == {"keyframe": "two/keyframe"}
    assert nodes["two/segment-000"]["inputs"]["canny"] == "two/canny"
    assert nodes["three/draft-000"]["inputs"] == {"keyframe": "three/keyframe"}
    assert nodes["three/canny-000"]["inputs"] == {"frames-00000": "three/draft-000"}
    assert nodes["three/segment-000"]["inputs"]["canny"] == "three/canny-000"
    assert nodes["two/canny"]["kind"] == "control"
    _, two, three = plan["shots"]
    assert (two["moved_by"], two["control"], two["control_from"]) == (
        "camera", ["canny"], "keyframe",
    )  # fmt: skip
    assert (three["moved_by"], three["control_from"]) == (None, "draft")
    graph = film.storyboard("plan", "film.yaml", "--graph", "mermaid").out
    assert '["three/canny-000"]' in graph


def test_the_json_form(film: Project) -> None:
    plan = json.loads(film.storyboard("plan", "film.yaml", "--json").out)
    assert plan["animegen_plan"] == 1
    assert plan["output"] == {"size": [128, 128], "fps": "24", "frames": 72}
    assert [shot["cut"] for shot in plan["shots"]] == [0, 24, 48]
    two = plan["shots"][1]
    assert two["transition"] == {"word": "crossfade", "before": 3, "after": 3}
    assert two["generated"] == {"head": 4, "body": 8, "tail": 4}
    assert two["segments"] == [{"first": 0, "frames": 16, "overlap": 0}]
    assert two["prompts"][0]["own"] == "river"
    ids = [node["id"] for node in plan["nodes"]]
    assert ids[:3] == ["one/keyframe", "one/segment-000", "one/clip"]
    for place, node in enumerate(plan["nodes"]):
        assert set(node["inputs"].values()) <= set(ids[:place])
        assert len(node["key"]) == 64
    assert {node["state"] for node in plan["nodes"]} == {"run"}


def test_the_graph_for_mermaid_and_graphviz(film: Project) -> None:
    film.storyboard("render", "film.yaml", "--slate", "--only", "one")
    only = ("--slate", "--only", "one,two")
    assert film.storyboard("plan", "film.yaml", *only, "--graph", "mermaid").out.splitlines() == [
        "flowchart LR",
        '    n0["one/slate"]:::hit',
        '    n1["one/clip"]:::hit',
        '    n2["two/slate"]:::run',
        '    n3["two/clip"]:::run',
        '    n4["film"]:::run',
        "    n0 --> n1",
        "    n1 --> n4",
        "    n2 --> n3",
        "    n3 --> n4",
        "    classDef hit fill:#cfe8cf,color:#000",
        "    classDef run fill:#ffe0b3,color:#000",
    ]
    dot = film.storyboard("plan", "film.yaml", *only, "--graph", "dot").out
    assert dot.startswith("digraph plan {\n")
    assert '    n4 [label="film", fillcolor="#ffe0b3"];\n' in dot
    assert dot.endswith("    n3 -> n4;\n}\n")


def test_planning_writes_nothing(film: Project) -> None:
    film.storyboard("plan", "film.yaml")
    assert [path.name for path in film.folder.iterdir()] == ["film.yaml"]


@pytest.mark.parametrize("verb", ["validate", "plan", "explain"])
def test_reading_and_planning_import_nothing_heavy(film: Project, verb: str) -> None:
    probe = (
        "import sys\n"
        "from animegen.cli.main import main\n"
        "sys.argv[0] = 'storyboard'\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code\n"
        "heavy = {'torch', 'numpy', 'diffusers', 'transformers', 'moviepy', 'av', 'cv2'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    command = [sys.executable, "-c", probe, verb, "film.yaml"]
    done = subprocess.run(command, cwd=film.folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.replace("film.yaml is valid: 3 shots\n", "")) == (0, "")
