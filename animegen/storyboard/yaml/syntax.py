"""Words for a text that is not YAML. Unaware of the language.

A parser says where it gave up; people want to know where they slipped. The well-known traps are
looked for line by line first; only without one does the parser's own complaint count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from animegen.storyboard.yaml import findings
from animegen.storyboard.yaml.traps import find_traps

if TYPE_CHECKING:
    from collections.abc import Callable

    from animegen.storyboard.diagnostic import Diagnostic
    from animegen.storyboard.yaml.text import Text

_ALTERNATIVES = re.compile(r"(?<=[:-] )\{[^{}:\n]*\}[ \t]*\Z")
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def find_unprintable(text: Text) -> Diagnostic | None:
    """Return a finding for the first character that YAML does not allow."""
    match = _UNPRINTABLE.search(text.text)
    if match is None:
        return None
    return findings.error(
        "SB006",
        f"the control character U+{ord(match[0]):04X} is not allowed in YAML",
        text.span(match.start(), match.end()),
        "remove it, or write it as an escape in a text in double quotes",
    )


def explain_syntax(text: Text, error: Any) -> list[Diagnostic]:
    """Return what is wrong with a text that libyaml refused with a marked `error`."""
    traps = find_traps(text)
    place: int = error.problem_mark.index
    # A trap above the place explains it: the parser only stumbles over what it left behind.
    if any(trap.span and trap.span.line <= text.place(place)[0] for trap in traps):
        return traps
    return [_own_words(text, error, place), *traps]


def _own_words(text: Text, error: Any, place: int) -> Diagnostic:
    context = error.context or ""
    # Inside of brackets nobody knows where the text was meant to end.
    if "flow" not in context and (braces := _after_braces(text, place)):
        return braces
    problem = error.problem or ""
    for pattern, word in _WORDS:
        if pattern in context or pattern in problem:
            opening = error.context_mark.index if error.context_mark else place
            return word(text, opening, place, problem)
    rest = text.span(place, max(place + 1, text.rest_of_line(place)))
    return findings.error("SB010", f"this is not YAML: {problem}", rest)


def _after_braces(text: Text, place: int) -> Diagnostic | None:
    """Return a finding for `{red|blue} coat`, where the parser gives up at `coat`."""
    match = _ALTERNATIVES.search(text.text, text.text.rfind("\n", 0, place) + 1, place)
    if match is None:
        return None
    end = text.rest_of_line(place)
    return findings.braces(text, match.start(), end)


def _unclosed_quote(text: Text, opening: int, place: int, problem: str) -> Diagnostic:
    del place, problem
    return findings.unclosed_quote(text, opening)


def _bad_escape(text: Text, opening: int, place: int, problem: str) -> Diagnostic:
    del opening, problem
    start = text.text.rfind("\\", 0, place + 1)
    end = max(place, start + 2)
    return findings.error(
        "SB010",
        f"`{text.text[start:end]}` is no escape of a text in double quotes",
        text.span(start, end),
        r"write a backslash as \\, or use single quotes",
    )


def _unclosed_bracket(text: Text, opening: int, place: int, problem: str) -> Diagnostic:
    del problem
    bracket = text.text[opening]
    closing = "]" if bracket == "[" else "}"
    return findings.error(
        "SB025",
        f"this `{bracket}` needs a `{closing}`, or a comma is missing",
        text.span(opening, opening + 1),
        "a text that holds any of `[ ] { } , :` goes in quotes",
        related=((text.span(place, place + 1), f"a comma or `{closing}` was expected here"),),
    )


def _no_colon(text: Text, opening: int, place: int, problem: str) -> Diagnostic:
    del place, problem
    end = text.rest_of_line(opening)
    word, _, rest = text.text[opening:end].partition(" ")
    return findings.error(
        "SB010",
        "a key needs a colon after it",
        text.span(opening, end),
        f"write `{word}: {rest.strip() or '...'}`",
    )


def _no_key_here(text: Text, opening: int, place: int, problem: str) -> Diagnostic:
    del opening, problem
    return findings.error(
        "SB010",
        "no key can stand here",
        text.span(place, place + 1),
        "indent it like the key that it follows, or put a text that holds `: ` in quotes",
    )


def _colon_in_brackets(text: Text, opening: int, place: int, problem: str) -> Diagnostic:
    del opening, problem
    return findings.error(
        "SB012",
        "an unquoted text inside of brackets cannot hold a colon",
        text.span(place, place + 1),
        "put the text in quotes",
    )


def _indentation(text: Text, opening: int, place: int, problem: str) -> Diagnostic:
    del problem
    line, column = text.place(opening)
    return findings.error(
        "SB010",
        "this does not line up with what is above it",
        text.span(place, text.rest_of_line(place)),
        f"begin it in column {column}, like the block that began on line {line}, "
        "or indent it further",
    )


def _reserved(text: Text, opening: int, place: int, problem: str) -> Diagnostic:
    del opening, problem
    if place >= len(text.text.rstrip()):
        last = len(text.text.rstrip())
        return findings.error(
            "SB025", "the file ends inside of brackets", text.span(last - 1, last)
        )
    end = text.rest_of_line(place)
    return findings.error(
        "SB026",
        f"a value cannot begin with `{text.text[place]}`",
        text.span(place, place + 1),
        f"put it in quotes: {findings.quoted(text.text[place:end])}",
    )


_WORDS: tuple[tuple[str, Callable[[Text, int, int, str], Diagnostic]], ...] = (
    ("escape", _bad_escape),
    ("expected hexdecimal number", _bad_escape),  # libyaml's spelling
    ("while scanning a quoted scalar", _unclosed_quote),
    ("while parsing a flow sequence", _unclosed_bracket),
    ("while parsing a flow mapping", _unclosed_bracket),
    ("found unexpected ':'", _colon_in_brackets),
    ("could not find expected ':'", _no_colon),
    ("did not find expected key", _indentation),
    ("did not find expected '-' indicator", _indentation),
    ("mapping values are not allowed", _no_key_here),
    ("cannot start any token", _reserved),
    ("did not find expected node content", _reserved),
    ("sequence entries are not allowed", _reserved),
)
