"""Plans the variations of a film as one plan. Renders nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from animegen.storyboard.diagnostic import Diagnostic, StoryboardErrors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.cli.session import Ground
    from animegen.plan.aim import Aim, Until
    from animegen.plan.variations import Merged
    from animegen.storyboard.read_variations import Varied
    from animegen.storyboard.reading import Reading
    from animegen.storyboard.variations import Axis, Variation


_OUTCOMES = {
    "slate": "the slates are",
    "keyframe": "the keyframes are",
    "clip": "the clips are",
    "film": "the film is",
}


@dataclass(frozen=True, kw_only=True)
class VariationPlan:
    """The variations of a film, each with its reading and aim, and the one plan of all."""

    axes: tuple[Axis, ...]
    variations: tuple[Variation, ...]
    readings: tuple[Reading, ...]
    aims: tuple[Aim, ...]
    merged: Merged
    findings: tuple[Diagnostic, ...]

    @property
    def shots(self) -> tuple[str, ...]:
        """The shots that are shown, in film order."""
        return tuple(self.aims[0].glimpses)


def plan_variations(
    usual: Reading,
    axes: tuple[Axis, ...],
    ground: Ground,
    *,
    quality: str | None,
    until: Until,
    slate: bool,
    only: Sequence[str],
) -> VariationPlan:
    """Read and compile every variation. Exits with 3, all findings printed, when one has errors.

    Raises:
        WeightsMissing: when the pack or a LoRA is not on this machine (never for slates).
    """
    from animegen.plan.aim import compile_until
    from animegen.plan.variations import merge
    from animegen.storyboard.variations import vary

    variations = vary(axes)
    varied = _read(usual, variations, quality)
    aims = tuple(
        compile_until(
            reading, ground.weights, until=until, dtype=ground.dtype, slate=slate, only=only
        )
        for reading in varied.readings
    )
    plans = [aim.plan for aim in aims]
    outcome = _OUTCOMES["slate" if slate and until == "keyframe" else until]
    idle = _idle(usual, axes, aims, variations, outcome)
    return VariationPlan(
        axes=axes,
        variations=variations,
        readings=varied.readings,
        aims=aims,
        merged=merge(plans, variations, axes),
        findings=(*varied.findings, *idle),
    )


def _read(usual: Reading, variations: Sequence[Variation], quality: str | None) -> Varied:
    from animegen.cli.opening import print_findings
    from animegen.storyboard.read_variations import read_variations

    try:
        return read_variations(usual, variations, quality=quality)
    except StoryboardErrors as error:
        print_findings(error.diagnostics, error.source)
        raise typer.Exit(error.exit_code) from None


def _idle(
    usual: Reading,
    axes: Sequence[Axis],
    aims: Sequence[Aim],
    variations: Sequence[Variation],
    outcome: str,
) -> tuple[Diagnostic, ...]:
    """Return a warning for each variable whose values change no target."""
    from animegen.plan.variations import idle_axes

    marks, block = usual.document.marks, usual.storyboard.vary
    return tuple(
        Diagnostic(
            code="SB506",
            severity="warning",
            message=f"`{name}` changes nothing: with each of its values {outcome} the same",
            span=marks.key(("vary", name)) if name in block else None,
            help="leave it out, or use it in a prompt that is rendered",
        )
        for name in idle_axes([aim.plan for aim in aims], variations, axes)
    )


def dry_run_text(varied: VariationPlan, ground: Ground) -> str:
    """Say what there is to render: for each variation, and in all."""
    from animegen.plan.states import survey
    from animegen.storyboard.variations import EMPTY

    states = survey(varied.merged.plan, ground.store, {})
    running = {state.node for state in states if state.state == "run"}
    product = " x ".join(
        f"{axis.name} ({', '.join(value or EMPTY for value in axis.values)})"
        for axis in varied.axes
    )
    lines = [f"{_count(len(varied.variations), 'variation')}: {product}"]
    width = max(len(variation.folder) for variation in varied.variations)
    for variation, names in zip(varied.variations, varied.merged.names, strict=True):
        missing = sum(node in running for node in names.values())
        left = f"{missing} of {_count(len(names), 'step')} to render" if missing else "ready"
        lines.append(f"  {variation.folder:<{width}}  {left}")
    asked = sum(len(names) for names in varied.merged.names)
    shared = f" instead of {asked}, {varied.merged.shared} of them shared"
    lines.append(
        f"{_count(len(states), 'step')}{shared if asked > len(states) else ''}: "
        f"{len(running)} to render, {len(states) - len(running)} in the store"
    )
    return "\n".join(lines) + "\n"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"
