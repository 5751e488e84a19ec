"""Gathers what a page tells of each shot of a finished film. Draws and writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.plan.moves import moved_by
from animegen.report.film_figures import cut_words, measures
from animegen.steps.control import Control
from animegen.units import decimal, timecode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from animegen.digest import Json
    from animegen.plan.compile import Compiled
    from animegen.plan.figures import CutFigures, ShotQuality
    from animegen.plan.graph import Node
    from animegen.plan.timeline import ShotTiming
    from animegen.report.film_figures import Measure
    from animegen.store.artifact import Artifact
    from animegen.storyboard.model import Shot
    from animegen.storyboard.reading import Reading

_MOST_MAPS = 4


@dataclass(frozen=True, kw_only=True)
class Film:
    """A finished film and everything that is known of it."""

    reading: Reading
    compiled: Compiled
    artifacts: Mapping[str, Artifact]
    """What the store has, by node id."""
    rendered: frozenset[str]
    """Keys of what this run made."""
    qualities: Mapping[str, ShotQuality]
    """By shot; a slate has none."""
    cuts: Mapping[str, CutFigures]
    """By the shot that the cut leads into."""


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """One step of a shot."""

    name: str
    key: str
    entry: Path | None
    """Where its record lies."""
    seconds: str
    now: bool
    """Whether this run made it."""
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ShotCard:
    """What the page shows of one shot."""

    id: str
    number: int
    start: str
    length: str
    share: int
    """Its frames: how wide it is on a strip of the film."""
    into: str
    cut: str
    """What was measured of the cut into it."""
    prompts: tuple[tuple[str, str, int], ...]
    """Time, text, tokens; one prompt needs no time."""
    negative: str
    facts: tuple[tuple[str, str], ...]
    measures: tuple[Measure, ...]
    steps: tuple[StepRow, ...]
    seconds: str
    keyframe: Path | None
    maps: tuple[tuple[str, Path], ...]
    frames: tuple[tuple[str, Path], ...]
    """Time in the film and picture."""


def shot_cards(
    film: Film, frames: Mapping[str, Sequence[tuple[str, Path]]], entries: Mapping[str, Path]
) -> list[ShotCard]:
    """Return a card for each shot on screen; `entries` are the records' places by key."""
    shown = [
        (shot, timing)
        for shot, timing in zip(
            film.reading.storyboard.shots, film.compiled.timeline.shots, strict=True
        )
        if timing.id in film.compiled.selection
    ]
    return [
        _card(film, shot, timing, number, frames.get(shot.id, ()), entries)
        for number, (shot, timing) in enumerate(shown, 1)
    ]


def seconds_of(artifact: Artifact | None) -> float:
    """Return how long the making of an artifact took; 0 when nobody knows."""
    found = artifact.made.get("seconds") if artifact else None
    return float(found) if isinstance(found, int | float) else 0.0


def _card(
    film: Film,
    shot: Shot,
    timing: ShotTiming,
    number: int,
    frames: Sequence[tuple[str, Path]],
    entries: Mapping[str, Path],
) -> ShotCard:
    nodes = [node for node in film.compiled.plan.nodes.values() if _shot_of(node) == shot.id]
    resolved = film.reading.shots[shot.id]
    several = len(resolved.prompts) > 1
    checks = shot.checks.over(film.reading.storyboard.checks).limits()
    quality, cut = film.qualities.get(shot.id), film.cuts.get(shot.id)
    keyframe = film.artifacts.get(f"{shot.id}/keyframe")
    return ShotCard(
        id=shot.id,
        number=number,
        start=timecode(timing.start),
        length=f"{decimal(timing.duration)} s",
        share=timing.frames,
        into=_into(timing),
        cut=cut_words(cut) if cut else "",
        prompts=tuple(
            (timecode(prompt.at) if several else "", prompt.text, prompt.tokens)
            for prompt in resolved.prompts
        ),
        negative=resolved.negative,
        facts=tuple(_facts(film, shot, timing)),
        measures=tuple(measures(quality, checks)) if quality else (),
        steps=tuple(_step(film, node, entries) for node in nodes),
        seconds=f"{sum(seconds_of(film.artifacts.get(node.id)) for node in nodes):.1f} s",
        keyframe=keyframe.path("keyframe.png") if keyframe else None,
        maps=tuple(_maps(film, nodes)),
        frames=tuple(frames),
    )


def _shot_of(node: Node) -> str:
    return node.id.rpartition("/")[0]


def _into(timing: ShotTiming) -> str:
    length = timing.into.before + timing.into.after
    return f"{timing.into.word}, {length} frames" if length else timing.into.word


def _facts(film: Film, shot: Shot, timing: ShotTiming) -> list[tuple[str, str]]:
    reading = film.reading
    resolved = reading.shots[shot.id]
    mover = moved_by(shot, reading.pack)
    how = {"lora": "motion LoRA", "camera": "camera"}.get(mover or "", "")
    seeds = _field(film, f"{shot.id}/keyframe", "seed")
    facts = [
        ("seed", f"{seeds}" if seeds is not None else ""),
        ("take", str(reading.lock.take(shot.id))),
        ("quality", shot.quality or reading.storyboard.quality),
        ("cast", ", ".join(shot.characters)),
        ("LoRAs", ", ".join(f"{lora.use} {lora.weight:g}" for lora in resolved.loras)),
        ("motion", f"{shot.motion.use} {shot.motion.strength:g} ({how})" if shot.motion else ""),
        ("control", _control(shot)),
        ("camera", _camera(shot)),
        ("segments", "+".join(str(one.frames - one.overlap) for one in timing.segments)),
        ("handles", f"{timing.head} before, {timing.tail} after"),
        *((f"choice {text}", choice) for text, choice in resolved.choices.items()),
    ]
    return [(name, value) for name, value in facts if value]


def _field(film: Film, node: str, name: str) -> Json:
    artifact = film.artifacts.get(node)
    return artifact.record.fields.get(name) if artifact else None


def _control(shot: Shot) -> str:
    if shot.control is None:
        return ""
    words = ", ".join(f"{entry.use} {entry.weight:g}" for entry in shot.control.maps)
    return f"{words} (of a draft)" if shot.control.source == "draft" else words


def _camera(shot: Shot) -> str:
    if shot.camera is None:
        return ""
    moves = {name: getattr(shot.camera, name) for name in ("zoom", "pan", "tilt", "roll")}
    still = {"zoom": (1.0, 1.0)}
    return ", ".join(
        f"{name} {start:g} to {end:g}" if start != end else f"{name} {start:g}"
        for name, (start, end) in moves.items()
        if (start, end) != still.get(name, (0.0, 0.0))
    )


def _step(film: Film, node: Node, entries: Mapping[str, Path]) -> StepRow:
    artifact = film.artifacts.get(node.id)
    notes = artifact.made.get("notes") if artifact else None
    return StepRow(
        name=node.id.rpartition("/")[2],
        key=node.key,
        entry=entries.get(node.key),
        seconds=f"{seconds_of(artifact):.1f} s" if artifact else "",
        now=node.key in film.rendered,
        notes=tuple(map(str, notes)) if isinstance(notes, list | tuple) else (),
    )


def _maps(film: Film, nodes: Sequence[Node]) -> list[tuple[str, Path]]:
    found = []
    for node in nodes:
        artifact = film.artifacts.get(node.id) if node.step.kind == Control.kind else None
        names = sorted(name for name in artifact.blobs if name.endswith(".png")) if artifact else []
        if artifact and names:
            found.append((node.id.rpartition("/")[2], artifact.path(names[len(names) // 2])))
    return found[:_MOST_MAPS]
