"""Why each step of a film is in the store or will run, for people. Returns text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.digest import MISSING
from animegen.plan.spots import spot_of
from animegen.plan.why import name_of, reason, sentence
from animegen.report.explain_made import made_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from animegen.plan.causes import Cause
    from animegen.plan.explain import Now
    from animegen.plan.stories import Story

_SHOTS = 8
"""Shots of one list that are named."""
_IN_THE_RECORD = "in the record"


def film_text(title: str, stories: Mapping[str, Story], now: Now) -> str:
    """Return what changed, each change once, and what it makes run."""
    running = [story for story in stories.values() if story.state == "run"]
    if not running:
        return f"{title}: nothing to render, every step is in the store\n"
    lines = [f"{title}: {len(running)} of {_steps(len(stories))} will run"]
    lines += _by_cause(running, now)
    lines += _section("never rendered", _because(running, "new-shot", "new-step"))
    lines += _renamed(running)
    lines += _section("its artifact is gone from the store", _because(running, "gone"))
    for story in _because(running, "damaged"):
        lines += ["", f"{story.node}: {story.damage}"]
    known = [story for story in _because(running, "evicted") if not story.causes]
    lines += _section("changed, and what it was rendered from is gone from the store", known)
    after = [story for story in running if story.because == "input"]
    lines += _section("and what is made from them", after)
    hits = [story for story in stories.values() if story.state == "hit"]
    return "\n".join([*lines, *_section("in the store", hits)]) + "\n"


def shot_text(stories: Mapping[str, Story], shot: str, now: Now) -> str:
    """Return a block for each step of a shot."""
    chosen = [story for story in stories.values() if story.shot == shot]
    return "\n".join(line for story in chosen for line in _block(story, stories, now)) + "\n"


def step_text(stories: Mapping[str, Story], node: str, now: Now) -> str:
    """Return all that is known of one step, with whole values and the fields of its record."""
    story = stories[node]
    lines = [_heading(story)]
    if story.state == "run":
        lines += _all_of_it(story, stories, now)
    lines += [f"  {line}" for line in made_lines(story)]
    return "\n".join([*lines, f"  key {story.key}"]) + "\n"


def _all_of_it(story: Story, stories: Mapping[str, Story], now: Now) -> Iterator[str]:
    """Yield a step's own changes, its changed inputs, and where the changes of these began."""
    if story.because not in ("changed", "input"):
        yield f"  {reason(story, stories, now)}"
    for cause in story.causes:
        yield from _whole(cause, story.shot, now)
    for path, source in story.inputs.items():
        yield f"  its input {path.removeprefix('inputs.')} is {source}, which changed"
    told = {cause.identity for cause in story.causes}
    for root in story.roots:
        fresh = [cause for cause in stories[root].causes if cause.identity not in told]
        told |= {cause.identity for cause in fresh}
        for cause in fresh:
            yield f"  because of {root}:"
            yield from _whole(cause, stories[root].shot, now)


def _by_cause(running: Sequence[Story], now: Now) -> Iterator[str]:
    """Yield each change with the steps whose own fields it changed."""
    groups: dict[object, tuple[Cause, list[Story]]] = {}
    for story in running:
        for cause in story.causes:
            groups.setdefault(cause.identity, (cause, []))[1].append(story)
    for cause, changed in groups.values():
        yield ""
        yield sentence(cause, now)
        yield from _listed(changed)


def _section(title: str, stories: Sequence[Story]) -> Iterator[str]:
    if stories:
        yield ""
        yield f"{title}:"
        yield from _listed(stories)


def _renamed(running: Sequence[Story]) -> Iterator[str]:
    for shot, before in dict.fromkeys((story.shot, story.renamed) for story in running):
        if before:
            yield ""
            yield f"{shot} seems to be {before}, renamed: but for its noise nothing changed."
            yield f"  A shot's seed follows its id. Call it {before} again to have its pictures;"
            yield "  only a shot with a `seed:` of its own keeps them under another name."


def _listed(stories: Iterable[Story]) -> Iterator[str]:
    """Yield the steps, a line for each shot."""
    shots: dict[str, list[str]] = {}
    for story in stories:
        shots.setdefault(story.shot, []).append(story.node.rpartition("/")[2])
    named = [(shot, steps) for shot, steps in shots.items() if shot][:_SHOTS]
    for shot, steps in named:
        yield f"  {shot}: {', '.join(steps)}"
    hidden = len([shot for shot in shots if shot]) - len(named)
    if hidden:
        yield f"  ... and {hidden} more shots (--json lists all)"
    yield from (f"  {step}" for step in shots.get("", ()))


def _block(story: Story, stories: Mapping[str, Story], now: Now) -> Iterator[str]:
    yield _heading(story)
    if story.state == "run":
        yield f"  {reason(story, stories, now)}"
    else:
        yield from (f"  {line}" for line in made_lines(story))


def _heading(story: Story) -> str:
    if story.state == "run":
        return f"{story.node} will run"
    if story.because == "unneeded":
        return f"{story.node} is not needed: all that reads it is in the store"
    return f"{story.node} is in the store"


def _whole(cause: Cause, shot: str, now: Now) -> Iterator[str]:
    spot = spot_of(cause, now)
    yield f"  {name_of(cause, shot)}{f' ({spot})' if spot else ''}"
    for sign, value in (("-", cause.old), ("+", cause.new)):
        if value != MISSING:
            lines = str(value).splitlines() or [""]
            yield from (f"    {sign} {line}" for line in lines)
    if cause.fields:
        names = ", ".join(path.removeprefix("fields.") for path in cause.fields)
        yield f"    {_IN_THE_RECORD}: {names}"


def _because(stories: Iterable[Story], *reasons: str) -> list[Story]:
    return [story for story in stories if story.because in reasons]


def _steps(count: int) -> str:
    return f"{count} step{'s' if count != 1 else ''}"
