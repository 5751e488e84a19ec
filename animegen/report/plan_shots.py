"""What a page tells of each shot: numbers and words made ready. Unaware of HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.plan.frames import prompt_keys
from animegen.plan.moves import moved_by
from animegen.plan.travel import travel
from animegen.storyboard.prompts.tokens import measure
from animegen.units import decimal, timecode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.plan.compile import Compiled
    from animegen.plan.states import NodeState
    from animegen.plan.timeline import ShotTiming
    from animegen.storyboard.model import Shot
    from animegen.storyboard.model.guidance import Camera, Control
    from animegen.storyboard.reading import PromptText, Reading


@dataclass(frozen=True, kw_only=True)
class Words:
    """A prompt as the model reads it."""

    at: str
    own: str
    text: str
    length: str


@dataclass(frozen=True, kw_only=True)
class Curve:
    """How much a prompt counts, frame by frame."""

    points: str
    """Of a line in a box of one unit a frame, and 1 high; 0 is above."""
    label: str


@dataclass(frozen=True, kw_only=True)
class Travel:
    """The curves of a shot whose prompt travels."""

    curves: tuple[Curve, ...]
    frames: int
    head: int
    body: int


@dataclass(frozen=True, kw_only=True)
class ShotView:
    """One shot."""

    id: str
    when: str
    facts: tuple[tuple[str, str], ...]
    """What it is called and what it is."""
    prompts: tuple[Words, ...]
    negative: str
    choices: tuple[tuple[str, str], ...]
    travel: Travel | None
    nodes: tuple[NodeState, ...]

    @property
    def running(self) -> int:
        """Steps that will be rendered."""
        return sum(node.state == "run" for node in self.nodes)


def view_shots(
    reading: Reading, compiled: Compiled, states: Sequence[NodeState]
) -> tuple[ShotView, ...]:
    """Return the shown shots, in film order."""
    by_shot: dict[str, list[NodeState]] = {}
    for state in states:
        by_shot.setdefault(state.shot, []).append(state)
    pairs = zip(reading.storyboard.shots, compiled.timeline.shots, strict=True)
    return tuple(
        _view(shot, timing, reading, compiled, tuple(by_shot.get(shot.id, ())))
        for shot, timing in pairs
        if shot.id in compiled.selection
    )


def _view(
    shot: Shot,
    timing: ShotTiming,
    reading: Reading,
    compiled: Compiled,
    nodes: tuple[NodeState, ...],
) -> ShotView:
    resolved = reading.shots[shot.id]
    end, several = timing.start + timing.duration, len(resolved.prompts) > 1
    return ShotView(
        id=shot.id,
        when=f"{timecode(timing.start)} to {timecode(end)}",
        facts=tuple(_facts(shot, timing, reading, compiled)),
        prompts=tuple(_words(prompt, several=several) for prompt in resolved.prompts),
        negative=resolved.negative,
        choices=tuple(resolved.choices.items()),
        travel=_travel(timing, reading, compiled) if several else None,
        nodes=nodes,
    )


def _words(prompt: PromptText, *, several: bool) -> Words:
    length = measure(prompt.text)
    return Words(
        at=timecode(prompt.at) if several else "",
        own=prompt.own,
        text=prompt.text,
        length=f"{length.tokens}+ tokens in {_count(length.chunks, 'chunk')}",
    )


def _facts(
    shot: Shot, timing: ShotTiming, reading: Reading, compiled: Compiled
) -> list[tuple[str, str]]:
    resolved = reading.shots[shot.id]
    loras = ", ".join(f"{lora.use} {lora.weight:g}" for lora in resolved.loras)
    facts = [
        ("on screen", f"{decimal(timing.duration)}s, frames {timing.cut} to "
         f"{timing.cut + timing.frames - 1}"),
        ("into it", _into(timing)),
        ("drawn", f"{timing.generated} frames: {timing.head} before, {timing.body} on screen, "
         f"{timing.tail} after"),
        ("segments", _segments(timing)),
        ("sampler", _sampler(shot, compiled)),
        ("LoRAs", loras),
        ("motion", _motion(shot, reading)),
        ("camera", _camera(shot.camera) if shot.camera else ""),
        ("control", _control(shot.control) if shot.control else ""),
        ("take", str(reading.lock.take(shot.id)) if reading.lock.take(shot.id) > 1 else ""),
    ]  # fmt: skip
    return [(name, value) for name, value in facts if value]


def _into(timing: ShotTiming) -> str:
    into = timing.into
    if not into.before + into.after:
        return into.word
    return f"{into.word}, {into.before} frames before the cut and {into.after} after"


def _segments(timing: ShotTiming) -> str:
    spans = timing.segments
    if timing.chained.window(spans[0].frames):
        return f"one of {spans[0].frames} frames, seen through windows of {timing.chained.frames}"
    fresh = "+".join(str(span.frames - span.overlap) for span in spans)
    if len(spans) == 1:
        return f"one of {fresh} frames"
    return f"{len(spans)}, of {fresh} new frames, sharing {spans[1].overlap} with the one before"


def _sampler(shot: Shot, compiled: Compiled) -> str:
    node = compiled.plan.nodes.get(f"{shot.id}/keyframe")
    sampler = getattr(node.step, "sampler", None) if node else None
    if sampler is None:
        return ""
    return f"{sampler.scheduler}, {_count(sampler.steps, 'step')}, guidance {sampler.guidance:g}"


def _motion(shot: Shot, reading: Reading) -> str:
    mover = moved_by(shot, reading.pack)
    if shot.motion is None or mover is None:
        return ""
    by = "a motion LoRA" if mover == "lora" else "a virtual camera"
    strength = "" if shot.motion.strength == 1 else f" at {shot.motion.strength:g}"
    return f"{shot.motion.use}{strength}, by {by}"


def _camera(camera: Camera) -> str:
    moves = {name: getattr(camera, name) for name in ("zoom", "pan", "tilt", "roll")}
    rest = {"zoom": (1.0, 1.0), "pan": (0.0, 0.0), "tilt": (0.0, 0.0), "roll": (0.0, 0.0)}
    told = [
        f"{name} {start:g}" + (f" to {end:g}" if end != start else "")
        for name, (start, end) in moves.items()
        if (start, end) != rest[name]
    ]
    return ", ".join([*told, camera.ease] if told else told)


def _control(control: Control) -> str:
    maps = ", ".join(f"{entry.use} {entry.weight:g}" for entry in control.maps)
    return f"{maps}; of the {control.source}'s pictures"


def _travel(timing: ShotTiming, reading: Reading, compiled: Compiled) -> Travel:
    resolved = reading.shots[timing.id]
    keys = prompt_keys(resolved, timing, compiled.timeline.clocks)
    times = [timecode(prompt.at) for prompt in resolved.prompts]
    labels = [*times, f"{times[0]} again"][: len(keys)]
    curves = [
        Curve(
            points=" ".join(f"{frame},{round(1 - share, 3):g}" for frame, share in enumerate(line)),
            label=label,
        )
        for label, line in zip(labels, travel(keys, timing.generated), strict=True)
    ]
    return Travel(curves=tuple(curves), frames=timing.generated, head=timing.head, body=timing.body)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"
