"""CLIP's vocabulary, which single files leave out and all of their encoders share.

Its merges (`layouts/clip_merges.txt.gz`) are OpenAI's, under the MIT licence beside them; the
tokens follow from them as in OpenAI's tokenizer: bytes, bytes at a word's end, merges, two marks.
Unaware of models.
"""

from __future__ import annotations

import gzip
from functools import cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from animegen.render.bases import Base, Reader

MERGES = "clip_merges.txt.gz"
_SUFFIX = "</w>"
_MARKS = ("<|startoftext|>", "<|endoftext|>")
_LENGTH = 77


def load_tokenizer(reader: Reader, base: Base) -> Any:
    """Return a CLIPTokenizer; from the base's configurations where those bring a vocabulary."""
    from transformers import CLIPTokenizer

    own = base.configs / reader.tokenizer
    if own.is_dir():
        return CLIPTokenizer.from_pretrained(own)
    merges = clip_merges(base)
    letters = byte_letters()
    tokens = [*letters, *(letter + _SUFFIX for letter in letters)]
    tokens += ["".join(pair) for pair in merges]
    return CLIPTokenizer(
        vocab={token: index for index, token in enumerate([*tokens, *_MARKS])},
        merges=cast("Any", list(merges)),
        pad_token=reader.padding,
        model_max_length=_LENGTH,
    )


@cache
def clip_merges(base: Base) -> tuple[tuple[str, str], ...]:
    """Return which pairs of tokens become one, the most frequent first."""
    text = gzip.decompress((base.layouts / MERGES).read_bytes()).decode()
    pairs = (line.split(" ") for line in text.splitlines())
    return tuple((one, two) for one, two in pairs)


def byte_letters() -> list[str]:
    """Return the printable letter that stands for each byte (GPT-2's table), in CLIP's order."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(others))]
