"""Writes the shot plan as one HTML page that can be sent as it is. Renders nothing.

Everything that people wrote stays text: the template escapes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from animegen.plan.sizes import frame_size, output_size
from animegen.report.estimate_text import (
    basis_lines,
    duration,
    memory_text,
    seconds_text,
)
from animegen.report.plan_shots import view_shots
from animegen.report.plan_timeline import draw_timeline
from animegen.units import decimal, timecode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.errors import AnimegenError
    from animegen.plan.compile import Compiled
    from animegen.plan.estimate import Estimate, Part, Spread
    from animegen.plan.states import NodeState
    from animegen.storyboard.diagnostic import Diagnostic
    from animegen.storyboard.reading import Reading

_TEMPLATE = Path(__file__).parent / "pages" / "plan_page.html.j2"


@dataclass(frozen=True, kw_only=True)
class PlanPage:
    """What the page is made from."""

    reading: Reading
    compiled: Compiled
    states: Sequence[NodeState]
    estimate: Estimate
    missing: Sequence[AnimegenError] = ()
    """The weights that are not on this machine."""


def write_plan_page(page: PlanPage, path: Path) -> None:
    """Write the page, whole or not at all.

    Raises:
        StoreFailed: when the disk refuses.
    """
    from animegen.store.failure import store_errors
    from animegen.store.write import make_folder, publish_bytes

    text = plan_page(page)
    with store_errors(path, "--html FILE"):
        make_folder(path.absolute().parent)
        publish_bytes(text.encode(), path.absolute(), path.absolute().parent)


def plan_page(page: PlanPage) -> str:
    """Return the page as text."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    reading, compiled = page.reading, page.compiled
    travels = {
        name: tuple(prompt.at for prompt in shot.prompts)
        for name, shot in reading.shots.items()
        if len(shot.prompts) > 1
    }
    running = sum(state.state == "run" for state in page.states)
    return template.render(
        title=reading.storyboard.title,
        facts=_facts(page),
        running=running,
        steps=len(page.states),
        estimate=_estimate(page.estimate),
        parts=[_part(part) for part in page.estimate.parts],
        missing=page.missing,
        findings=[_finding(each, reading) for each in reading.findings],
        drawing=draw_timeline(compiled, page.states, travels),
        shots=view_shots(reading, compiled, page.states),
        film=[state for state in page.states if not state.shot],
    )


def _facts(page: PlanPage) -> list[tuple[str, str]]:
    reading, timeline = page.reading, page.compiled.timeline
    shown, drawn = output_size(reading), frame_size(reading)
    frames = sum(shot.frames for shot in timeline.shots if shot.id in page.compiled.selection)
    return [
        ("length", timecode(frames / timeline.clocks.rate)),
        ("frames", f"{frames} at {decimal(timeline.clocks.rate)} fps"),
        ("size", f"{shown[0]}×{shown[1]}"),  # noqa: RUF001 - the sign that is meant
        ("drawn", f"{drawn[0]}×{drawn[1]} at {decimal(timeline.clocks.fps)} fps"),  # noqa: RUF001
        ("quality", reading.storyboard.quality),
        ("pack", reading.pack.name),
        ("seed", str(reading.storyboard.seed)),
    ]


def _estimate(estimate: Estimate) -> dict[str, object]:
    return {
        "time": seconds_text(estimate),
        "known": estimate.seconds is not None,
        "memory": memory_text(estimate.memory) if estimate.memory else "",
        "basis": basis_lines(estimate),
        "device": estimate.device,
    }


def _part(part: Part) -> dict[str, object]:
    known = part.nodes > part.unknown
    return {
        "kind": part.kind,
        "nodes": part.nodes,
        "time": duration(part.seconds.middle) if known else "not known",
        "range": _range(part.seconds) if known else "",
        "basis": f"{part.samples} timed" + (", scaled" if part.basis == "scaled" else "")
        if known
        else "never timed",
    }


def _range(seconds: Spread) -> str:
    low, high = duration(seconds.low), duration(seconds.high)
    return f"{low} to {high}" if low != high else ""


def _finding(finding: Diagnostic, reading: Reading) -> dict[str, str]:
    place = f"{reading.document.source.path.name}"
    if finding.span:
        place += f":{finding.span.line}"
    return {
        "severity": finding.severity,
        "code": finding.code,
        "place": place,
        "message": finding.message,
        "help": finding.help,
    }
