"""`storyboard render`, end to end on slates: what runs, what is said, how it exits."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import av
import pytest
from films import THREE_SHOTS

from animegen.errors import RenderFailed
from animegen.steps.slate import Slate
from animegen.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.steps.protocol import Inputs, Work
    from tests.conftest import Project, Result


@pytest.fixture
def film(project: Project) -> Project:
    project.write(THREE_SHOTS)
    return project


def render(film: Project, *flags: str) -> Result:
    return film.storyboard("render", "film.yaml", "--slate", *flags)


def rendered(result: Result) -> list[str]:
    """Return the nodes that a render reported as made."""
    return [line.split(":")[0] for line in result.err.splitlines() if ": rendered in" in line]


def frame_count(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def test_a_film_of_exactly_the_planned_frames(film: Project) -> None:
    result = render(film)
    assert (result.code, result.out) == (0, "out/three-shots/film.slate.mp4\n")
    assert rendered(result) == [
        "one/slate", "one/clip", "two/slate", "two/clip", "three/slate", "three/clip", "film",
    ]  # fmt: skip
    assert frame_count(film.folder / result.out.strip()) == 72


def test_a_second_run_renders_nothing(film: Project) -> None:
    render(film)
    again = render(film)
    assert (again.code, again.out) == (0, "out/three-shots/film.slate.mp4\n")
    assert again.err == "nothing to render: everything is in the store\n"


def test_an_edited_shot_alone_is_rendered_again(film: Project) -> None:
    render(film)
    film.edit('"river"', '"river at dawn"')
    assert rendered(render(film)) == ["two/slate", "two/clip", "film"]


def test_undoing_an_edit_finds_everything_in_the_store(film: Project) -> None:
    render(film)
    film.edit('"river"', '"river at dawn"')
    render(film)
    film.edit('"river at dawn"', '"river"')
    assert rendered(render(film)) == []


def test_comments_titles_and_key_order_render_nothing_but_a_new_name(film: Project) -> None:
    render(film)
    film.edit("title: Three shots", "# a comment\ntitle: Another name")
    result = render(film)
    assert rendered(result) == []
    assert result.out == "out/another-name/film.slate.mp4\n"
    assert frame_count(film.folder / result.out.strip()) == 72


def test_a_crossfade_retimed_within_the_handles_re_runs_assembly_only(film: Project) -> None:
    render(film)
    film.edit("250ms", "400ms")
    assert rendered(render(film)) == ["film"]


def test_reordering_shots_re_runs_assembly_only(film: Project) -> None:
    render(film)
    text = (film.folder / "film.yaml").read_text()
    head, one, two, three = text.split("- id: ")
    film.write("- id: ".join([head, one, three.rstrip() + "\n  ", two]))
    assert rendered(render(film)) == ["film"]


def test_an_inserted_shot_renders_itself_only(film: Project) -> None:
    render(film)
    film.edit("- id: two", "- {id: extra, duration: 1s, prompt: bridge}\n  - id: two")
    assert rendered(render(film)) == ["extra/slate", "extra/clip", "film"]


def test_a_variable_on_the_command_line_re_renders_the_shots_that_use_it(film: Project) -> None:
    render(film)
    assert rendered(render(film, "--set", "weather=snow")) == ["one/slate", "one/clip", "film"]


def test_only_renders_the_chosen_shots_as_a_film_of_their_own(film: Project) -> None:
    result = render(film, "--only", "two-three")
    assert result.out == "out/three-shots/film.two+three.slate.mp4\n"
    assert rendered(result) == ["two/slate", "two/clip", "three/slate", "three/clip", "film"]
    assert frame_count(film.folder / result.out.strip()) == 48
    assert rendered(render(film)) == ["one/slate", "one/clip", "film"]


def test_every_selection_has_a_film_of_its_own(film: Project) -> None:
    names = {
        render(film, *flags).out for flags in ((), ("--only", "one,three"), ("--only", "one-two"))
    }
    assert names == {
        "out/three-shots/film.slate.mp4\n",
        "out/three-shots/film.one+three.slate.mp4\n",
        "out/three-shots/film.one+two.slate.mp4\n",
    }


def test_from_renders_the_rest_of_the_film(film: Project) -> None:
    result = render(film, "--from", "three")
    assert result.out == "out/three-shots/film.three.slate.mp4\n"
    assert rendered(result) == ["three/slate", "three/clip", "film"]


def test_force_renders_everything_again_to_the_same_film(film: Project) -> None:
    first = (film.folder / render(film).out.strip()).read_bytes()
    again = render(film, "--force")
    assert len(rendered(again)) == 7
    assert (film.folder / again.out.strip()).read_bytes() == first


@pytest.mark.parametrize("size", ["width: 500", "width: 130, height: 62", "width: 16, height: 18"])
@pytest.mark.parametrize("fit", ["crop", "pad"])
def test_any_even_size_is_delivered(film: Project, size: str, fit: str) -> None:
    film.edit("frame: {width: 64, height: 64}", "frame: {width: 128, height: 72}")
    film.edit("width: 128, height: 128, fps: 24", f"{size}, fit: {fit}")
    result = render(film, "--only", "one")
    assert result.code == 0, result.err
    with av.open(str(film.folder / result.out.strip())) as container:
        shown = container.streams.video[0]
        wanted = {"500": (500, 282), "130": (130, 62), "16": (16, 18)}
        assert (shown.width, shown.height) == wanted[size.split(",")[0].split()[1]]


def test_another_output_folder(film: Project) -> None:
    result = render(film, "-o", "elsewhere")
    assert result.out == "elsewhere/film.slate.mp4\n"
    assert frame_count(film.folder / "elsewhere/film.slate.mp4") == 72


def test_quiet_says_nothing_but_the_path(film: Project) -> None:
    result = render(film, "--quiet")
    assert (result.out, result.err) == ("out/three-shots/film.slate.mp4\n", "")


def test_a_failed_shot_leaves_the_others_finished(
    film: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Slate.render

    def fail_on_two(self: Slate, inputs: Inputs, work: Work) -> None:
        if self.shot == "two":
            raise RenderFailed("the card is on fire")
        whole(self, inputs, work)

    monkeypatch.setattr(Slate, "render", fail_on_two)
    result = render(film)
    assert (result.code, result.out) == (5, "")
    assert "two/slate: FAILED: the card is on fire" in result.err
    assert "error: no film: two/slate failed" in result.err
    monkeypatch.undo()
    assert rendered(render(film)) == ["two/slate", "two/clip", "film"]


def test_nothing_at_all_rendered_is_a_plain_failure(
    film: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Slate, inputs: Inputs, work: Work) -> None:
        raise RenderFailed("no cards left")

    monkeypatch.setattr(Slate, "render", fail)
    assert render(film).code == 1


def test_a_slate_shows_motion_and_control_as_words(film: Project) -> None:
    film.edit('prompt: "river"', 'prompt: "river"\n    motion: pan-left\n    control: [depth]')
    assert render(film).code == 0


def test_an_unknown_shot_is_a_usage_error_with_a_suggestion(film: Project) -> None:
    result = render(film, "--only", "tow")
    assert result.code == 2
    assert result.err == "error: no shot is called `tow`\n  help: did you mean `two`?\n"


def test_a_missing_file_is_a_usage_error(project: Project) -> None:
    result = project.storyboard("render", "nowhere.yaml")
    assert result.code == 2
    assert "nowhere.yaml" in result.err


def test_ctrl_c_keeps_what_is_finished_and_exits_130(film: Project) -> None:
    film.edit("duration: 1s", "duration: 20s")
    command = [sys.executable, "-m", "animegen", "render", "film.yaml", "--slate"]
    child = subprocess.Popen(
        command, cwd=film.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    store = Store(film.folder / ".storyboard")
    deadline = time.monotonic() + 60
    while not any(store.entries()) and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(2)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (130, "")
    assert "stopped; everything finished is kept" in err
    kept = {artifact.key for artifact in store.entries()}
    assert kept
    assert not list((film.folder / ".storyboard/tmp").glob("*/*"))
    again = render(film)
    assert len(rendered(again)) == 7 - len(kept)


def test_two_renders_at_once_share_the_work(film: Project) -> None:
    command = [sys.executable, "-m", "animegen", "render", "film.yaml", "--slate"]
    children = [
        subprocess.Popen(command, cwd=film.folder, stdout=-1, stderr=-1, text=True)
        for _ in range(2)
    ]
    results = [child.communicate(timeout=120) for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert {out for out, _ in results} == {"out/three-shots/film.slate.mp4\n"}
    made = [line.split(":")[0] for _, err in results for line in err.splitlines()
            if ": rendered in" in line]  # fmt: skip
    assert sorted(made) == sorted(
        ["film", *(f"{s}/{k}" for s in ("one", "two", "three") for k in ("slate", "clip"))]
    )
    assert frame_count(film.folder / "out/three-shots/film.slate.mp4") == 72


def test_a_damaged_blob_is_repaired_in_silence_but_for_a_note(film: Project) -> None:
    render(film)
    store = Store(film.folder / ".storyboard")
    (target,) = [a for a in store.entries() if a.record.kind == "film"]
    blob = target.blobs["film.mp4"].path
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes()[:1000])
    result = render(film)
    assert result.code == 0
    assert rendered(result) == ["film"]
    assert "film: note: film.mp4 of" in result.err
    assert frame_count(film.folder / "out/three-shots/film.slate.mp4") == 72
