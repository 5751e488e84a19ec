"""A running step opens no picture but its own; and no door of the source goes around the guard."""

from __future__ import annotations

import ast
import contextlib
import os
import shutil
import threading
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

import animegen
from animegen.guard import ForeignPicture, check, guarding
from animegen.steps.slate import Slate
from animegen.video.decode import read_rgb
from animegen.video.encode import write_lossless_rgb

if TYPE_CHECKING:
    from animegen.steps.protocol import Inputs, Work
    from tests.conftest import Project


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    path = tmp_path / "art.png"
    Image.new("RGB", (8, 8)).save(path)
    return path


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def test_a_foreign_picture_is_refused_by_name(foreign: Path, work: Path) -> None:
    told = r"a step tried to read .*art\.png"
    with pytest.raises(ForeignPicture, match=told), guarding(work, []):
        foreign.read_bytes()


def test_the_attempt_counts_even_if_the_step_hides_it(foreign: Path, work: Path) -> None:
    with pytest.raises(ForeignPicture), guarding(work, []), contextlib.suppress(ForeignPicture):
        foreign.read_bytes()


@pytest.mark.parametrize(
    "suffix", ["jpg", "WEBP", "gif", "bmp", "tiff", "mp4", "mkv", "webm", "mov"]
)
def test_every_usual_name(suffix: str, tmp_path: Path, work: Path) -> None:
    path = tmp_path / f"art.{suffix}"
    path.write_bytes(b"anything")
    with pytest.raises(ForeignPicture), guarding(work, []):
        path.open("rb")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_picture_by_another_name(form: str, tmp_path: Path, work: Path) -> None:
    path = tmp_path / "weights.bin"
    with path.open("wb") as file:
        Image.new("RGB", (8, 8)).save(file, form)
    with pytest.raises(ForeignPicture), guarding(work, []):
        Image.open(path)


def test_sound_is_no_picture(tmp_path: Path, work: Path) -> None:
    path = tmp_path / "music.m4a"
    path.write_bytes(b"\0\0\0\x20ftypM4A \0\0\0\0")
    with guarding(work, []):
        assert path.read_bytes()


def test_ways_around_the_name(foreign: Path, work: Path, tmp_path: Path) -> None:
    link = tmp_path / "notes.txt"
    link.symlink_to(foreign)
    attempts = [
        lambda: link.read_bytes(),
        lambda: os.open(foreign, os.O_RDONLY),
        lambda: open(os.fsencode(foreign), "rb"),  # noqa: PTH123, SIM115
        lambda: os.link(foreign, work / "mine.png"),
        lambda: shutil.copy(foreign, work / "mine.txt"),
        lambda: foreign.rename(work / "mine.png"),
        lambda: (work / "mine.txt").symlink_to(foreign),
    ]
    for attempt in attempts:
        with pytest.raises(ForeignPicture), guarding(work, []):
            attempt()


def test_another_thread_of_the_step_is_watched(foreign: Path, work: Path) -> None:
    def read() -> None:
        with pytest.raises(ForeignPicture):
            foreign.read_bytes()

    thread = threading.Thread(target=read)
    with pytest.raises(ForeignPicture), guarding(work, []):  # noqa: PT012 - both in the guard
        thread.start()
        thread.join()


def test_ffmpegs_door_is_watched(tmp_path: Path, work: Path) -> None:
    path = tmp_path / "clip"
    write_lossless_rgb(path, [np.zeros((16, 16, 3), np.uint8)], Fraction(8))
    with pytest.raises(ForeignPicture), guarding(work, []):
        next(read_rgb(path))


def test_its_inputs_its_folder_and_other_files_are_its_own(foreign: Path, work: Path) -> None:
    notes = work.parent / "notes.txt"
    notes.write_text("no picture")
    with guarding(work, [foreign]):
        foreign.read_bytes()
        Image.new("RGB", (8, 8)).save(work / "made.png")
        Image.open(work / "made.png").load()
        notes.read_text()
        (work.parent / "written.png").write_bytes(b"written, not read")
        icon = Path(np.__file__).parent / "no-such-icon.png"
        with pytest.raises(FileNotFoundError):  # what libraries bring along is theirs
            icon.read_bytes()


def test_outside_of_a_step_nobody_is_watched(foreign: Path, work: Path) -> None:
    with guarding(work, []):
        pass
    check(foreign)
    assert foreign.read_bytes()


def test_a_step_that_tries_fails_the_render(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    art = project.folder / "art.png"
    Image.new("RGB", (8, 8)).save(art)
    project.write(
        "version: 1\ntitle: T\npack: smoke\nshots: [{id: a, duration: 1s, prompt: sea}]\n"
    )
    whole = Slate.render

    def cheat(self: Slate, inputs: Inputs, work: Work) -> None:
        with Image.open(art) as picture:
            picture.load()
        whole(self, inputs, work)

    monkeypatch.setattr(Slate, "render", cheat)
    result = project.storyboard("render", "--slate", "--quiet")
    assert (result.code, result.out) == (1, "")
    assert f"a step tried to read {art}, a picture or video that was not made for it here" in (
        result.err
    )
    monkeypatch.undo()
    assert project.storyboard("render", "--slate", "--quiet").code == 0


_DOORS = {"imread", "imreadmulti", "VideoCapture", "VideoFileClip", "ImageClip", "read_image",
          "read_video", "decode_image", "imdecode", "ImageSequenceClip", "mimread"}  # fmt: skip
"""What opens pictures and videos in C, or would."""


def test_ffmpeg_and_opencv_have_no_other_door() -> None:
    root = Path(animegen.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name, of = node.func.attr, node.func.value
                is_av = name == "open" and isinstance(of, ast.Name) and of.id == "av"
                if is_av or name in _DOORS:
                    found.add(path.relative_to(root).as_posix())
    # The encoder opens to write; sound refuses whatever holds pictures.
    assert found == {"video/decode.py", "video/encode.py", "video/sound.py"}
