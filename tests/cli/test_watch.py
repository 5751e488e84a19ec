"""`render --watch` as a real process: save, and the film follows; break it, and the film stays."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from animegen.cli.saving import listening, look_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Project

FILM = """
    version: 1
    title: Watched
    pack: mine.toml
    frame: {width: 64, height: 64}
    shots:
      - {id: one, duration: 1s, prompt: "__mood__ street"}
      - {id: two, duration: 1s, prompt: "river"}
    """
NIGHT = """{% block positive %}{{ prompt }}, at night{% endblock %}
    {% block negative %}{{ negative }}{% endblock %}
    """
WATCHING = "watching; save the storyboard to render again, Ctrl-C ends"
PATIENCE = 30


class Watching:
    """The process, and the lines of its stderr as they come."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self.child = child
        self.lines: list[str] = []
        self._seen = 0
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.child.stderr is not None
        for line in self.child.stderr:
            self.lines.append(line.rstrip("\n"))

    def until(self, wanted: str) -> list[str]:
        """Return the lines up to the next one that starts with `wanted`."""
        deadline, first = time.monotonic() + PATIENCE, self._seen
        while time.monotonic() < deadline:
            for place in range(self._seen, len(self.lines)):
                if self.lines[place].startswith(wanted):
                    self._seen = place + 1
                    return self.lines[first : self._seen]
            time.sleep(0.02)
        raise AssertionError(f"no line {wanted!r} in {self.lines[first:]}")

    def end(self, number: int = 2) -> tuple[int, str]:
        """Send a signal; return the exit code and all of stdout."""
        self.child.send_signal(number)
        code = self.child.wait(PATIENCE)
        self._reader.join()
        assert self.child.stdout is not None
        return code, self.child.stdout.read()


def _hear() -> None:
    """Let Ctrl-C come through: a suite in the background has it switched off."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def watching(project: Project, *flags: str) -> Iterator[Watching]:
    command = [sys.executable, "-m", "animegen", "render", "film.yaml", "--slate", "--watch"]
    with subprocess.Popen(
        [*command, *flags], cwd=project.folder, stdout=-1, stderr=-1, text=True, preexec_fn=_hear
    ) as child:
        try:
            yield Watching(child)
        finally:
            child.kill()


@pytest.fixture
def film(project: Project) -> Project:
    project.write(FILM)
    project.write('extends = "other.toml"\n', "mine.toml")
    project.write('extends = "smoke"\n', "other.toml")
    project.write("calm\n", "wildcards/mood.txt")
    return project


def made(lines: list[str]) -> list[str]:
    return [line.split(":")[0] for line in lines if ": rendered in" in line]


def test_it_follows_every_file_and_keeps_the_last_good_film(film: Project) -> None:
    target = film.folder / "out/watched/film.slate.mp4"
    with watching(film) as process:
        assert len(made(process.until(WATCHING))) == 5
        first = target.read_bytes()

        film.edit('"river"', '"river at dawn"')
        assert made(process.until(WATCHING)) == ["two/slate", "two/clip", "film"]
        second = target.read_bytes()
        assert second != first

        film.edit("duration: 1s, prompt", "duraton: 1s, prompt")
        told = process.until(WATCHING)
        assert "film.yaml:7:15: error[SB102]: unknown key `duraton`" in told
        assert "  = help: did you mean `duration`?" in told
        assert target.read_bytes() == second

        film.edit("duraton", "duration")
        assert "nothing to render: everything is in the store" in process.until(WATCHING)

        film.write("wild\n", "wildcards/mood.txt")
        assert made(process.until(WATCHING)) == ["one/slate", "one/clip", "film"]
        assert target.read_bytes() != second

        film.write('extends = "nothing"\n', "other.toml")
        assert any("error[SB304]" in line for line in process.until(WATCHING))
        film.write('extends = "smoke"\n', "other.toml")
        process.until(WATCHING)

        (film.folder / "wildcards/mood.txt").unlink()
        assert any("error[SB308]" in line for line in process.until(WATCHING))
        film.write("wild\n", "wildcards/mood.txt")
        process.until(WATCHING)

        film.write(NIGHT, "templates/anime.j2")
        assert "nothing to render: everything is in the store" in process.until(WATCHING)
        code, out = process.end()
    # A slate shows the shot's own words, so another style is another film of the same frames.
    assert (code, out) == (130, "out/watched/film.slate.mp4\n" * 7)


def test_a_save_during_a_render_starts_again_with_what_is_finished(film: Project) -> None:
    film.edit('duration: 1s, prompt: "river"', 'duration: 60s, prompt: "river"')
    with watching(film) as process:
        process.until("one/clip: rendered")
        film.edit('duration: 60s, prompt: "river"', 'duration: 1s, prompt: "river"')
        process.until("saved meanwhile: starting again with what is finished")
        assert made(process.until(WATCHING))[-3:] == ["two/slate", "two/clip", "film"]
        code, out = process.end()
    assert (code, out) == (130, "out/watched/film.slate.mp4\n")
    assert not [line for line in process.lines if line.startswith("error")]


def test_ctrl_c_ends_it_in_the_middle_of_a_render(film: Project) -> None:
    film.edit('duration: 1s, prompt: "river"', 'duration: 60s, prompt: "river"')
    with watching(film) as process:
        process.until("one/clip: rendered")
        code, out = process.end()
    assert (code, out) == (130, "")
    assert process.lines[-2] == "error: stopped; everything finished is kept"


def test_force_holds_for_the_first_render_only(film: Project) -> None:
    assert film.storyboard("render", "film.yaml", "--slate").code == 0
    with watching(film, "--force") as process:
        assert len(made(process.until(WATCHING))) == 5
        film.edit('"river"', '"sea"')
        assert made(process.until(WATCHING)) == ["two/slate", "two/clip", "film"]


def test_a_storyboard_that_is_not_there_yet_is_waited_for(project: Project) -> None:
    with watching(project) as process:
        assert "error: cannot read film.yaml: no such file or directory" in process.until(WATCHING)
        project.write(FILM.replace("mine.toml", "smoke").replace("__mood__ ", ""))
        assert len(made(process.until(WATCHING))) == 5


def test_what_was_saved_before_anyone_listened_counts(tmp_path: Path) -> None:
    file, absent = tmp_path / "a.txt", tmp_path / "no/such/folder/b.txt"
    file.write_text("one")
    seen = look_at([file, absent])
    file.write_text("three")
    with listening(seen) as saved:
        assert saved.wait(PATIENCE)


def test_other_files_and_reading_are_no_change(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("one")
    with listening(look_at([file])) as saved:
        (tmp_path / "b.txt").write_text("other")
        file.read_text()
        assert not saved.wait(0.6)


def test_a_folder_stands_for_the_files_below_it(tmp_path: Path) -> None:
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet/model.safetensors").write_text("one")
    with listening(look_at([tmp_path / "unet"])) as saved:
        (tmp_path / "unet/model.safetensors").write_text("three")
        assert saved.wait(PATIENCE)
