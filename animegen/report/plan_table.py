"""The shot plan as a table for people. Prints nothing itself; returns text."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from animegen.plan.moves import moved_by
from animegen.plan.sizes import frame_size, output_size
from animegen.units import decimal, timecode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.packs.pack import Pack
    from animegen.plan.compile import Compiled
    from animegen.plan.states import NodeState
    from animegen.plan.timeline import ShotTiming
    from animegen.storyboard.model import Shot
    from animegen.storyboard.reading import Reading

_COLUMNS = ("shot", "start", "length", "frames", "drawn", "segments", "into", "guided by", "state")
_MOVERS = {"lora": "LoRA", "camera": "camera"}
"""What a motion word becomes with this pack."""


def plan_table(
    reading: Reading,
    compiled: Compiled,
    states: Sequence[NodeState],
    *,
    width: int,
    color: bool,
    told: str | None = None,
) -> str:
    """Return the film's heading, a row per shot and what will run, `width` columns wide.

    `told` stands instead of the list of what will run.
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(
        file=StringIO(), width=width, force_terminal=color, no_color=not color, highlight=False
    )
    console.print(f"[bold]{escape(reading.storyboard.title)}[/]  {_heading(reading, compiled)}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in _COLUMNS:
        table.add_column(column, justify="right" if column in _COLUMNS[1:6] else "left")
    steps = _by_shot(states)
    for shot, timing in zip(reading.storyboard.shots, compiled.timeline.shots, strict=True):
        if timing.id in steps:
            table.add_row(*map(escape, _row(shot, timing, steps[timing.id], reading.pack)))
    console.print(table)
    for line in _work(states) if told is None else ["", *told.splitlines()]:
        console.print(escape(line), soft_wrap=True)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def prompts_text(reading: Reading, shots: Sequence[str]) -> str:
    """Return every resolved prompt, negative prompt and LoRA of the given shots."""
    lines: list[str] = []
    for shot in shots:
        resolved = reading.shots[shot]
        lines.append(f"{shot}:")
        for prompt in resolved.prompts:
            at = f"{timecode(prompt.at)} " if len(resolved.prompts) > 1 else ""
            lines.append(f"  {at}+ {prompt.text}  ({prompt.tokens}+ tokens)")
        if resolved.negative:
            lines.append(f"  - {resolved.negative}")
        lines += [f"  lora {lora.use} {lora.weight:g}" for lora in resolved.loras]
        lines += [f"  {text} -> {choice}" for text, choice in resolved.choices.items()]
    return "\n".join(lines) + "\n"


def _heading(reading: Reading, compiled: Compiled) -> str:
    timeline = compiled.timeline
    drawn, shown = frame_size(reading), output_size(reading)
    frames = sum(shot.frames for shot in timeline.shots if shot.id in compiled.selection)
    return (
        f"{timecode(frames / timeline.clocks.rate)} = {frames} frames at "
        f"{decimal(timeline.clocks.rate)} fps, {shown[0]}x{shown[1]} "
        f"(drawn {drawn[0]}x{drawn[1]} at {decimal(timeline.clocks.fps)} fps), "
        f"{reading.storyboard.quality}, pack {reading.pack.name}"
    )


def _by_shot(states: Sequence[NodeState]) -> dict[str, list[NodeState]]:
    steps: dict[str, list[NodeState]] = {}
    for state in states:
        steps.setdefault(state.shot, []).append(state)
    return steps


def _row(shot: Shot, timing: ShotTiming, steps: Sequence[NodeState], pack: Pack) -> tuple[str, ...]:
    fresh = [span.frames - span.overlap for span in timing.segments]
    return (
        timing.id,
        timecode(timing.start),
        f"{decimal(timing.duration)}s",
        f"{timing.cut}-{timing.cut + timing.frames - 1}",
        f"{timing.head}+{timing.body}+{timing.tail}",
        "+".join(map(str, fresh)) if len(fresh) < 5 else f"{len(fresh)}x",
        _into(timing),
        _guides(shot, timing, pack),
        _state(steps),
    )


def _into(timing: ShotTiming) -> str:
    length = timing.into.before + timing.into.after
    return f"{timing.into.word} {length}f" if length else timing.into.word


def _guides(shot: Shot, timing: ShotTiming, pack: Pack) -> str:
    mover = moved_by(shot, pack)
    parts = [f"{shot.motion.use} ({_MOVERS[mover]})"] if shot.motion and mover else []
    if shot.control:
        words = ", ".join(entry.use for entry in shot.control.maps)
        parts.append(f"{words} (draft)" if shot.control.source == "draft" else words)
    parts += ["prompt travel"] if len(shot.prompt.travel) > 1 else []
    parts += ["camera"] if shot.camera else []
    parts += ["windows"] if timing.chained.window(timing.segments[0].frames) else []
    return ", ".join(parts) or "-"


def _state(steps: Sequence[NodeState]) -> str:
    running = sum(state.state == "run" for state in steps)
    return f"{running} of {len(steps)} steps to render" if running else "ready"


def _work(states: Sequence[NodeState]) -> list[str]:
    running = [state for state in states if state.state == "run"]
    if not running:
        return ["", "nothing to render: every step is in the store"]
    lines = ["", f"{len(running)} of {len(states)} steps to render:"]
    shown = running if len(running) <= 24 else running[:20]
    lines += [f"  {state.node}: {state.reason}" for state in shown]
    if len(shown) < len(running):
        lines.append(f"  ... and {len(running) - len(shown)} more (--json lists all)")
    return lines
