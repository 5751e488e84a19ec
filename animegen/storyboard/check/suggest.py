"""Words for "did you mean". Unaware of what is being named."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN = 12


def did_you_mean(word: str, options: Iterable[str], kind: str) -> str:
    """Return help for an unknown word: the nearest option, or all of them.

    `kind` names the options in the plural: "characters".
    """
    from difflib import get_close_matches

    known = sorted(set(options))
    lower = {option.lower(): option for option in known}
    close = get_close_matches(word.lower(), lower, n=1)
    if close:
        return f"did you mean `{lower[close[0]]}`?"
    if not known:
        return f"there are no {kind}"
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return f"the {kind} are {', '.join(known[:_SHOWN])}{more}"
