"""`render --until`, `--range` and `--force-node`: a part of the work, end to end."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import av
import pytest
from films import THREE_SHOTS
from test_render import rendered

from animegen.steps.slate import Slate
from animegen.video import encode
from animegen.video.barcode import read_barcode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from animegen.steps.protocol import Inputs, Work
    from animegen.video.barcode import Barcode
    from animegen.video.frame import YuvFrame
    from tests.conftest import Project, Result

TRANSITIONS = """
    version: 1
    title: Three shots
    frame: {width: 64, height: 64}
    output: {width: 128, height: 128, fps: 24}
    shots:
      - {id: one, duration: 1s, prompt: street, transition: {fade-in: 250ms}}
      - {id: two, duration: 1s, prompt: river, transition: {crossfade: 250ms}}
      - {id: three, duration: 1s, prompt: sea, transition: {dip: 250ms}}
    ending: {fade-out: 250ms}
    """


@pytest.fixture
def film(project: Project) -> Project:
    project.write(THREE_SHOTS)
    return project


def render(film: Project, *flags: str) -> Result:
    return film.storyboard("render", "film.yaml", "--slate", *flags)


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The digests of the frames of the film that was encoded last, before they are encoded."""
    seen: list[str] = []
    real = encode.write_h264

    def watched(path: Path, frames: Iterator[YuvFrame], *args: object, **options: object) -> None:
        def passing() -> Iterator[YuvFrame]:
            for frame in frames:
                planes = b"".join(plane.tobytes() for plane in (frame.y, frame.u, frame.v))
                seen.append(hashlib.sha256(planes).hexdigest())
                yield frame

        seen.clear()
        real(path, passing(), *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(encode, "write_h264", watched)
    return seen


def barcodes(path: Path) -> list[Barcode | None]:
    with av.open(str(path)) as container:
        return [read_barcode(f.to_ndarray()[: f.height]) for f in container.decode(video=0)]


@pytest.mark.parametrize(
    ("text", "first", "end", "name"),
    [
        ("0-3s", 0, 72, "0s-3s"),
        ("1s-2s", 24, 48, "1s-2s"),
        ("500ms-0:02.5", 12, 60, "0.5s-2.5s"),
        ("9f-15f", 27, 45, "1.125s-1.875s"),
        ("-1s", 0, 24, "0s-1s"),
        ("2s-", 48, 72, "2s-"),
        ("0.9583-1.05", 23, 25, "0.958s-1.05s"),
        ("2.9583-3", 71, 72, "2.958s-3s"),
        ("0-0.0417", 0, 1, "0s-0.042s"),
    ],
)
def test_a_range_is_the_film_frame_for_frame(
    project: Project, frames: list[str], text: str, first: int, end: int, name: str
) -> None:
    project.write(TRANSITIONS)
    whole = project.folder / render(project).out.strip()
    wanted, seen = frames[first:end], barcodes(whole)[first:end]
    result = render(project, "--range", text)
    assert (result.code, result.out) == (0, f"out/three-shots/film.{name}.slate.mp4\n")
    assert rendered(result) == ([] if (first, end) == (0, 72) else ["film"])
    assert frames == wanted if rendered(result) else len(frames) == 72
    part = barcodes(project.folder / result.out.strip())
    assert len(part) == end - first
    # Coding costs a little, but outside of the transitions never a barcode.
    assert [got for got, want in zip(part, seen, strict=True) if got and want] == [
        want for got, want in zip(part, seen, strict=True) if got and want
    ]


def test_a_range_renders_only_the_shots_that_it_shows(film: Project) -> None:
    assert rendered(render(film, "--range", "1.5s-1.8s")) == ["two/slate", "two/clip", "film"]
    assert rendered(render(film, "--range", "1.8s-2s")) == ["three/slate", "three/clip", "film"]
    assert rendered(render(film)) == ["one/slate", "one/clip", "film"]


def test_a_range_of_whole_shots_is_the_film_of_these_shots(film: Project) -> None:
    film.edit("  - id: two\n    transition: {crossfade: 250ms}", "  - id: two")
    assert rendered(render(film, "--only", "one")) == ["one/slate", "one/clip", "film"]
    assert rendered(render(film, "--range", "0-1s")) == []


def test_a_range_does_not_count_as_the_films_last_render(film: Project) -> None:
    render(film)
    film.edit('"river"', '"river at dawn"')
    render(film, "--range", "1.2s-1.8s")
    plan = film.storyboard("plan", "film.yaml", "--slate").out
    assert "1 of 7 steps to render:\n  film: its input two/clip changed" in plan


@pytest.mark.parametrize("flags", [("--only", "one"), ("--from", "two")])
def test_a_range_counts_on_the_whole_films_clock(film: Project, flags: tuple[str, ...]) -> None:
    result = render(film, "--range", "1s-2s", *flags)
    assert (result.code, result.err) == (
        2,
        "error: --range counts on the clock of the whole film, which --only and --from change\n"
        "  help: leave them out: a range renders only the shots that it shows\n",
    )


def test_a_range_beyond_the_film_is_a_usage_error_before_any_work(film: Project) -> None:
    result = render(film, "--range", "2s-4s")
    assert (result.code, result.out) == (2, "")
    assert result.err == "error: --range 2s-4s leaves the film\n  help: it lasts 0:03.000\n"
    assert not (film.folder / ".storyboard").exists()


def test_until_clip_assembles_nothing(film: Project) -> None:
    result = render(film, "--until", "clip", "--only", "two-three")
    assert result.out == (
        "out/three-shots/clips/two.slate.mkv\nout/three-shots/clips/three.slate.mkv\n"
    )
    assert rendered(result) == ["two/slate", "two/clip", "three/slate", "three/clip"]
    assert not list((film.folder / "out/three-shots").glob("film*"))
    assert rendered(render(film)) == ["one/slate", "one/clip", "film"]


@pytest.mark.parametrize("word", ["keyframe", "control"])
def test_slates_have_no_keyframes(film: Project, word: str) -> None:
    result = render(film, "--until", word)
    assert (result.code, result.err) == (
        2,
        f"error: --until {word}: a slate has none\n  help: leave --slate or --until out\n",
    )


def test_a_forced_node_that_comes_out_the_same_runs_alone(film: Project) -> None:
    render(film)
    assert rendered(render(film, "--force-node", "two/slate")) == ["two/slate"]
    assert rendered(render(film, "--force-node", "two/clip", "--force-node", "three")) == [
        "two/clip", "three/slate", "three/clip",
    ]  # fmt: skip


def test_what_reads_a_forced_node_follows_when_it_comes_out_otherwise(
    film: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    render(film)
    whole = Slate.render

    def otherwise(self: Slate, inputs: Inputs, work: Work) -> None:
        object.__setattr__(self, "prompt", "another card")
        whole(self, inputs, work)

    monkeypatch.setattr(Slate, "render", otherwise)
    assert rendered(render(film, "--force-node", "two/slate")) == ["two/slate", "two/clip", "film"]
    assert rendered(render(film)) == []


def test_an_unknown_node_is_a_usage_error_with_a_suggestion(film: Project) -> None:
    result = render(film, "--force-node", "two/slat")
    assert (result.code, result.err) == (
        2,
        "error: --force-node two/slat: this render has no such shot or node\n"
        "  help: did you mean `two/slate`?\n",
    )
    assert render(film, "--force-node", "two/slate", "--only", "one").code == 2


@pytest.mark.slow
def test_stills_are_looked_at_before_anything_moves(film: Project) -> None:
    film.edit('prompt: "river"', 'prompt: "river"\n    control: [canny]')
    command = ("render", "film.yaml", "--device", "cpu")
    stills = film.storyboard(*command, "--until", "keyframe")
    names = [f"out/three-shots/keyframes/{shot}.png" for shot in ("one", "two", "three")]
    assert (stills.code, stills.out.splitlines()) == (0, names)
    assert sorted(rendered(stills)) == ["one/keyframe", "three/keyframe", "two/keyframe"]
    assert all((film.folder / name).read_bytes()[1:4] == b"PNG" for name in names)
    maps = film.storyboard(*command, "--until", "control", "--range", "1.3s-1.7s")
    assert maps.out.splitlines() == [names[1], "out/three-shots/maps/two/canny"]
    assert rendered(maps) == ["two/canny"]
    assert (film.folder / "out/three-shots/maps/two/canny/map-000.png").exists()
    assert not list((film.folder / "out/three-shots").glob("film*"))
    whole = film.storyboard(*command)
    assert whole.out == "out/three-shots/film.mp4\n"
    assert not [node for node in rendered(whole) if node.endswith(("keyframe", "canny"))]
