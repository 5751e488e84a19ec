"""`storyboard lock` and `--locked`: the same film next year, or a word about why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import animegen
from tests import weight_files

if TYPE_CHECKING:
    from tests.conftest import Project, Result

FILM = """
    version: 1
    title: Drawn by lot
    pack: smoke
    seed: 7
    frame: {width: 64, height: 64}
    style: {loras: [{use: loras/own.safetensors, weight: 0.5}]}
    shots:
      - {id: sea, duration: 1s, prompt: "sea, __weather__, {red|blue} sail, {red|blue} sky"}
      - {id: hill, duration: 1s, prompt: "hill, __weather__", negative: "{fog|haze}"}
      - {id: road, duration: 1s, prompt: "road"}
    """
CHOICES = """\
choices:
  sea:
    __weather__: snow
    "{red|blue}": blue
    "{red|blue} #2": red
  hill:
    __weather__: "{light|heavy} rain"
    "{light|heavy}": heavy
    "negative: {fog|haze}": haze
"""


def lora(film: Project, content: bytes = b"then") -> None:
    weight_files.write(film.folder / "loras/own.safetensors", content)


@pytest.fixture
def film(project: Project) -> Project:
    project.write(FILM)
    project.write("sun\nsnow\n{light|heavy} rain\n", "wildcards/weather.txt")
    lora(project)
    return project


def text_of(film: Project) -> str:
    return (film.folder / "film.lock.yaml").read_text()


def plan(film: Project, *flags: str) -> Any:
    return json.loads(film.storyboard("plan", "film.yaml", "--json", *flags).out)


def keys(film: Project) -> dict[str, str]:
    return {node["id"]: node["key"] for node in plan(film)["nodes"]}


def locked(film: Project, verb: str = "plan", *flags: str) -> Result:
    return film.storyboard(verb, "film.yaml", "--locked", *flags)


def drawn(film: Project) -> dict[str, str]:
    """Return each shot's own prompt."""
    return {shot["id"]: shot["prompts"][0]["own"] for shot in plan(film)["shots"]}


def test_the_lock_records_choices_and_weights(film: Project) -> None:
    film.storyboard("pick", "sea", "2")
    result = film.storyboard("lock", "film.yaml")
    assert (result.code, result.out, result.err) == (0, "film.lock.yaml\n", "")
    head, _, weights = text_of(film).partition("weights:\n")
    assert head.endswith("version: 1\ntakes:\n  sea: 2\n" + CHOICES)
    names = [line.split(": ")[0].strip() for line in weights.splitlines()]
    assert names == ["base", "motion", "loras.lcm", "loras/own.safetensors"]
    assert all(len(line.split(": ")[1]) == 64 for line in weights.splitlines())
    assert drawn(film) == {
        "sea": "sea, snow, blue sail, red sky",
        "hill": "hill, heavy rain",
        "road": "road",
    }


def test_a_lock_changes_no_key(film: Project) -> None:
    before = keys(film)
    film.storyboard("lock")
    assert keys(film) == before
    assert locked(film).code == 0
    again = film.storyboard("lock")
    assert (again.out, again.err) == ("film.lock.yaml\n", "nothing has changed\n")


def test_choices_stay_when_the_wildcard_file_grows(film: Project) -> None:
    film.storyboard("lock")
    before = keys(film)
    film.write("hail\nsun\nfog\nsnow\nstorm\n{light|heavy} rain\n", "wildcards/weather.txt")
    assert keys(film) == before
    assert locked(film).code == 0
    (film.folder / "film.lock.yaml").unlink()
    assert keys(film) != before  # without the lock, more lines draw another


def test_a_rendered_film_stays_rendered(film: Project) -> None:
    film.storyboard("lock")
    film.storyboard("render", "film.yaml", "--slate")
    film.write("hail\nsun\nfog\nsnow\nstorm\n{light|heavy} rain\n", "wildcards/weather.txt")
    result = locked(film, "render", "--slate")
    assert (result.code, result.err) == (0, "nothing to render: everything is in the store\n")


def test_choices_stay_when_the_seed_changes_and_are_redrawn_on_demand(film: Project) -> None:
    film.storyboard("lock")
    before = drawn(film)
    film.edit("seed: 7", "seed: 8")
    assert drawn(film) == before
    film.storyboard("lock")
    assert drawn(film) == before
    film.storyboard("lock", "--redraw")
    assert drawn(film) != before
    assert locked(film).code == 0


def test_a_lock_is_updated_line_by_line(film: Project) -> None:
    film.storyboard("lock")
    path = film.folder / "film.lock.yaml"
    text = path.read_text().replace("choices:\n", "# By lot.\nchoices:\n")
    path.write_text(text)
    film.edit('prompt: "road"', 'prompt: "road, {wet|dry}"')
    film.edit(', negative: "{fog|haze}"', "")
    film.edit("{red|blue} sky", "red sky")
    film.storyboard("lock")
    new = '    "{light|heavy}": heavy\n  road:\n    "{wet|dry}": wet\n'
    assert path.read_text() == (
        text.replace('    "{red|blue} #2": red\n', "")
        .replace('    "negative: {fog|haze}": haze\n', "")
        .replace('    "{light|heavy}": heavy\n', new)
    )


def test_a_lock_of_picks_says_nothing_of_choices_and_weights(film: Project) -> None:
    film.storyboard("pick", "sea", "2")
    assert film.storyboard("plan", "film.yaml").err == ""
    result = locked(film)
    assert (result.code, result.out) == (7, "")
    assert result.err == (
        """\
film.lock.yaml: error[SB804]: the lock records no choices, and shot `sea` makes some
  = help: `storyboard lock` records the film as it is now

film.lock.yaml: error[SB806]: the lock records no weights
  = help: `storyboard lock` records the film as it is now

2 errors
error: --locked: the film is not as film.lock.yaml has it
  help: undo the change, or accept it with `storyboard lock film.yaml`
"""
    )


@pytest.mark.parametrize("verb", ["plan", "render", "still"])
def test_locked_without_a_lock(film: Project, verb: str) -> None:
    flags = ("--shot", "sea") if verb == "still" else ()
    result = locked(film, verb, *flags)
    assert (result.code, result.out) == (7, "")
    assert result.err == (
        "error: --locked: there is no film.lock.yaml\n"
        "  help: `storyboard lock film.yaml` writes it\n"
    )


END = """\
error: --locked: the film is not as film.lock.yaml has it
  help: undo the change, or accept it with `storyboard lock film.yaml`
"""
DRIFTS = {
    "a line that went": (
        lambda film: film.write("sun\n{light|heavy} rain\n", "wildcards/weather.txt"),
        """\
film.lock.yaml:6:18: error[SB803]: `__weather__` of shot `sea` can no longer be `snow`; \
it becomes `sun`
  |
6 |     __weather__: snow
  |                  ^^^^
  |
  = help: `storyboard lock` records the film as it is now
""",
    ),
    "a new choice": (
        lambda film: film.edit('"road"', '"road, {wet|dry}"'),
        """\
film.lock.yaml:4:1: error[SB804]: the lock does not say what `{wet|dry}` of shot `road` is; \
it becomes `wet`
  |
4 | choices:
  | ^^^^^^^
  |
  = help: `storyboard lock` records the film as it is now
""",
    ),
    "a choice with one alternative more": (
        lambda film: film.edit("{fog|haze}", "{fog|haze|mist}"),
        """\
film.lock.yaml:9:3: error[SB804]: the lock does not say what `negative: {fog|haze|mist}` of shot \
`hill` is; it becomes `haze`
  |
9 |   hill:
  |   ^^^^
  |
  = help: `storyboard lock` records the film as it is now

film.lock.yaml:12:5: error[SB802]: shot `hill` no longer has the choice `negative: {fog|haze}`
   |
12 |     "negative: {fog|haze}": haze
   |     ^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: `storyboard lock` records the film as it is now
""",
    ),
    "a shot that was renamed": (
        lambda film: film.edit("id: hill", "id: mount"),
        """\
film.lock.yaml:4:1: error[SB804]: the lock does not say what `__weather__` of shot `mount` is; \
it becomes `sun`
  |
4 | choices:
  | ^^^^^^^
  |
  = help: `storyboard lock` records the film as it is now

film.lock.yaml:4:1: error[SB804]: the lock does not say what `negative: {fog|haze}` of shot \
`mount` is; it becomes `fog`
  |
4 | choices:
  | ^^^^^^^
  |
  = help: `storyboard lock` records the film as it is now

film.lock.yaml:9:3: error[SB802]: choices of shot `hill` were recorded, but the film has no such \
shot
  |
9 |   hill:
  |   ^^^^
  |
  = help: `storyboard lock` records the film as it is now
""",
    ),
    "other weights": (
        lambda film: lora(film, b"now!"),
        """\
film.lock.yaml:17:26: error[SB805]: `loras/own.safetensors` was {old}, and is {new} here
   |
17 |   loras/own.safetensors: {whole}
   |                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: bring back the weights of then, or `storyboard lock` records the film as it is now
""",
    ),
    "one LoRA more": (
        lambda film: film.edit("weight: 0.5}", "weight: 0.5}, pastel-anime-xl"),
        """\
film.lock.yaml:13:1: error[SB806]: the lock does not have `loras.pastel-anime-xl`, here {pastel}
   |
13 | weights:
   | ^^^^^^^
   |
   = help: `storyboard lock` records the film as it is now
""",
    ),
}


@pytest.mark.parametrize("name", DRIFTS)
def test_every_drift_is_named(film: Project, name: str) -> None:
    film.storyboard("lock")
    recorded = text_of(film).splitlines()[-1].rpartition(" ")[2]
    change, expected = DRIFTS[name]
    change(film)
    result = locked(film)
    assert (result.code, result.out) == (7, "")
    film.write((film.folder / "film.yaml").read_text(), "fresh.yaml")
    film.storyboard("lock", "fresh.yaml")
    fresh = (film.folder / "fresh.lock.yaml").read_text().splitlines()
    now = dict(line.strip().rpartition(": ")[::2] for line in fresh)
    for mark, value in {
        "{old}": recorded[:12],
        "{new}": now["loras/own.safetensors"][:12],
        "{whole}": recorded,
        "{pastel}": now.get("loras.pastel-anime-xl", "")[:12],
    }.items():
        expected = expected.replace(mark, value)
    errors = expected.count(" error[")
    counted = f"\n{errors} error{'s' if errors > 1 else ''}\n"
    assert result.err == expected + counted + END
    # Without `--locked` the same is said as warnings, and the film goes on.
    announced = film.storyboard("plan", "film.yaml")
    assert announced.code == 0
    assert announced.err == (expected + counted).replace("error", "warning")
    # What was accepted is no drift any more.
    film.storyboard("lock")
    assert locked(film).code == 0


def test_a_stale_pick_is_drift(film: Project) -> None:
    film.storyboard("pick", "road", "2")
    film.storyboard("lock")
    film.edit("id: road", "id: lane")
    result = locked(film)
    assert result.code == 7
    assert "error[SB802]: take 2 of shot `road` was picked, but the film has no such" in result.err
    film.storyboard("lock")  # keeps what a person decided
    assert "  road: 2\n" in text_of(film)


def test_a_selection_and_another_quality_use_less_than_was_recorded(film: Project) -> None:
    film.storyboard("lock")
    assert locked(film, "plan", "--quality", "high").code == 0
    assert locked(film, "plan", "--only", "road").code == 0
    assert locked(film, "plan", "--slate").code == 0


def test_one_letter_of_a_damaged_lock_is_found(film: Project) -> None:
    (film.folder / "film.lock.yaml").write_text(
        "version: 1\ntaks: {}\ntakes: {sea: two, hill: 0, 3: 4}\nchoices: [a]\nweights: {base: 1}\n"
    )
    for verb in ("validate", "plan", "render"):
        result = film.storyboard(verb, "film.yaml")
        assert result.code == 3
        assert result.out + result.err == (
            """\
film.lock.yaml:2:1: error[SB801]: unknown key `taks`
  |
2 | taks: {}
  | ^^^^
  |
  = help: did you mean `takes`?

film.lock.yaml:3:14: error[SB801]: a take is a number from 1 to 16, not the text 'two'
  |
3 | takes: {sea: two, hill: 0, 3: 4}
  |              ^^^
  |
  = help: `storyboard takes` shows them

film.lock.yaml:3:25: error[SB801]: a take is a number from 1 to 16, not the number 0
  |
3 | takes: {sea: two, hill: 0, 3: 4}
  |                         ^
  |
  = help: `storyboard takes` shows them

film.lock.yaml:3:28: error[SB801]: the number 3 is no name
  |
3 | takes: {sea: two, hill: 0, 3: 4}
  |                            ^
  |
  = help: put it in quotes

film.lock.yaml:4:10: error[SB801]: `choices` must be a mapping, not a list
  |
4 | choices: [a]
  |          ^^^

film.lock.yaml:5:17: error[SB801]: this must be a text, not the number 1
  |
5 | weights: {base: 1}
  |                 ^
  |
  = help: put it in quotes

6 errors
"""
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "film.lock.yaml: error[SB801]: the lock file holds no `version: 1`"),
        ("# nothing\n", "film.lock.yaml: error[SB801]: the lock file holds no `version: 1`"),
        ("[1]\n", "film.lock.yaml:1:1: error[SB801]: the lock file holds no `version: 1`"),
        ("takes: {}\n", "film.lock.yaml: error[SB801]: the lock file needs `version: 1`"),
        (
            "version: 2\n",
            "film.lock.yaml:1:10: error[SB801]: this animegen reads version 1 of lock files",
        ),
        (
            "version: 1\nversion: 1\n",
            "film.lock.yaml:2:1: error[SB015]: the key `version` stands here twice",
        ),
        (
            "version: 1\ntakes: [\n",
            "film.lock.yaml:2:8: error[SB025]: the file ends inside of brackets",
        ),
    ],
)
def test_what_is_no_lock_is_told(film: Project, text: str, message: str) -> None:
    (film.folder / "film.lock.yaml").write_text(text)
    result = film.storyboard("pick", "sea", "2")
    assert result.code == 3
    assert result.err.splitlines()[0] == message
    assert text_of(film) == text


def test_locked_planning_stays_light(film: Project) -> None:
    film.storyboard("lock")
    code = (
        "import sys; sys.argv = ['storyboard', 'plan', 'film.yaml', '--locked']\n"
        "from animegen.cli.main import main\n"
        "try: main()\nfinally:\n"
        "    heavy = {'torch', 'diffusers', 'numpy'} & set(sys.modules)\n"
        "    print('heavy:', sorted(heavy), file=sys.stderr)"
    )
    env = os.environ | {"PYTHONPATH": str(Path(animegen.__file__).parents[1])}
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=film.folder,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr.splitlines()[-1] == "heavy: []"
