"""Reads a storyboard once for each of its variations. Unaware of rendering."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from animegen.errors import UsageError
from animegen.storyboard.check.scope import settable
from animegen.storyboard.check.suggest import did_you_mean
from animegen.storyboard.check.variations import is_seed
from animegen.storyboard.diagnose import in_order
from animegen.storyboard.diagnostic import StoryboardErrors
from animegen.storyboard.model.shot import Quality
from animegen.storyboard.read import read_storyboard
from animegen.storyboard.variations import QUALITY, SEED, WORDS, Axis, spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from animegen.storyboard.diagnostic import Diagnostic
    from animegen.storyboard.model import Storyboard
    from animegen.storyboard.reading import Reading
    from animegen.storyboard.variations import Variation


@dataclass(frozen=True, kw_only=True)
class Varied:
    """What reading the variations of a film yields."""

    readings: tuple[Reading, ...]
    """One for each variation, in their order."""
    findings: tuple[Diagnostic, ...]
    """Warnings and notes that the film itself has not, each once."""


def axes_of(storyboard: Storyboard) -> tuple[Axis, ...]:
    """Return the axes of the storyboard's `vary:` block."""
    return tuple(
        Axis(name=name, values=tuple(map(spell, values)))
        for name, values in storyboard.vary.items()
    )


def require_words(storyboard: Storyboard, axes: Iterable[Axis]) -> None:
    """Refuse values that `seed` and `quality` cannot take, before any variation is read.

    Raises:
        UsageError: for the first such value.
    """
    for axis in axes:
        for value in axis.values if axis.name in _words(storyboard) else ():
            if axis.name == SEED and not is_seed(value):
                raise UsageError(
                    f"--set {SEED}={value}: not a whole number from 0",
                    remedy="write --set seed=1,2,3",
                )
            if axis.name == QUALITY and value not in get_args(Quality):
                raise UsageError(
                    f"--set {QUALITY}={value}: there is no such quality",
                    remedy=did_you_mean(value, get_args(Quality), "qualities"),
                )


def read_variations(
    usual: Reading, variations: Sequence[Variation], *, quality: str | None = None
) -> Varied:
    """Read the storyboard of `usual` as each variation; `quality` holds for those that set none.

    Raises:
        StoryboardErrors: one of the variations has errors; holds all findings of all of them.
    """
    readings: list[Reading] = []
    found: dict[Diagnostic, list[Variation]] = {}
    for variation in variations:
        try:
            reading = _read(usual, variation, quality)
        except StoryboardErrors as errors:
            findings = errors.diagnostics
        else:
            readings.append(reading)
            findings = reading.findings
        for finding in findings:
            if finding not in usual.findings:
                found.setdefault(finding, []).append(variation)
    told = in_order(
        tuple(
            finding
            if len(met) == len(variations)
            else replace(finding, message=f"{finding.message} (with {met[0].label})")
            for finding, met in found.items()
        )
    )
    if len(readings) < len(variations):
        raise StoryboardErrors(told, usual.document.source)
    return Varied(readings=tuple(readings), findings=told)


def _read(usual: Reading, variation: Variation, quality: str | None) -> Reading:
    settings = dict(variation.settings)
    words = _words(usual.storyboard)
    chosen = {word: settings.pop(word) for word in words if word in settings}
    return read_storyboard(
        usual.document.source.path,
        variables=settings,
        quality=chosen.get(QUALITY, quality),
        seed=int(chosen[SEED]) if SEED in chosen else None,
    )


def _words(storyboard: Storyboard) -> set[str]:
    """Return which of `seed` and `quality` are words of the film, not variables of it."""
    return set(WORDS) - settable(storyboard)
