"""The JSON Schema is current, is draft 7, and agrees with the reader."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from animegen import registry
from animegen.storyboard.load import load
from animegen.storyboard.schema import schema_text
from animegen.storyboard.validation.validate import validate

CHECKED_IN = Path(__file__).parents[2] / "schemas" / "storyboard.schema.json"
DESIGN = """\
version: 1
title: Rain over the river
pack: smoke
quality: fast
seed: 20251208
frame: {width: 256, height: 256, fps: 8}
output: {fps: 24, height: 768}
style:
  prompt: anime
  loras: [{use: pastel-anime-xl, weight: 0.8}, {use: anime-flat-color-xl, weight: 0.25}]
let: {weather: rain}
characters:
  mina: {looks: "1girl, short red hair", lora: {use: mina, weight: 0.7}}
shots:
  - id: rooftop
    duration: 3s
    characters: [mina]
    prompt: "{{ mina }} on a rooftop, {{ weather }}, night city"
    motion: pan-left
    control: [openpose, depth]
  - id: river
    transition: {crossfade: 500ms}
    duration: 4s
    prompt: {0s: "...walking", 2s: "...looking up"}
    camera: {zoom: [1.0, 1.15]}
"""
GOOD = [
    "quality: high",
    "allow_black: true",
    "control: depth",
    "control: {from: draft, maps: [{use: canny, weight: 0.5}]}",
    "motion: {use: zoom-in, strength: 0.8}",
    "chaining: windows",
    "chaining: {overlap: 6, drift: 0.2}",
    "loras: [pastel]",
    "transition: cut",
    "transition: {fade-in: 12f}",
    "dialogue: [{text: Hello, at: 0s, lasts: 1.5, speaker: Mina}]",
    "sampling: {steps: 5, guidance: 1.5}",
    "let: {weather: rain, count: 3, night: true}",
]
BAD = [
    "quality: best",
    "allow_black: 1",
    "control: []",
    "control: {from: draft}",
    "chaining: [windows]",
    "chaining: {overlap: 0}",
    "motion: [pan-left]",
    "loras: [{weight: 0.5}]",
    "transition: {wipe: 1s}",
    "transition: {fade-in: 1s, crossfade: 1s}",
    "transition: {fade-in: -1s}",
    "camera: {zoom: [1.0]}",
    "camera: {zoom: [1.0, 9.0]}",
    "sampling: {steps: five}",
    "seed: -1",
    "let: {a b: 1}",
    "let: {a: [1]}",
    "image: a.png",
]


@pytest.fixture(scope="module")
def validator():
    schema = json.loads(schema_text())
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def with_key(line: str) -> str:
    return DESIGN + f"  - id: last\n    duration: 2s\n    prompt: rain\n    {line}\n"


def test_it_is_checked_in():
    assert CHECKED_IN.read_text() == schema_text()


def test_it_is_draft_7():
    text = schema_text()
    assert json.loads(text)["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert text.endswith("}\n")
    for word in ("$defs", "prefixItems", "$id", '"null"'):
        assert word not in text


def test_it_lists_the_words():
    text = schema_text()
    for word in (*registry.words("transitions"), "pan-left", "openpose", "draft", "flow"):
        assert f'"{word}"' in text


def test_every_key_is_described(validator):
    def keys(part):
        if isinstance(part, dict):
            yield from part.get("properties", {}).items()
            for inner in part.values():
                yield from keys(inner)
        elif isinstance(part, list):
            for inner in part:
                yield from keys(inner)

    found = {name: value for name, value in keys(validator.schema) if isinstance(value, dict)}
    assert len(found) > 50
    assert [name for name, value in found.items() if not value.get("description")] == []


@pytest.mark.parametrize("line", ["caption: rain", *GOOD])
def test_it_accepts_what_the_reader_accepts(scratch, validator, line):
    document = load(scratch.film(with_key(line)).path)
    assert validate(document).findings == ()
    assert list(validator.iter_errors(document.data)) == []


@pytest.mark.parametrize("line", BAD)
def test_it_rejects_what_the_reader_rejects(scratch, validator, line):
    document = load(scratch.film(with_key(line)).path)
    assert validate(document).findings != ()
    assert list(validator.iter_errors(document.data)) != []


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ("vary: {weather: [rain, 3, true], seed: [1, 2]}", True),
        ("vary: {}", True),
        ("vary: {weather: rain}", False),
        ("vary: {weather: []}", False),
        ("vary: {weather: [[rain]]}", False),
        ("vary: {a b: [rain]}", False),
    ],
)
def test_it_knows_the_shape_of_vary(scratch, validator, line, good):
    document = load(scratch.film(f"{line}\n{DESIGN}").path)
    assert (validate(document).storyboard is not None) is good
    assert validator.is_valid(document.data) is good
