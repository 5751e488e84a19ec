"""Writes subtitles as SubRip text. Unaware of shots.

The format was never written down. What players agree on: a number, two times, lines, an empty
line; `<b>` and `{\\an8}` are instructions, so what only looks like them must not be taken for any.
"""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TYPE_CHECKING

from animegen.units import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from animegen.plan.subtitles import Cue
    from animegen.units import Rate

_LINE = 42
"""Characters in a line, as broadcasters have it."""
_JOINER = "\u2060"
"""The word joiner: it takes no room and is not seen, but no instruction has one in it."""
_INSTRUCTION = re.compile(r"<(?=[A-Za-z/!])|\{(?=[\\A-Za-z])|-->")


def srt_text(cues: Sequence[Cue], rate: Rate) -> str:
    """Return the content of an .srt file, to be written as UTF-8; empty without cues."""
    blocks = (
        f"{number}\n{_time(cue.first, rate)} --> {_time(cue.end, rate)}\n"
        + "".join(f"{line}\n" for text in cue.texts for line in _lines(text))
        for number, cue in enumerate(cues, start=1)
    )
    return "\n".join(blocks)


def _time(frame: int, rate: Rate) -> str:
    # Down to the millisecond: a cue must be there when its first frame is, and gone with its last.
    seconds, rest = divmod(milliseconds(frame, rate), 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d},{rest:03d}"


def _lines(text: str) -> Iterator[str]:
    """Yield non-empty lines: the author's own, and broken where they are long."""
    for written in text.splitlines():
        for line in _halves(" ".join(written.split())):
            yield _INSTRUCTION.sub(lambda found: found[0][0] + _JOINER + found[0][1:], line)


def _halves(line: str) -> list[str]:
    """Break a long line into lines that are about equally long."""
    if len(line) <= _LINE:
        return [line] if line else []
    rows = -(-len(line) // _LINE)
    for width in range(-(-len(line) // rows), _LINE + 1):
        broken = wrap(line, width, break_long_words=False, break_on_hyphens=False)
        if len(broken) <= rows:
            return broken
    return wrap(line, _LINE, break_long_words=False, break_on_hyphens=False)
