"""Why each step of a film is in the store or will run, for programs: one versioned document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from animegen.digest import MISSING
from animegen.plan.spots import spot_of
from animegen.plan.why import reason, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from animegen.digest import Json, Leaf
    from animegen.plan.causes import Cause
    from animegen.plan.explain import Now
    from animegen.plan.stories import Story

VERSION = 1
"""Raised when a field is renamed, removed or changes its meaning; new fields may appear."""


def explain_json(stories: Mapping[str, Story], chosen: Iterable[str], now: Now) -> str:
    """Return the stories of the chosen nodes as indented JSON text."""
    document: dict[str, Json] = {
        "animegen_explain": VERSION,
        "file": str(now.reading.document.source.path),
        "nodes": [_story(stories[node], stories, now) for node in chosen],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _story(story: Story, stories: Mapping[str, Story], now: Now) -> Json:
    return {
        "id": story.node,
        "kind": story.kind,
        "key": story.key,
        "last_key": story.last_key or None,
        "state": story.state,
        "because": story.because,
        "reason": reason(story, stories, now),
        "causes": [_cause(cause, story.shot, now) for cause in story.causes],
        "inputs": dict(story.inputs),
        "roots": list(story.roots),
        "renamed_from": story.renamed or None,
        "damage": story.damage or None,
        "differences": [
            {"field": change.path, "old": _leaf(change.old), "new": _leaf(change.new)}
            for change in story.differences
        ],
        "made": dict(story.artifact.made) if story.artifact else None,
    }


def _cause(cause: Cause, shot: str, now: Now) -> Json:
    spot = spot_of(cause, now)
    return {
        "kind": cause.kind,
        "name": cause.name,
        "old": _leaf(cause.old),
        "new": _leaf(cause.new),
        "place": dict(zip(("file", "line", "column"), spot, strict=True)) if spot else None,
        "fields": list(cause.fields),
        "sentence": sentence(cause, now, shot),
    }


def _leaf(leaf: Leaf) -> Leaf:
    return None if leaf == MISSING else leaf
