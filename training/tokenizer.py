"""Our own CLIP vocabulary: every word of the captions is one token, any other is spelt out.

The folder is a plain `CLIPTokenizer` one. `Words` gives the same ids without transformers, fast
enough for the processes that draw the data. Unaware of scenes: the words are given.

Byte-pair encoding as in Sennrich et al. 2016, https://arxiv.org/abs/1508.07909, on GPT-2's table
of printable bytes.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LENGTH = 77
_START, _END = "<|startoftext|>", "<|endoftext|>"
_SUFFIX = "</w>"
# CLIP's own pattern, for lower-cased English text.
_WORD = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\s\w]|_)+")


class Words:
    """A vocabulary in which each of `words` is a single token. Equal words give equal ids."""

    def __init__(self, words: Iterable[str]) -> None:
        known = {piece for text in words for piece in _WORD.findall(text.lower())}
        self.merges = _merges(sorted(known))
        letters = list(_byte_letters().values())
        tokens = [*letters, *(letter + _SUFFIX for letter in letters)]
        tokens += ["".join(pair) for pair in self.merges]
        unique = dict.fromkeys([*tokens, _START, _END])
        self.ids = {token: index for index, token in enumerate(unique)}
        self._cache: dict[str, list[int]] = {}

    @property
    def start(self) -> int:
        """The id that opens every caption."""
        return self.ids[_START]

    @property
    def end(self) -> int:
        """The id that ends every caption, and fills it up."""
        return self.ids[_END]

    @cached_property
    def digest(self) -> str:
        """What tells this vocabulary from another: models trained with it can't use another."""
        text = json.dumps([self.ids, self.merges])
        return hashlib.sha256(text.encode()).hexdigest()

    def encode(self, caption: str) -> list[int]:
        """Return the `LENGTH` ids of a caption, cut or filled with `end`, as CLIPTokenizer's."""
        pieces = [i for word in _WORD.findall(caption.lower()) for i in self._word(word)]
        ids = [self.start, *pieces[: LENGTH - 2], self.end]
        return ids + [self.end] * (LENGTH - len(ids))

    def _word(self, word: str) -> list[int]:
        if word not in self._cache:
            pieces = _letters(word)
            for pair in self.merges:
                if len(pieces) == 1:
                    break
                pieces = _joined(pieces, pair)
            self._cache[word] = [self.ids[piece] for piece in pieces]
        return self._cache[word]

    def save(self, folder: Path) -> None:
        """Write the files of a `CLIPTokenizer` folder."""
        folder.mkdir(parents=True, exist_ok=True)
        ids = json.dumps(self.ids, ensure_ascii=False)
        (folder / "vocab.json").write_text(ids, encoding="utf-8")
        lines = ["#version: 0.2", *(" ".join(pair) for pair in self.merges)]
        (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        special = dict.fromkeys(("eos_token", "pad_token", "unk_token"), _END)
        special |= {"bos_token": _START}
        config = special | {"model_max_length": LENGTH, "tokenizer_class": "CLIPTokenizer"}
        for name, content in (("special_tokens_map", special), ("tokenizer_config", config)):
            text = json.dumps(content, indent=2) + "\n"
            (folder / f"{name}.json").write_text(text, encoding="utf-8")


def _byte_letters() -> dict[int, str]:
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    table = {byte: chr(byte) for byte in printable}
    return table | {byte: chr(256 + index) for index, byte in enumerate(others)}


_LETTERS = _byte_letters()


def _letters(word: str) -> list[str]:
    letters = [_LETTERS[byte] for byte in word.encode()]
    return [*letters[:-1], letters[-1] + _SUFFIX]


def _joined(pieces: list[str], pair: tuple[str, str]) -> list[str]:
    joined: list[str] = []
    for piece in pieces:
        if joined and (joined[-1], piece) == pair:
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _merges(words: list[str]) -> list[tuple[str, str]]:
    """Return merges, commonest pair first, until each word is one piece."""
    merges: list[tuple[str, str]] = []
    open_words = [pieces for word in words if len(pieces := _letters(word)) > 1]
    while open_words:
        pairs = Counter(pair for pieces in open_words for pair in itertools.pairwise(pieces))
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        open_words = [joined for p in open_words if len(joined := _joined(p, best)) > 1]
    return merges
