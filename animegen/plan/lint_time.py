"""Advice about time: prompts, durations and transitions against segments and shots."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from animegen.plan.timeline import handles, lay_out
from animegen.storyboard.check.findings import At
from animegen.storyboard.check.wheres import Wheres
from animegen.units import decimal, round_to_frame

if TYPE_CHECKING:
    from fractions import Fraction

    from animegen.plan.timeline import ShotTiming, Timeline
    from animegen.steps.film import Join
    from animegen.storyboard.check.findings import Findings
    from animegen.storyboard.model import Shot
    from animegen.storyboard.place import Where
    from animegen.storyboard.reading import Reading
    from animegen.units import Rate


def check_time(reading: Reading, findings: Findings) -> None:
    """Report SB721 (prompts too close), SB722 (wasted frames), SB724 (long transitions)."""
    timeline = lay_out(reading.storyboard, reading.pack.motion)
    fps, wheres = timeline.clocks.fps, Wheres(data=reading.document.data)
    shots = reading.storyboard.shots
    needs = handles(shots, fps)
    for index, (shot, timing) in enumerate(zip(shots, timeline.shots, strict=True)):
        _check_prompts(shot, timing, wheres.prompts(index, len(shot.prompt.travel)), fps, findings)
        _check_waste(index, timing, sum(needs[index]), fps, findings)
    _check_transitions(timeline, reading, findings)


def _check_prompts(
    shot: Shot, timing: ShotTiming, wheres: tuple[Where, ...], fps: Rate, findings: Findings
) -> None:
    """A segment is one movement: prompts that follow each other faster blur within it."""
    fresh = _fresh(timing)
    times = sorted(
        (prompt.at.seconds(fps), place) for place, prompt in enumerate(shot.prompt.travel)
    )
    for (before, _), (after, place) in pairwise(times):
        apart = round_to_frame(after, fps) - round_to_frame(before, fps)
        if apart < fresh:
            findings.add(
                "SB721",
                f"this prompt of shot `{shot.id}` comes {apart} frames after the one before, and a "
                f"segment has {fresh} new frames: it is hardly reached before the next movement",
                findings.key(wheres[place]),
                f"leave at least {decimal(fresh / fps)}s between prompts",
                severity="warning",
            )


def _check_waste(
    index: int, timing: ShotTiming, handle: int, fps: Rate, findings: Findings
) -> None:
    """Segments come whole: a shot that needs little of its last one pays for all of it."""
    fresh, needed = _fresh(timing), timing.body + handle
    spare = timing.generated - needed
    new = fresh if timing.generated > timing.chained.frames else timing.generated
    used = new - spare
    if used * 2 >= new:
        return
    longer = f"up to {decimal(timing.duration + spare / fps)}s costs no more"
    shorter = timing.duration - used / fps
    less = timing.generated > timing.chained.frames and shorter > 0
    findings.add(
        "SB722",
        f"shot `{timing.id}` needs {used} of the {new} frames of its last segment",
        At(("shots", index, "duration")),
        f"{decimal(shorter)}s needs one segment less, and {longer}" if less else longer,
        severity="warning",
    )


def _fresh(timing: ShotTiming) -> int:
    """Return the new frames of a segment after the first; windows overlap by half."""
    chained = timing.chained
    return chained.frames // 2 if chained.windows else chained.frames - chained.overlap


def _check_transitions(timeline: Timeline, reading: Reading, findings: Findings) -> None:
    shots, rate = timeline.shots, timeline.clocks.rate
    for index, shot in enumerate(shots):
        where: Where = ("shots", index, "transition", shot.into.word)
        beside = (shot, shots[index - 1]) if index else (shot,)
        _check_length(shot.into, where, beside, rate, findings)
    ending: Where = ("ending", timeline.ending.word)
    if reading.storyboard.ending.length is not None:
        _check_length(timeline.ending, ending, (shots[-1],), rate, findings)


def _check_length(
    join: Join,
    where: Where,
    beside: tuple[ShotTiming, ...],
    rate: Fraction,
    findings: Findings,
) -> None:
    length = join.before + join.after
    shortest = min(beside, key=lambda shot: shot.frames)
    if length * 2 <= shortest.frames:
        return
    findings.add(
        "SB724",
        f"`{join.word}` takes {decimal(length / rate)}s, more than half of shot "
        f"`{shortest.id}`, which lasts {decimal(shortest.frames / rate)}s",
        At(where),
        f"make it at most {decimal(shortest.frames / rate / 2)}s, or the shot longer",
        severity="warning",
    )
