"""Time: transitions that fit their shots and their place, prompts within the shot.

Counted in delivered frames, each cut point rounded once, exactly as the film will be laid out.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from animegen import registry
from animegen.storyboard.check.findings import At
from animegen.storyboard.timing import Clocks, cover, start_times, word_of
from animegen.transitions.protocol import Span as Cover
from animegen.units import cover_frames, decimal, round_to_frame

if TYPE_CHECKING:
    from animegen.storyboard.check.findings import Findings
    from animegen.storyboard.check.wheres import Wheres
    from animegen.storyboard.model import Shot, Storyboard
    from animegen.storyboard.model.transition import Transition
    from animegen.storyboard.place import Where
    from animegen.units import Rate, Seconds

_NOTHING = Cover(0, 0)


class _Join(NamedTuple):
    where: Where
    cover: Cover


def check_timing(storyboard: Storyboard, wheres: Wheres, findings: Findings) -> None:
    """Report SB401 (transition too long), SB402 (misplaced), SB403 (prompt times), SB201."""
    clocks = Clocks.of(storyboard)
    cuts = [round_to_frame(start, clocks.rate) for start in start_times(storyboard)]
    joins = _joins(storyboard, clocks, findings)
    for index, shot in enumerate(storyboard.shots):
        frames = cuts[index + 1] - cuts[index]
        _check_fit(shot, index, frames, (joins[index], joins[index + 1]), clocks.rate, findings)
        travel = wheres.prompts(index, len(shot.prompt.travel))
        _check_prompts(shot, travel, clocks.fps, findings)


def _joins(storyboard: Storyboard, clocks: Clocks, findings: Findings) -> list[_Join]:
    transitions: list[tuple[Transition, Where]] = [
        (shot.transition, ("shots", index, "transition"))
        for index, shot in enumerate(storyboard.shots)
    ]
    transitions.append((storyboard.ending, ("ending",)))
    last = len(transitions) - 1
    joins = []
    for index, (transition, where) in enumerate(transitions):
        covered = cover(transition, clocks)
        flaw = _misplaced(transition, first=index == 0, last=index == last)
        if flaw:
            _report_misplaced(transition, where, flaw, findings)
            covered = _NOTHING
        joins.append(_Join((*where, transition.word), covered))
    return joins


def _misplaced(transition: Transition, *, first: bool, last: bool) -> str:
    word = word_of(transition)
    if first and not word.opens:
        return "stand before the first shot: nothing goes out there"
    return "end the film: nothing comes in there" if last and not word.closes else ""


def _report_misplaced(transition: Transition, where: Where, flaw: str, findings: Findings) -> None:
    flag = "opens" if where[0] == "shots" else "closes"
    able = [
        word
        for word in registry.words("transitions")
        if getattr(registry.load("transitions", word), flag)
    ]
    findings.add(
        "SB402",
        f"`{transition.word}` cannot {flaw}",
        findings.key((*where, transition.word)),
        f"here may stand {' or '.join(able)}",
    )


def _check_fit(
    shot: Shot,
    index: int,
    frames: int,
    joins: tuple[_Join, _Join],
    rate: Rate,
    findings: Findings,
) -> None:
    into, out = joins
    duration = At(("shots", index, "duration"))
    if frames == 0:
        findings.add(
            "SB201",
            f"shot `{shot.id}` is shorter than one frame at {decimal(rate)} fps",
            duration,
            f"a frame lasts {decimal(1 / rate)}s",
        )
        return
    covered = into.cover.after + out.cover.before
    if covered <= frames:
        return
    longer, other = (into, out) if into.cover.after >= out.cover.before else (out, into)
    related = [(findings.span(duration), f"`{shot.id}` lasts {_frames(frames, rate)}")]
    if min(into.cover.after, out.cover.before):
        related.append((findings.span(At(other.where)), "the other transition"))
    findings.add(
        "SB401",
        f"transitions cover {_frames(covered, rate)} of shot `{shot.id}`, "
        f"which lasts {_frames(frames, rate)}",
        At(longer.where),
        "shorten the transition or lengthen the shot",
        related=tuple(related),
    )


def _frames(count: int, rate: Rate) -> str:
    plural = "s" if count != 1 else ""
    return f"{decimal(count / rate)}s ({count} frame{plural} at {decimal(rate)} fps)"


def _check_prompts(shot: Shot, wheres: tuple[Where, ...], fps: Rate, findings: Findings) -> None:
    if len(wheres) == 1 and shot.prompt.travel[0].at.amount == 0:
        return
    duration = shot.duration.seconds(fps)
    times = sorted(
        (prompt.at.seconds(fps), index) for index, prompt in enumerate(shot.prompt.travel)
    )
    if times[0][0] != 0:
        findings.add(
            "SB403",
            f"the first prompt of shot `{shot.id}` is at {decimal(times[0][0])}s, not at 0s",
            findings.key(wheres[times[0][1]]),
            "say what the shot opens with: `0s: ...`",
        )
    for at, index in times:
        if at >= duration:
            findings.add(
                "SB403",
                f"this prompt is at {decimal(at)}s, but shot `{shot.id}` ends at "
                f"{decimal(duration)}s",
                findings.key(wheres[index]),
                "times count from the shot's own start",
            )
    _check_apart(shot, wheres, times, fps, findings)


def _check_apart(
    shot: Shot,
    wheres: tuple[Where, ...],
    times: list[tuple[Seconds, int]],
    fps: Rate,
    findings: Findings,
) -> None:
    """Report prompts on one generated frame; a loop's return to the first counts as one."""
    for (before, earlier), (after, later) in pairwise(times):
        frame = round_to_frame(after, fps)
        if round_to_frame(before, fps) == frame:
            findings.add(
                "SB403",
                f"two prompts of shot `{shot.id}` are at {decimal(after)}s"
                if before == after
                else f"two prompts of shot `{shot.id}` fall on generated frame {frame}",
                findings.key(wheres[later]),
                f"give each prompt its own time, at least {decimal(1 / fps)}s apart",
                related=((findings.key(wheres[earlier]), "the first"),),
            )
    last, index = times[-1]
    end = cover_frames(shot.duration.seconds(fps), fps)
    if shot.prompt.loop and round_to_frame(last, fps) == end:
        findings.add(
            "SB403",
            f"the last prompt of shot `{shot.id}` falls on the frame where the loop closes",
            findings.key(wheres[index]),
            f"place it at least {decimal(1 / fps)}s before the shot's end",
        )
