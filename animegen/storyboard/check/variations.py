"""Checks the `vary:` block: names that can be varied, values that they can take."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from animegen.storyboard.check.findings import At
from animegen.storyboard.check.scope import kind_of, read_like, settable
from animegen.storyboard.check.suggest import did_you_mean
from animegen.storyboard.model.shot import Quality
from animegen.storyboard.variations import QUALITY, SEED, WORDS, spell

if TYPE_CHECKING:
    from animegen.storyboard.check.findings import Findings
    from animegen.storyboard.model import Storyboard
    from animegen.storyboard.variations import Single

_QUALITIES: tuple[str, ...] = get_args(Quality)


def check_variations(storyboard: Storyboard, findings: Findings) -> None:
    """Report unknown names (SB501) and values of the wrong kind (SB103, SB104)."""
    names = settable(storyboard)
    for name, values in storyboard.vary.items():
        if name not in names.union(WORDS):
            findings.add(
                "SB501",
                f"`vary` names `{name}`, and the storyboard has no such variable",
                findings.key(("vary", name)),
                did_you_mean(name, names.union(WORDS), "variables of this storyboard"),
            )
            continue
        for place, value in enumerate(values):
            where = At(("vary", name, place))
            if name in names:
                _check_value(name, value, storyboard.let.get(name), where, findings)
            else:
                _check_word(name, value, where, findings)


def _check_value(
    name: str, value: Single, example: Single | None, where: At, findings: Findings
) -> None:
    if example is None:
        return
    try:
        read_like(example, spell(value))
    except ValueError:
        findings.add("SB103", f"`{name}` is {kind_of(example)} in the storyboard", where)


def _check_word(name: str, value: Single, where: At, findings: Findings) -> None:
    if name == SEED and not is_seed(spell(value)):
        findings.add("SB103", f"`{SEED}` must be a whole number from 0", where)
    if name == QUALITY and value not in _QUALITIES:
        findings.add(
            "SB104",
            f"`{QUALITY}` cannot be `{spell(value):.40}`",
            where,
            did_you_mean(spell(value), _QUALITIES, "qualities"),
        )


def is_seed(text: str) -> bool:
    """Say whether a text is a seed."""
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 2**63
