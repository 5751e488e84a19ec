"""A finished film for the tests of its report: made up, but whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PIL import Image

from animegen.digest import file_digest
from animegen.packs.weights import Weights
from animegen.plan.compile import compile_film
from animegen.plan.figures import Curves, CutFigures, Figures, ShotQuality
from animegen.report.film_page import Beside, write_film_page
from animegen.report.film_shots import Film, shot_cards
from animegen.store.artifact import Artifact, Blob
from animegen.storyboard.read import read_storyboard

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = (
    """</title></p></style>"'><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }}"""
)
NEGATIVE = "umbrella <b onclick=alert(2)>"
FILM = """
version: 1
title: |-
  {title}
pack: smoke
checks: {{flicker: "< 0.02"}}
shots:
  - id: sea
    duration: 1s
    prompt: "<script>alert('prompt')</script> & sea"
    negative: "{negative}"
    control: [canny]
  - {{id: beach, duration: 1s, prompt: beach, transition: {{crossfade: 250ms}}}}
"""


def quality(flicker: float = 0.01) -> ShotQuality:
    """Return what a shot with one border of segments is like."""
    return ShotQuality(
        figures=Figures(
            flicker=flicker,
            seam=1.1,
            identity=0.1,
            background=0.001,
            sharpness=0.9,
            black=0,
            flat=0,
            frozen=2,
        ),
        curves=Curves(
            flicker=(0.0, 0.01, 0.02),
            change=(0.0, 0.02, 0.03),
            identity=(0.0, 0.1, 0.1),
            sharpness=(0.9, 0.9, 0.8),
            borders=(2,),
        ),
        vector=(1.0, 0.0),
        first=(50.0, 0.0, 0.0),
        last=(50.0, 0.0, 0.0),
    )


def finished(folder: Path, *, measured: bool = True, pictures: bool = True) -> Film:
    """Return a film of two shots whose files lie in `folder`."""
    source = folder / "film.yaml"
    source.write_text(FILM.format(title=HOSTILE, negative=NEGATIVE), encoding="utf-8")
    reading = read_storyboard(source)
    weights = Weights.of(reading.pack, reading.project, cache=folder / "memory.json")
    compiled = compile_film(reading, weights)
    artifacts = {}
    for node in compiled.plan.nodes.values():
        names = {"keyframe": ["keyframe.png"], "control": ["map-000.png"]}.get(node.step.kind, [])
        paths = [picture(folder / f"{node.key}-{name}") for name in names if pictures]
        artifacts[node.id] = Artifact(
            record=node.record,
            blobs={
                name: Blob(digest=file_digest(path), size=path.stat().st_size, path=path)
                for name, path in zip(names, paths, strict=False)
            },
            made={
                "seconds": 1.25,
                "device": "cpu",
                "versions": {"torch": "9.9"},
                "notes": ["<i>tried twice</i>"],
            },
        )
    if not pictures:
        artifacts = {}
    return Film(
        reading=reading,
        compiled=compiled,
        artifacts=artifacts,
        rendered=frozenset({compiled.plan.nodes["sea/keyframe"].key}),
        qualities={"sea": quality(), "beach": quality(0.03)} if measured else {},
        cuts={"beach": CutFigures(brightness=-0.25, colour=12.0, identity=None)}
        if measured
        else {},
    )


def picture(path: Path, color: str = "teal") -> Path:
    """Write a picture and return its path."""
    Image.new("RGB", (40, 30), color).save(path, "PNG")
    return path


def write_page(folder: Path, film: Film, **changes: Any) -> Path:
    """Write the film's page into `folder/out` and return its path."""
    out = folder / "out & <b>"
    out.mkdir(exist_ok=True)
    (out / "film.mp4").write_bytes(b"")
    (out / "quality.json").write_text("{}", encoding="utf-8")
    frames = {
        shot: [("0:00.500", picture(folder / f"{shot}.png", "navy"))] * 4
        for shot in ("sea", "beach")
    }
    beside = Beside(
        film=out / "film.mp4",
        sheet=out / "contact-sheet.png",
        quality=out / "quality.json",
        poster=folder / "sea.png",
    )
    entry = folder / "entry.json"
    entry.write_text("{}", encoding="utf-8")
    entries = {film.compiled.plan.nodes["sea/keyframe"].key: entry}
    cards = shot_cards(film, changes.get("frames", frames), entries)
    write_film_page(out / "report.html", film, cards, beside, {"base": "f" * 64})
    return out / "report.html"
