"""The smoke pack's words: a small CLIP vocabulary that can spell anything. Unaware of pictures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_START, _END = "<|startoftext|>", "<|endoftext|>"
_SUFFIX = "</w>"
_WORDS = """
masterpiece anime clean cel shading detailed eyes vivid colors colours girl boy woman man
hair short long red green blue black white pink purple brown blonde silver school uniform
dress coat standing walking sitting running looking up down left right smile sad angry
city street rooftop river bridge room classroom forest mountain sea sky cloud sun moon
star night day dusk dawn rain snow wind fog light dark dramatic lighting dynamic pose
flowing background wide close portrait view style pastel flat soft warm cold low quality
bad anatomy extra limbs two heads blurry detail watermark text distorted face unstable the
and with her his over under
"""


def vocabulary() -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return token ids and merges: every byte, alone and at a word's end, then `_WORDS`."""
    letters = _byte_letters()
    tokens = [*letters, *(letter + _SUFFIX for letter in letters)]
    merges: list[tuple[str, str]] = []
    known = set(tokens)
    for word in _WORDS.split():
        pieces = [*word[:-1], word[-1] + _SUFFIX]
        while len(pieces) > 1:
            pair = pieces[0], pieces[1]
            pieces[:2] = ["".join(pair)]
            if pieces[0] not in known:
                known.add(pieces[0])
                tokens.append(pieces[0])
                merges.append(pair)
    return {token: index for index, token in enumerate([*tokens, _START, _END])}, merges


def _byte_letters() -> list[str]:
    # CLIP's tokenizer works on bytes written as printable letters (GPT-2's table).
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(others))]


def save_tokenizer(folder: Path) -> Any:
    """Write a tokenizer folder as SDXL's are and return the loaded `CLIPTokenizer`."""
    from transformers import CLIPTokenizer

    ids, merges = vocabulary()
    folder.mkdir(parents=True)
    lines = ["#version: 0.2", *(" ".join(pair) for pair in merges)]
    (folder / "vocab.json").write_text(json.dumps(ids, ensure_ascii=False), encoding="utf-8")
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    special = dict.fromkeys(("eos_token", "pad_token", "unk_token"), _END) | {"bos_token": _START}
    config = special | {"model_max_length": 77, "tokenizer_class": "CLIPTokenizer"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    return CLIPTokenizer.from_pretrained(folder)


def encoder_config(width: int) -> Any:
    """Return the configuration of a two-layer CLIP text encoder of this width."""
    from transformers import CLIPTextConfig

    ids, _ = vocabulary()
    return CLIPTextConfig(
        vocab_size=len(ids),
        hidden_size=width,
        intermediate_size=2 * width,
        projection_dim=width,
        num_hidden_layers=3,
        num_attention_heads=4,
        max_position_embeddings=77,
        bos_token_id=ids[_START],
        eos_token_id=ids[_END],
        pad_token_id=ids[_END],
    )
