"""The shot plan for programs: one versioned JSON document (docs/plan-json.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from animegen.digest import Json, to_json
from animegen.plan.moves import moved_by
from animegen.plan.sizes import frame_size, output_size
from animegen.report.estimate_text import estimate_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.plan.compile import Compiled
    from animegen.plan.cut_list import Cut
    from animegen.plan.estimate import Estimate
    from animegen.plan.states import NodeState
    from animegen.plan.timeline import ShotTiming
    from animegen.storyboard.model import Shot
    from animegen.storyboard.reading import Reading

VERSION = 1
"""Raised when a field is renamed, removed or changes its meaning; new fields may appear."""


def plan_json(
    reading: Reading, compiled: Compiled, states: Sequence[NodeState], estimate: Estimate
) -> str:
    """Return the plan as indented JSON text. Times are exact fractions of seconds, as text."""
    shots = {shot.id: shot for shot in reading.storyboard.shots}
    timeline = compiled.timeline
    shown = [timing for timing in timeline.shots if timing.id in compiled.selection]
    document: dict[str, Json] = {
        "animegen_plan": VERSION,
        "title": reading.storyboard.title,
        "pack": reading.pack.name,
        "quality": reading.storyboard.quality,
        "frame": {"size": frame_size(reading), "fps": str(timeline.clocks.fps)},
        "output": {
            "size": output_size(reading),
            "fps": str(timeline.clocks.rate),
            "frames": compiled.cuts.frames,
        },
        "shots": [_shot(shots[timing.id], timing, reading) for timing in shown],
        "cards": [_card(cut) for cut in compiled.cuts.cuts if cut.text is not None],
        "nodes": [_node(state, compiled) for state in states],
        "estimate": estimate_json(estimate),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _shot(shot: Shot, timing: ShotTiming, reading: Reading) -> Json:
    resolved = reading.shots[shot.id]
    return {
        "id": shot.id,
        "start": str(timing.start),
        "duration": str(timing.duration),
        "cut": timing.cut,
        "frames": timing.frames,
        "transition": to_json(timing.into),
        "generated": {"head": timing.head, "body": timing.body, "tail": timing.tail},
        "segments": to_json(timing.segments),
        "chaining": "windows" if timing.chained.windows else "overlap",
        "prompts": to_json(resolved.prompts),
        "negative": resolved.negative,
        "loras": to_json(resolved.loras),
        "choices": dict(resolved.choices),
        "take": reading.lock.take(shot.id),
        "motion": shot.motion.use if shot.motion else None,
        "moved_by": moved_by(shot, reading.pack),
        "control": [entry.use for entry in shot.control.maps] if shot.control else [],
        "control_from": shot.control.source if shot.control else None,
    }


def _card(cut: Cut) -> Json:
    return {"id": cut.id, "text": cut.text, "cut": cut.start, "frames": cut.frames}


def _node(state: NodeState, compiled: Compiled) -> Json:
    return {
        "id": state.node,
        "kind": state.kind,
        "key": state.key,
        "inputs": dict(compiled.plan.nodes[state.node].inputs),
        "state": state.state,
        "reason": state.reason,
    }
