"""Reads `--set weather=rain,snow`: a variable and the values it takes in turn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from animegen.errors import UsageError
from animegen.storyboard.variations import Axis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_VALUE = re.compile(r'\s*(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^",]*))\s*(?P<end>,|$)')


def parse_axes(pairs: Sequence[str]) -> tuple[Axis, ...]:
    """Read `name=value,value,...` pairs; a name that comes again adds to its values.

    A value in double quotes may hold commas, and be empty; `""` stands for a quote in it.

    Raises:
        UsageError: for a pair without `=` or a name, an empty value or one that comes twice.
    """
    axes: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        _require_utf8(pair)
        name, equals, text = pair.partition("=")
        if not equals or not name.strip():
            raise UsageError(
                f"--set {pair}: not NAME=VALUE,VALUE", remedy="write --set weather=rain,snow"
            )
        axes[name.strip()] = axes.get(name.strip(), ()) + tuple(_values(pair, text))
    for name, values in axes.items():
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            raise UsageError(
                f"--set {name}: the value `{twice}` comes twice", remedy="take one of them out"
            )
    return tuple(Axis(name=name, values=values) for name, values in axes.items())


def _require_utf8(pair: str) -> None:
    # What a shell passes on that is no UTF-8 could be in no file, and in no key.
    shown = pair.encode(errors="replace").decode()
    if shown != pair:
        raise UsageError(f"--set {shown}: not UTF-8", remedy="write it in UTF-8")


def _values(pair: str, text: str) -> Iterator[str]:
    place = 0
    while True:
        found = _VALUE.match(text, place)
        if found is None:
            raise UsageError(
                f"--set {pair}: a quote is in the wrong place",
                remedy="quote a whole value: --set 'mood=\"calm, quiet\",tense'",
            )
        quoted, plain = found["quoted"], found["plain"]
        if quoted is None and not plain.strip():
            raise UsageError(
                f"--set {pair}: an empty value",
                remedy='write "" for an empty text',
            )
        yield plain.strip() if quoted is None else quoted.replace('""', '"')
        if not found["end"]:
            return
        place = found.end()
