"""What a write-up and a poster tell of a film, gathered from its plan and its store."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.plan.sizes import frame_size, output_size
from animegen.report.credits import credits_of
from animegen.units import decimal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.packs.weights import Weights
    from animegen.plan.compile import Compiled
    from animegen.report.credits import Credit
    from animegen.store.store import Store
    from animegen.storyboard.reading import Reading


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who hands in."""

    name: str
    id: str


@dataclass(frozen=True, kw_only=True)
class ShotFacts:
    """One shot, in words."""

    id: str
    start: int
    """Its first frame in the film."""
    frames: int
    clear: tuple[int, int]
    """The frames, counted from its first, between the transitions: half-open."""
    seconds: str
    into: str
    prompt: str
    extras: tuple[str, ...]
    """LoRAs, motion, control."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One film, in words and numbers."""

    title: str
    people: tuple[Person, ...]
    seconds: str
    frames: int
    rate: str
    size: tuple[int, int]
    drawn: tuple[int, int]
    drawn_fps: str
    quality: str
    seed: int
    pack: str
    base_model: str
    shots: tuple[ShotFacts, ...]
    steps: Mapping[str, int]
    """How many steps of each kind."""
    credits: tuple[Credit, ...]
    made_in: float
    """Seconds that its steps took, together."""
    devices: tuple[str, ...]
    versions: Mapping[str, str]
    guarded: bool
    """Whether every step says that it ran under the guard."""
    digest: str
    """Of its lineage."""


def gather(
    reading: Reading,
    compiled: Compiled,
    weights: Weights,
    store: Store,
    *,
    people: Sequence[Person],
    digest: str,
) -> Facts:
    """Gather the facts of a rendered film."""
    board, plan, clocks = reading.storyboard, compiled.plan, compiled.timeline.clocks
    shots, start = [], 0
    timings = compiled.timeline.shots
    endings = [*(timing.into for timing in timings[1:]), compiled.timeline.ending]
    for shot, timing, out in zip(board.shots, timings, endings, strict=True):
        shots.append(
            ShotFacts(
                id=shot.id,
                start=start,
                frames=timing.frames,
                clear=(timing.into.after, max(timing.into.after + 1, timing.frames - out.before)),
                seconds=f"{decimal(timing.frames / clocks.rate)} s",
                into="cut" if timing.into.word == "cut" else timing.into.word.replace("-", " "),
                prompt=reading.shots[shot.id].prompts[0].own,
                extras=_extras(reading, shot.id),
            )
        )
        start += timing.frames
    made = [entry.made for node in plan.nodes.values() if (entry := store.told(node.key))]
    versions: dict[str, str] = {}
    for one in made:
        told = one.get("versions")
        versions.update({name: str(told[name]) for name in told} if isinstance(told, dict) else {})
    return Facts(
        title=board.title,
        people=tuple(people),
        seconds=f"{decimal(start / clocks.rate)} s",
        frames=start,
        rate=decimal(clocks.rate),
        size=output_size(reading),
        drawn=frame_size(reading),
        drawn_fps=decimal(board.frame.fps),
        quality=board.quality,
        seed=board.seed,
        pack=reading.pack.title,
        base_model=reading.pack.base_model,
        shots=tuple(shots),
        steps=Counter(node.step.kind for node in plan.nodes.values()),
        credits=credits_of(plan, weights),
        made_in=sum(float(str(one.get("seconds", 0))) for one in made),
        devices=tuple(sorted({str(one["device"]) for one in made if "device" in one})),
        versions=dict(sorted(versions.items())),
        guarded=len(made) == len(plan.nodes) and all(one.get("guarded") for one in made),
        digest=digest,
    )


def _extras(reading: Reading, shot_id: str) -> tuple[str, ...]:
    shot = next(shot for shot in reading.storyboard.shots if shot.id == shot_id)
    extras = [
        f"{lora.use.rpartition('/')[2].removesuffix('.safetensors')} {lora.weight:g}"
        for lora in reading.shots[shot_id].loras
    ]
    if shot.motion:
        extras.append(str(getattr(shot.motion, "use", shot.motion)))
    if shot.camera:
        extras.append("virtual camera")
    if shot.control:
        maps = getattr(shot.control, "maps", shot.control)
        extras += [f"guided by {getattr(one, 'use', one)}" for one in maps]
    return tuple(extras)
