"""Time: transitions that fit their shots and their place, prompts within the shot.

Counted in delivered frames, each cut point rounded once, exactly as the film will be laid out.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from animegen import registry
from animegen.storyboard.check.findings import At
from animegen.transitions.protocol import Span as Cover
from animegen.units import decimal, round_to_frame

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
    fps = storyboard.frame.fps
    rate = storyboard.output.fps or fps
    durations = [shot.duration.seconds(fps) for shot in storyboard.shots]
    cuts = [round_to_frame(at, rate) for at in accumulate(durations, initial=Fraction(0))]
    joins = _joins(storyboard, rate, findings)
    for index, shot in enumerate(storyboard.shots):
        frames = cuts[index + 1] - cuts[index]
        _check_fit(shot, index, frames, (joins[index], joins[index + 1]), rate, findings)
        _check_prompts(
            shot, wheres.prompts(index, len(shot.prompt.travel)), durations[index], fps, findings
        )


def _joins(storyboard: Storyboard, rate: Rate, findings: Findings) -> list[_Join]:
    transitions: list[tuple[Transition, Where]] = [
        (shot.transition, ("shots", index, "transition"))
        for index, shot in enumerate(storyboard.shots)
    ]
    transitions.append((storyboard.ending, ("ending",)))
    last = len(transitions) - 1
    joins = []
    for index, (transition, where) in enumerate(transitions):
        cover = _cover(transition, storyboard.frame.fps, rate)
        flaw = _misplaced(transition, first=index == 0, last=index == last)
        if flaw:
            _report_misplaced(transition, where, flaw, findings)
            cover = _NOTHING
        joins.append(_Join((*where, transition.word), cover))
    return joins


def _cover(transition: Transition, fps: Rate, rate: Rate) -> Cover:
    if transition.length is None:
        return _NOTHING
    frames = max(1, round_to_frame(transition.length.seconds(fps), rate))
    cover: Cover = registry.load("transitions", transition.word).span(frames)
    return cover


def _misplaced(transition: Transition, *, first: bool, last: bool) -> str:
    word = registry.load("transitions", transition.word)
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


def _check_prompts(
    shot: Shot, wheres: tuple[Where, ...], duration: Seconds, fps: Rate, findings: Findings
) -> None:
    if len(wheres) == 1 and shot.prompt.travel[0].at.amount == 0:
        return
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
    for (before, earlier), (after, later) in pairwise(times):
        if before == after:
            findings.add(
                "SB403",
                f"two prompts of shot `{shot.id}` are at {decimal(after)}s",
                findings.key(wheres[later]),
                "give each prompt its own time",
                related=((findings.key(wheres[earlier]), "the first"),),
            )
