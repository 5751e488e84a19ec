"""How many CLIP tokens a prompt has at least. Unaware of vocabularies: no model file is needed.

CLIP first splits a text into words, single digits and runs of punctuation, then each of those into
one or more tokens: https://github.com/openai/CLIP/blob/main/clip/simple_tokenizer.py
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from animegen.storyboard.prompts.syntax import parse

CHUNK = 75
"""Tokens that CLIP reads at once, between its start and end marks."""

_TOKEN = re.compile(r"'(?:s|t|re|ve|m|ll|d)|[^\W\d_]+|\d|(?:[^\w\s]|_)+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Length:
    """A prompt's size for the text encoders."""

    tokens: int
    """At least."""
    chunks: int
    """Runs of up to 75 tokens, at least; BREAK begins a new one."""
    longest: int
    """Tokens of the longest part between BREAKs."""


@lru_cache(maxsize=4096)
def measure(text: str) -> Length:
    """Count a prompt's tokens; emphasis and BREAK are not words and do not count."""
    counts = [len(_TOKEN.findall(part)) for part in parse(text).plain]
    return Length(
        tokens=sum(counts),
        chunks=sum(max(1, -(-count // CHUNK)) for count in counts),
        longest=max(counts),
    )
