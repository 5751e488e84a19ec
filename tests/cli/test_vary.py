"""`storyboard vary`, end to end on slates: what runs, what lies where, what the sheet shows."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from PIL import Image, ImageChops

from animegen.errors import RenderFailed
from animegen.packs.weights import Weights
from animegen.plan.aim import compile_until
from animegen.plan.timeline import lay_out
from animegen.steps.slate import Slate
from animegen.storyboard.read import read_storyboard
from animegen.video.barcode import Barcode, read_barcode, shot_code
from animegen.video.color import yuv_to_rgb
from animegen.video.decode import read_yuv

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.steps.protocol import Inputs, Work
    from tests.conftest import Project, Result

FILM = """
    version: 1
    title: Two by two
    pack: smoke
    frame: {width: 64, height: 64}
    output: {width: 128, height: 64, fps: 24}
    let: {weather: rain, mood: calm, unused: 1}
    shots:
      - {id: rooftop, duration: 1s, prompt: "rooftop, {{ weather }}, {{ mood }}"}
      - {id: river, duration: 1s, prompt: "river, {{ weather }}", transition: {crossfade: 250ms}}
      - {id: sea, duration: 1s, prompt: "sea"}
    """
AXES = ("--set", "weather=rain,snow", "--set", "mood=calm,tense")
OUT = "out/two-by-two/vary"
SHEETS = f"{OUT}/contact-sheet.slate.png\n{OUT}/contact-sheet.slate.html\n"
VARIATIONS = [f"weather={w},mood={m}" for w in ("rain", "snow") for m in ("calm", "tense")]
DONE = "nothing to render: everything is in the store\n"


@pytest.fixture
def film(project: Project) -> Project:
    project.write(FILM)
    return project


def vary(film: Project, *flags: str) -> Result:
    return film.storyboard("vary", "film.yaml", "--slate", *flags)


def rendered(result: Result) -> list[str]:
    """Return the nodes that a run reported as made."""
    return [line.split(":")[0] for line in result.err.splitlines() if ": rendered in" in line]


def delivered(film: Project) -> list[str]:
    """Return the files below the folder of variations, but the sheets."""
    root = film.folder / OUT
    return sorted(
        path.relative_to(root).as_posix() for path in root.rglob("*") if path.parent != root
        if path.is_file()
    )  # fmt: skip


def with_provenance(films: list[str]) -> list[str]:
    return sorted(films + [name.replace(".mp4", ".provenance.json") for name in films])


def opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB")


def test_what_variations_share_is_rendered_once(film: Project) -> None:
    result = vary(film, *AXES)
    assert (result.code, result.out) == (0, SHEETS)
    assert rendered(result) == [
        "weather=rain,mood=calm/rooftop/slate",
        "weather=rain/river/slate",
        "sea/slate",
        "weather=rain,mood=tense/rooftop/slate",
        "weather=snow,mood=calm/rooftop/slate",
        "weather=snow/river/slate",
        "weather=snow,mood=tense/rooftop/slate",
    ]
    assert delivered(film) == sorted(
        f"{variation}/keyframes/{shot}.slate.png"
        for variation in VARIATIONS
        for shot in ("river", "rooftop", "sea")
    )


def test_a_second_run_renders_nothing(film: Project) -> None:
    vary(film, *AXES)
    before = {path: (film.folder / OUT / path).read_bytes() for path in delivered(film)}
    sheets = [(film.folder / path).read_bytes() for path in SHEETS.split()]
    again = vary(film, *AXES)
    assert (again.code, again.out, again.err) == (0, SHEETS, DONE)
    assert before == {path: (film.folder / OUT / path).read_bytes() for path in delivered(film)}
    assert sheets == [(film.folder / path).read_bytes() for path in SHEETS.split()]


def test_one_value_more_renders_only_what_it_needs(film: Project) -> None:
    vary(film, *AXES)
    result = vary(film, "--set", "weather=rain,snow,fog", *AXES[2:])
    assert rendered(result) == [
        "weather=fog,mood=calm/rooftop/slate",
        "weather=fog/river/slate",
        "weather=fog,mood=tense/rooftop/slate",
    ]


def test_variations_share_with_ordinary_renders(film: Project) -> None:
    film.storyboard("render", "--slate")
    result = vary(film, "--until", "film", "--set", "weather=rain,snow")
    assert rendered(result) == [
        "weather=snow/rooftop/slate",
        "weather=snow/rooftop/clip",
        "weather=snow/river/slate",
        "weather=snow/river/clip",
        "weather=snow/film",
    ]
    film_of_rain = film.folder / OUT / "weather=rain" / "film.slate.mp4"
    own = film.folder / "out/two-by-two/film.slate.mp4"
    assert film_of_rain.read_bytes() == own.read_bytes()


def test_films_in_their_folders(film: Project) -> None:
    result = vary(film, "--until", "film", *AXES)
    assert (result.code, result.out) == (0, SHEETS)
    assert len(rendered(result)) == 7 + 7 + 4  # slates, clips, films
    films = [f"{variation}/film.slate.mp4" for variation in VARIATIONS]
    assert delivered(film) == with_provenance(films)
    for name in films:
        with av.open(str(film.folder / OUT / name)) as container:
            assert sum(1 for _ in container.decode(video=0)) == 72


def test_clips_of_some_shots(film: Project) -> None:
    result = vary(film, "--until", "clip", "--shots", "river-sea", "--set", "weather=rain,snow")
    assert (result.code, result.out) == (0, SHEETS)
    assert [node for node in rendered(result) if node.endswith("clip")] == [
        "weather=rain/river/clip",
        "sea/clip",
        "weather=snow/river/clip",
    ]
    assert delivered(film) == [
        "weather=rain/clips/river.slate.mkv",
        "weather=rain/clips/sea.slate.mkv",
        "weather=snow/clips/river.slate.mkv",
        "weather=snow/clips/sea.slate.mkv",
    ]


def test_a_film_of_some_shots_has_their_name(film: Project) -> None:
    vary(film, "--until", "film", "--shots", "sea", "--set", "unused=1", "-o", "else")
    assert (film.folder / "else/unused=1/film.sea.slate.mp4").is_file()
    assert not (film.folder / "out").exists()


@pytest.mark.parametrize("until", ["keyframe", "clip", "film"])
def test_each_picture_lies_in_its_place_on_the_sheet(film: Project, until: str) -> None:
    """Find every picture by its pixels: the sheet's cells are as large as the slates."""
    film.edit("width: 128, height: 64", "width: 256, height: 128")
    assert vary(film, *AXES, "--shots", "rooftop", "--until", until).code == 0
    sheet = opened(film.folder / SHEETS.split()[0])
    right, bottom = sheet.width - 24, sheet.height - 24
    lefts, tops = (right - 256 - 12 - 256, right - 256), (bottom - 128 - 12 - 128, bottom - 128)
    cells = {
        variation: sheet.crop((left, top, left + 256, top + 128))
        for variation, (top, left) in zip(
            VARIATIONS, ((top, left) for top in tops for left in lefts), strict=True
        )
    }
    for variation, cell in cells.items():
        picture = _middle(film.folder / OUT / variation, until)
        worst = max(high for _, high in ImageChops.difference(cell, picture).getextrema())
        assert worst <= 2, variation
    assert len({cell.tobytes() for cell in cells.values()}) == 4


@pytest.mark.parametrize("until", ["keyframe", "clip", "film"])
def test_the_sheet_shows_the_middle_of_every_shot(film: Project, until: str) -> None:
    """Read each picture's own barcode: which shot it is, and which of its frames."""
    film.edit("width: 128, height: 64", "width: 256, height: 128")
    film.edit('duration: 1s, prompt: "river', 'duration: 2s, prompt: "river')
    assert vary(film, "--set", "weather=rain", "--until", until).code == 0
    sheet = opened(film.folder / SHEETS.split()[0])
    left, found = sheet.width - 24 - 256, []
    for row in range(3):
        bottom = sheet.height - 24 - (2 - row) * (128 + 12)
        found.append(read_barcode(np.asarray(sheet.crop((left, bottom - 128, left + 256, bottom)))))
    # Drawn are 4+8+4 frames of each, of the river 6+16+6.
    assert found == [
        Barcode(shot=shot_code(shot), frame=frame)
        for shot, frame in (("rooftop", 8), ("river", 14), ("sea", 8))
    ]


def _middle(folder: Path, until: str) -> Image.Image:
    """Return what the sheet should show of a variation: the middle of its only shot."""
    if until == "keyframe":
        return opened(folder / "keyframes/rooftop.slate.png")
    name = "clips/rooftop.slate.mkv" if until == "clip" else "film.rooftop.slate.mp4"
    frames = [Image.fromarray(yuv_to_rgb(frame)) for frame in read_yuv(folder / name)]
    # A clip has a handle on each side; the film is cut.
    return frames[len(frames) // 2 if until == "film" else (len(frames) - 24) // 2 + 12]


def test_the_page_shows_every_variation_with_its_prompt(film: Project) -> None:
    vary(film, *AXES, "--shots", "rooftop")
    page = (film.folder / SHEETS.split()[1]).read_text(encoding="utf-8")
    for weather in ("rain", "snow"):
        for mood in ("calm", "tense"):
            link = f"weather%3D{weather}%2Cmood%3D{mood}/keyframes/rooftop.slate.png"
            assert page.count(f'href="{link}"') == 1
            assert page.count(f"<p>weather={weather}, mood={mood}</p>") == 1
            assert page.count(f"<p>rooftop, {weather}, {mood}</p>") == 1
    assert page.count("<img ") == 4


def test_values_that_are_hostile_or_odd(film: Project) -> None:
    values = ["<script>alert(1)</script>", "../../up", "a/b", "a\\b", "雨", 'say "x", y']
    quoted = ",".join('"{}"'.format(value.replace('"', '""')) for value in values)
    result = vary(film, "--shots", "river", "--set", f"weather={quoted}")
    assert (result.code, result.out) == (0, SHEETS)
    root = film.folder / OUT
    folders = [path for path in root.iterdir() if path.is_dir()]
    assert len(folders) == len(values)
    assert all((folder / "keyframes/river.slate.png").is_file() for folder in folders)
    assert {path.name for path in film.folder.iterdir()} == {"film.yaml", "out", ".storyboard"}
    assert "weather=..-..-up" in {folder.name for folder in folders}
    page = (root / "contact-sheet.slate.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "雨" in page


def test_one_variation_that_fails_leaves_the_others(
    film: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = Slate.render

    def fail_when_tense_in_snow(self: Slate, inputs: Inputs, work: Work) -> None:
        if "snow, tense" in self.prompt:
            raise RenderFailed("the pen broke")
        draw(self, inputs, work)

    with monkeypatch.context() as patch:
        patch.setattr(Slate, "render", fail_when_tense_in_snow)
        result = vary(film, *AXES, "--until", "film")
    assert (result.code, result.out) == (5, SHEETS)
    assert result.err.splitlines()[-2:] == [
        "error: not every variation is finished: weather=snow,mood=tense/rooftop/slate failed",
        "  help: what is finished is kept; mend the cause and run the same command again",
    ]
    films = [f"{variation}/film.slate.mp4" for variation in VARIATIONS[:3]]
    assert delivered(film) == with_provenance(films)
    page = (film.folder / SHEETS.split()[1]).read_text(encoding="utf-8")
    assert page.count("no picture") == 3  # of each shot
    mended = vary(film, *AXES, "--until", "film")
    assert mended.code == 0
    assert rendered(mended) == [
        f"weather=snow,mood=tense/{node}" for node in ("rooftop/slate", "rooftop/clip", "film")
    ]


def test_nothing_rendered_is_another_exit_code(
    film: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Slate, inputs: Inputs, work: Work) -> None:
        raise RenderFailed("no ink")

    monkeypatch.setattr(Slate, "render", fail)
    result = vary(film, "--shots", "sea", "--set", "unused=1")
    assert (result.code, result.out) == (1, SHEETS)


def test_the_block_of_the_storyboard(film: Project) -> None:
    film.edit("shots:", "vary: {weather: [rain, snow], mood: [calm, tense]}\nshots:")
    vary(film)
    assert sorted({name.split("/")[0] for name in delivered(film)}) == VARIATIONS
    result = vary(film, "--set", "weather=fog", "--set", "unused=7", "--dry-run")
    assert result.out.splitlines()[0] == (
        "2 variations: weather (fog) x mood (calm, tense) x unused (7)"
    )
    assert rendered(film.storyboard("render", "--slate", "--only", "rooftop")) == [
        "rooftop/clip",
        "film",
    ]  # a film is not varied by its block


def test_a_dry_run_counts_and_renders_nothing(film: Project) -> None:
    vary(film, "--set", "weather=rain")
    result = vary(film, *AXES, "--until", "clip", "--dry-run")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "4 variations: weather (rain, snow) x mood (calm, tense)",
        "  weather=rain,mood=calm   3 of 6 steps to render",
        "  weather=rain,mood=tense  4 of 6 steps to render",
        "  weather=snow,mood=calm   5 of 6 steps to render",
        "  weather=snow,mood=tense  5 of 6 steps to render",
        "14 steps instead of 24, 6 of them shared: 11 to render, 3 in the store",
    ]
    assert not (film.folder / OUT / VARIATIONS[0]).exists()
    vary(film, *AXES)
    assert vary(film, *AXES, "--dry-run").out.splitlines()[-2:] == [
        "  weather=snow,mood=tense  ready",
        "7 steps instead of 12, 3 of them shared: 0 to render, 7 in the store",
    ]


def test_a_dry_run_writes_nothing(film: Project) -> None:
    assert vary(film, *AXES, "--dry-run").code == 0
    assert [path.name for path in film.folder.iterdir()] == ["film.yaml"]


def test_a_variable_that_changes_nothing_is_told(film: Project) -> None:
    result = vary(film, "--set", "weather=rain,snow", "--set", "unused=1,2", "--dry-run")
    assert result.err == (
        "film.yaml: warning[SB506]: `unused` changes nothing: with each of its values "
        "the slates are the same\n"
        "  = help: leave it out, or use it in a prompt that is rendered\n\n1 warning\n"
    )
    assert "weather=snow/river/slate" not in result.out
    only = vary(film, "--shots", "sea", *AXES, "--dry-run")
    assert only.err.count("SB506") == 2
    assert only.out.splitlines()[-1] == (
        "1 step instead of 4, 1 of them shared: 1 to render, 0 in the store"
    )


def test_a_variable_of_the_block_that_changes_nothing_is_told_at_its_place(film: Project) -> None:
    film.edit("let:", "vary: {unused: [1, 2]}\nlet:")
    result = vary(film, "--dry-run", "--until", "film")
    assert result.err.splitlines()[0] == (
        "film.yaml:7:8: warning[SB506]: `unused` changes nothing: with each of its values "
        "the film is the same"
    )


def test_seeds_and_qualities_can_be_varied(film: Project) -> None:
    result = film.storyboard(
        "vary", "--set", "seed=1,2", "--set", "quality=draft,high", "--dry-run"
    )  # of keyframes, not of slates: those know neither
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "4 variations: seed (1, 2) x quality (draft, high)"
    assert lines[-1] == "12 steps: 12 to render, 0 in the store"


def test_a_seed_of_a_shots_own_is_not_varied(film: Project) -> None:
    film.edit('prompt: "sea"', 'prompt: "sea", seed: 5')
    result = film.storyboard("vary", "--shots", "sea", "--set", "seed=1,2", "--dry-run")
    assert (
        "`seed` changes nothing: with each of its values the keyframes are the same" in result.err
    )


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (
            (),
            "error: there is nothing to vary\n"
            "  help: write --set weather=rain,snow, or a `vary:` block into the storyboard\n",
        ),
        (
            ("--set", "seed=" + ",".join(map(str, range(13))), "--set", "weather=a,b,c,d,e"),
            "error: these are 65 variations (13 of seed x 5 of weather), more than 64\n"
            "  help: leave some values out, or pass --max 65\n",
        ),
        (
            (*AXES, "--max", "3"),
            "error: these are 4 variations (2 of weather x 2 of mood), more than 3\n"
            "  help: leave some values out, or pass --max 4\n",
        ),
        (
            ("--set", "seed=1,two"),
            "error: --set seed=two: not a whole number from 0\n  help: write --set seed=1,2,3\n",
        ),
        (
            ("--set", "quality=draft,hihg"),
            "error: --set quality=hihg: there is no such quality\n  help: did you mean `high`?\n",
        ),
        (
            ("--set", "weather=rain", "--shots", "see"),
            "error: no shot is called `see`\n  help: did you mean `sea`?\n",
        ),
    ],
)
def test_what_cannot_be_is_refused(film: Project, flags: tuple[str, ...], said: str) -> None:
    result = vary(film, *flags)
    assert (result.code, result.out, result.err) == (2, "", said)
    assert not (film.folder / ".storyboard").exists()


def test_an_unknown_variable_is_refused_once(film: Project) -> None:
    result = vary(film, "--set", "wether=rain,snow", "--set", "mood=calm,tense")
    assert (result.code, result.out) == (3, "")
    assert result.err == (
        "film.yaml: error[SB501]: --set wether: the storyboard has no variable `wether`\n"
        "  = help: did you mean `weather`?\n\n1 error\n"
    )


def test_a_value_that_breaks_the_film_is_named(film: Project) -> None:
    result = vary(film, "--set", "unused=1,many", "--set", "weather=rain,snow")
    assert result.code == 3
    assert result.err.splitlines()[0] == (
        "film.yaml:7:42: error[SB103]: --set unused=many: `unused` is a number in the storyboard "
        "(with unused=many, weather=rain)"
    )
    assert not (film.folder / ".storyboard").exists()


def test_cards_move_the_pictures_that_are_shown_of_films(film: Project) -> None:
    film.edit("shots:", 'titles: [{text: "A card", duration: 2s}]\nshots:')
    film.edit('prompt: "sea"', 'prompt: "sea", caption: "The sea"')
    assert vary(film, *AXES, "--until", "film").code == 0
    reading = read_storyboard(film.folder / "film.yaml")
    weights = Weights.of(reading.pack, reading.project, cache=film.folder / "memory.json")
    aim = compile_until(reading, weights, until="film", slate=True)
    frames = [glimpse.frame for glimpse in aim.glimpses.values()]
    lead = round(2 * (reading.storyboard.output.fps or reading.storyboard.frame.fps))
    timings = lay_out(reading.storyboard, reading.pack.motion).shots
    assert frames == [shot.cut + shot.frames // 2 for shot in timings]
    assert min(shot.cut for shot in timings) == lead


def test_a_dry_run_imports_nothing_heavy(film: Project) -> None:
    probe = (
        "import sys\n"
        "from animegen.cli.main import main\n"
        "sys.argv[0] = 'storyboard'\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code\n"
        "heavy = {'torch', 'numpy', 'diffusers', 'av', 'cv2', 'PIL', 'jinja2'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    command = [sys.executable, "-c", probe, "vary", *AXES, "--dry-run"]
    done = subprocess.run(command, cwd=film.folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_warnings_are_told_once_and_with_the_values_that_cause_them(film: Project) -> None:
    film.edit('prompt: "sea"', 'prompt: "sea, (dark"')
    result = vary(film, "--shots", "river", "--set", "weather=rain,(snow", "--dry-run")
    assert result.code == 0
    told = [line.split(": ", 1)[1] for line in result.err.splitlines() if "SB505" in line]
    assert told == [
        "warning[SB505]: `(` is never closed",
        "warning[SB505]: `(` is never closed (with weather=(snow)",  # on the rooftop
        "warning[SB505]: `(` is never closed (with weather=(snow)",  # by the river
    ]
