"""The vocabulary agrees with the stock tokenizer, whatever is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from training.tokenizer import LENGTH, Words

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = ["1girl, short red hair, t-shirt", "open-mouth smile, don't blink", "at night in the rain"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "caption",
    [
        *KNOWN,
        "",
        "  A GIRL,  with   Red HAIR!! ",
        "qwertyuiop unicorn_horn, 1234 caf\u00e9 \u96e8",
        ", ".join(KNOWN * 12),
        "(masterpiece, anime, clean cel-shading)",
    ],
)
def test_ids_are_those_of_the_stock_tokenizer(caption: str, tmp_path: Path) -> None:
    from transformers import CLIPTokenizer

    words = Words(KNOWN)
    words.save(tmp_path)
    stock = CLIPTokenizer.from_pretrained(tmp_path)
    got = stock(caption, padding="max_length", max_length=LENGTH, truncation=True).input_ids
    assert words.encode(caption) == got


def test_each_known_word_is_one_token_and_others_are_spelt() -> None:
    words = Words(KNOWN)
    ids = words.encode("short red hair")
    assert ids[:5] == [
        words.start,
        *(words.ids[w + "</w>"] for w in ("short", "red", "hair")),
        words.end,
    ]
    assert ids.index(words.end) == 4
    assert words.encode("haired").index(words.end) > 2


def test_ids_number_the_tokens_without_gaps() -> None:
    ids = Words(KNOWN).ids
    assert sorted(ids.values()) == list(range(len(ids)))


def test_the_order_of_the_words_changes_nothing() -> None:
    assert Words(KNOWN).digest == Words(reversed(KNOWN)).digest
    assert Words(KNOWN).digest != Words([*KNOWN, "snow"]).digest
