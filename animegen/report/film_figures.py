"""Puts what was measured into words and curves for people. docs/report.md tells what is usual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.report.sparkline import sparkline
from animegen.storyboard.model.checks import Limit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.plan.figures import CutFigures, ShotQuality
    from animegen.report.sparkline import Sparkline

USUAL: Mapping[str, Limit] = {
    "flicker": Limit(sign="<", number=0.04),
    "seam": Limit(sign="<", number=2.0),
    "identity": Limit(sign="<", number=0.35),
    "background": Limit(sign="<", number=0.006),
    "sharpness": Limit(sign=">", number=0.7),
    "black": Limit(sign="<=", number=0),
    "flat": Limit(sign="<=", number=0),
    "frozen": Limit(sign="<=", number=0),
}
"""Where a figure begins to be worth a look, unless the storyboard checks it."""
_FORMS = {"flicker": "{:.3f}", "background": "{:.4f}"}
_COUNTS = ("black", "flat", "frozen")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure of a shot."""

    name: str
    value: str
    bound: str
    checked: bool
    """Whether the storyboard sets the bound."""
    fine: bool
    count: bool
    """Whether it counts frames."""
    curve: Sparkline | None


def measures(quality: ShotQuality, checks: Mapping[str, Limit]) -> list[Measure]:
    """Return a shot's figures, in the order of the language."""
    rows = []
    for name, usual in USUAL.items():
        value = getattr(quality.figures, name)
        if value is None:
            continue
        bound = checks.get(name, usual)
        rows.append(
            Measure(
                name=name,
                value=str(value) if name in _COUNTS else _FORMS.get(name, "{:.2f}").format(value),
                bound=str(bound),
                checked=name in checks,
                fine=bound.holds(value),
                count=name in _COUNTS,
                curve=_curve(name, quality, bound),
            )
        )
    return rows


def _curve(name: str, quality: ShotQuality, bound: Limit) -> Sparkline | None:
    curves = quality.curves
    values: dict[str, Sequence[float]] = {
        "flicker": curves.flicker[1:],
        "seam": curves.change[1:],
        "identity": curves.identity,
        "sharpness": curves.sharpness,
    }
    if name not in values or len(values[name]) < 2:
        return None
    if name == "seam":  # the curve is of the change itself, which has no bound
        return sparkline(values[name], marks=[border - 1 for border in curves.borders])
    return sparkline(values[name], bound=bound.number)


def cut_words(cut: CutFigures) -> str:
    """Return in a line what a cut is like."""
    brighter = "brighter" if cut.brightness > 0 else "darker"
    words = [f"{abs(cut.brightness):.0%} {brighter}", f"colours {cut.colour:.0f} apart"]
    if cut.identity is not None:
        words.append(f"the cast they share {cut.identity:.2f} apart")
    return ", ".join(words)
