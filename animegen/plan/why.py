"""Says in words why a node will run. Unaware of how it was found out, and of who reads it."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from animegen.digest import MISSING
from animegen.plan.spots import newcomers, spot_of
from animegen.storyboard.words import ON, ORDER, QUALITY_FLAG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from animegen.digest import Leaf
    from animegen.plan.causes import Cause
    from animegen.plan.explain import Now
    from animegen.plan.stories import Story

_LONGEST = 48
_SHARED = 16
_SHOWN = 2
_DIGITS = 12
_FLAGS = ("--set ", QUALITY_FLAG, "--only")


def name_of(cause: Cause, shot: str = "") -> str:
    """Return what a cause is called: `prompt` within its shot, else `prompt of rooftop`."""
    if cause.kind == "revision":
        return f"the code of step `{cause.name}`"
    if cause.kind == "content":
        arrived = MISSING in (cause.old, cause.new)
        return cause.name if arrived else f"the content of {cause.name}"
    parts = cause.name.split(".")
    if parts[0] != ORDER or len(parts) < 3:
        return cause.name
    name = ".".join(parts[2:])
    return name if parts[1] == shot else f"{name} of {parts[1]}"


def sentence(cause: Cause, now: Now | None, shot: str = "") -> str:
    """Return what changed, from what to what, and where that is written."""
    told = f"{name_of(cause, shot)}{_change(cause)}"
    spot = spot_of(cause, now)
    if spot is not None:
        return f"{told} ({spot})"
    if cause.kind == "dtype":
        return f"{told} (of the device, or --dtype)"
    return f"{told} (on the command line)" if cause.name.startswith(_FLAGS) else told


def reason(story: Story, stories: Mapping[str, Story], now: Now | None) -> str:
    """Return one line that says why a node runs; empty for a hit.

    What was told of an earlier node is not told again: it is named, with that node.
    """
    match story:
        case _ if story.state == "hit":
            return ""
        case _ if story.because in ("new-shot", "new-step"):
            return _never(story, now)
        case _ if story.because == "gone":
            return "its artifact is gone from the store"
        case _ if story.because == "damaged":
            return story.damage
        case _ if story.because == "evicted":
            return _evicted(story, now)
    own = _own(story, stories, now)
    return own or _of_inputs(story, stories)


def causes_at_root(story: Story, stories: Mapping[str, Story]) -> dict[str, list[Cause]]:
    """Return what began the changes that reach a node, by the node at which each began."""
    found: dict[str, list[Cause]] = {}
    seen: set[object] = set()
    for root in story.roots:
        fresh = [cause for cause in stories[root].causes if cause.identity not in seen]
        seen |= {cause.identity for cause in fresh}
        if fresh or not stories[root].causes:
            found[root] = fresh
    return found


def _never(story: Story, now: Now | None) -> str:
    if story.renamed:
        return f"never rendered: {story.shot} seems to be {story.renamed}, renamed"
    if story.causes:
        return (
            f"never rendered: {_listed(sentence(cause, now, story.shot) for cause in story.causes)}"
        )
    return "never rendered"


def _evicted(story: Story, now: Now | None) -> str:
    told = "changed since the last render, whose record is gone from the store"
    words = _listed(sentence(cause, now, story.shot) for cause in story.causes)
    return f"{told}: {words}" if words else told


def _own(story: Story, stories: Mapping[str, Story], now: Now | None) -> str:
    """Return the changes of the node's own fields, those told before by name only."""
    told = {
        cause.identity: node
        for node in reversed(story.roots)
        if node != story.node
        for cause in stories[node].causes
    }
    new = [sentence(cause, now, story.shot) for cause in story.causes if cause.identity not in told]
    old: dict[str, list[str]] = {}
    for cause in story.causes:
        if cause.identity in told:
            old.setdefault(told[cause.identity], []).append(name_of(cause, story.shot))
    return _listed([*new, *(f"{', '.join(names)}, as {node}" for node, names in old.items())])


def _of_inputs(story: Story, stories: Mapping[str, Story]) -> str:
    sources = list(dict.fromkeys(story.inputs.values()))
    more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
    which = "its input" if len(sources) == 1 else "its inputs"
    roots = causes_at_root(story, stories)
    if not any(roots.values()) and all(not stories[source].last_key for source in sources):
        return f"{which} {sources[0]}{more} {'is' if len(sources) == 1 else 'are'} new"
    told = [_root(node, causes, sources, stories) for node, causes in roots.items()]
    because = _listed(told)
    return f"{which} {sources[0]}{more} changed: {because}"


def _root(node: str, causes: list[Cause], sources: list[str], stories: Mapping[str, Story]) -> str:
    names = ", ".join(name_of(cause, stories[node].shot) for cause in causes)
    if not names:
        new = stories[node].because in ("new-shot", "new-step")
        names = "never rendered" if new else "changed"
    return names if sources == [node] else f"{names}, see {node}"


def _listed(told: Iterable[str]) -> str:
    all_of_it = list(told)
    more = len(all_of_it) - _SHOWN
    return "; ".join(all_of_it[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")


def _change(cause: Cause) -> str:
    if cause.kind == "revision":
        return f" makes other pictures: revision {cause.old} -> {cause.new}"
    if cause.name == ORDER and cause.kind == "word":
        return _order_change(str(cause.old), str(cause.new))
    if cause.kind == "content" and MISSING not in (cause.old, cause.new):
        return f" changed: {str(cause.old)[:_DIGITS]} -> {str(cause.new)[:_DIGITS]}"
    if cause.old == MISSING:
        if cause.new == MISSING:
            return " changed"
        return " is new" if cause.new == ON else f" is new: {shown(cause.new)}"
    if cause.new == MISSING:
        return " is gone" if cause.old == ON else f" is gone: it was {shown(cause.old)}"
    old, new = parted(cause.old, cause.new)
    return f": {old} -> {new}"


def _order_change(old: str, new: str) -> str:
    before, now = old.split(", "), new.split(", ")
    added, gone = newcomers(old, now), newcomers(new, before)
    told = [
        f"{', '.join(shots)} {word}"
        for shots, word in ((added, "is new"), (gone, "is gone"))
        if shots
    ]
    if told:
        return f": {', '.join(told)}"
    first, second = parted(old, new)
    return f": {first} -> {second}"


def parted(old: Leaf, new: Leaf) -> tuple[str, str]:
    """Return two values; of long texts where they part, with a little of what they share."""
    before, after = _plain(old), _plain(new)
    shared = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False))
    )
    start = max(0, shared - _SHARED)
    if max(len(before), len(after)) <= _LONGEST:
        start = 0
    return shown(before, start), shown(after, start)


def shown(leaf: Leaf, start: int = 0) -> str:
    """Return a value on one line, clipped."""
    text = _plain(leaf)
    lead = "…" if start else ""
    rest = text[start:]
    return lead + (rest if len(rest) <= _LONGEST else f"{rest[: _LONGEST - 1]}…")


def _plain(leaf: Leaf) -> str:
    if isinstance(leaf, bool):
        return str(leaf).lower()
    if isinstance(leaf, float) and leaf.is_integer():
        return str(int(leaf))
    return " ".join(str(leaf).split())
