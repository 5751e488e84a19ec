"""`storyboard animatic`: the film's timing on slates, keyframes and clips, without a model."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from films import THREE_SHOTS
from PIL import Image

from animegen.cli.opening import read
from animegen.cli.session import open_session
from animegen.steps.clip import Clip
from animegen.steps.keyframe import Keyframe
from animegen.video.color import yuv_to_rgb
from animegen.video.decode import read_yuv
from animegen.video.encode import write_lossless_yuv
from animegen.video.frame import black

if TYPE_CHECKING:
    from animegen.cli.session import Session
    from tests.conftest import Project

PLACE = "out/three-shots/animatic"
RED, GREEN = (200, 30, 30), (30, 200, 30)


@pytest.fixture
def film(project: Project) -> Project:
    project.write(THREE_SHOTS)
    return project


def session_of(film: Project) -> Session:
    """Return the film as `render` would open it: its nodes have the keys that a render gives."""
    reading = read(film.folder / "film.yaml", ())
    return open_session(
        reading, device="cpu", dtype=None, slate=False, only=(),
        store=[str(film.folder / ".storyboard")],
    )  # fmt: skip


def leave_keyframe(film: Project, shot: str, color: tuple[int, int, int]) -> None:
    """Put a keyframe of one colour into the store, half of it white, as if it was rendered."""
    session = session_of(film)
    node = session.compiled.plan.nodes[f"{shot}/keyframe"]
    assert isinstance(node.step, Keyframe)
    picture = Image.new("RGB", (64, 64), color)
    picture.paste((255, 255, 255), (0, 0, 32, 64))
    with session.store.workspace() as folder:
        picture.save(folder / "keyframe.png")
        session.store.publish(node.record, folder, {})


def leave_clip(film: Project, shot: str) -> None:
    """Put a black clip into the store, as if it was rendered."""
    session = session_of(film)
    node = session.compiled.plan.nodes[f"{shot}/clip"]
    assert isinstance(node.step, Clip)
    frames = [black(128, 128)] * (node.step.before + node.step.after)
    with session.store.workspace() as folder:
        write_lossless_yuv(folder / "clip.mkv", frames, session.compiled.timeline.clocks.rate)
        session.store.publish(node.record, folder, {})


def frames_of(film: Project, name: str = PLACE) -> list[np.ndarray]:
    return [yuv_to_rgb(frame) for frame in read_yuv(film.folder / f"{name}.mp4")]


def test_an_animatic_of_slates_has_the_films_length(film: Project) -> None:
    result = film.storyboard("animatic", "film.yaml")
    assert (result.code, result.out) == (0, f"{PLACE}.mp4\n{PLACE}-sheet.png\n")
    assert result.err.startswith("animatic of 3 slates\n")
    assert len(frames_of(film)) == 72
    with Image.open(film.folder / f"{PLACE}-sheet.png") as sheet:
        assert sheet.width > 3 * 256


def test_it_shows_what_is_rendered_already(film: Project) -> None:
    leave_keyframe(film, "two", RED)
    leave_clip(film, "three")
    result = film.storyboard("animatic", "film.yaml")
    assert result.err.startswith("animatic of 1 clip, 1 keyframe, 1 slate\n")
    frames = frames_of(film)
    right = frames[36][60, 100]  # of the second shot, clear of its transitions
    assert np.abs(right.astype(int) - RED).max() < 12
    assert frames[66].max() < 8
    assert frames[8].std() > 5  # a slate
    mixed = frames[48].astype(int)  # in the middle of the crossfade, half red and half black
    assert 60 < mixed[60, 100, 0] < 140


def test_a_keyframe_is_held_under_the_shots_camera(film: Project) -> None:
    film.edit('prompt: "river"', 'prompt: "river"\n    camera: {zoom: [2, 2], pan: [-1, 1]}')
    leave_keyframe(film, "two", GREEN)
    film.storyboard("animatic", "film.yaml")
    frames = frames_of(film)
    assert frames[29].mean() > frames[36].mean() > frames[43].mean()  # from white to green


def test_an_edit_makes_a_shot_a_slate_again(film: Project) -> None:
    leave_keyframe(film, "two", RED)
    film.edit('"river"', '"river at dawn"')
    assert film.storyboard("animatic", "film.yaml").err.startswith("animatic of 3 slates\n")


def test_a_damaged_picture_is_not_shown(film: Project) -> None:
    leave_keyframe(film, "two", RED)
    objects = film.folder / ".storyboard" / "objects"
    (blob,) = (path for path in objects.rglob("*") if path.is_file())
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes()[:-1] + b"\0")
    result = film.storyboard("animatic", "film.yaml")
    assert (result.code, result.err.splitlines()[0]) == (0, "animatic of 3 slates")


def test_the_second_time_nothing_is_drawn(film: Project) -> None:
    film.storyboard("animatic", "film.yaml")
    result = film.storyboard("animatic", "film.yaml")
    assert result.err == "animatic of 3 slates\nnothing to render: everything is in the store\n"


def test_some_shots_and_another_folder(film: Project) -> None:
    result = film.storyboard("animatic", "film.yaml", "--only", "two", "-o", "there", "-q")
    assert (result.code, result.err) == (0, "")
    assert result.out == "there/animatic.two.mp4\nthere/animatic.two-sheet.png\n"
    assert len(frames_of(film, "there/animatic.two")) == 24


def test_weights_that_are_missing_stop_no_animatic(
    film: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(film.folder / "empty"))
    film.edit("pack: smoke", "pack: sdxl")
    film.edit("frame: {width: 64, height: 64}", "frame: {width: 512, height: 512}")
    assert film.storyboard("animatic", "film.yaml", "-q").code == 0


def test_the_films_own_render_is_not_touched(film: Project) -> None:
    before = film.storyboard("plan", "film.yaml").out
    film.storyboard("animatic", "film.yaml")
    assert (
        film.storyboard("plan", "film.yaml").out.split("estimate")[0]
        == (before.split("estimate")[0])
    )


def test_no_torch_is_imported(film: Project) -> None:
    probe = (
        "import sys\n"
        "from animegen.cli.main import main\n"
        "sys.argv[0] = 'storyboard'\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code\n"
        "sys.exit('torch' in sys.modules)"
    )
    command = [sys.executable, "-c", probe, "animatic", "film.yaml", "-q"]
    done = subprocess.run(command, cwd=film.folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
