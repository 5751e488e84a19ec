"""Reasons in words."""

from __future__ import annotations

from animegen.plan.why import why_it_runs
from animegen.store.record import Record


def record(fields: dict[str, object], inputs: dict[str, str] | None = None) -> Record:
    return Record(kind="clip", revision=1, fields=fields, inputs=inputs or {})  # type: ignore[arg-type]


def test_a_changed_field_is_named_with_both_values() -> None:
    reason = why_it_runs(
        record({"prompt": "rain", "seed": 1}), record({"prompt": "snow", "seed": 1})
    )
    assert reason == "prompt: rain -> snow"


def test_a_nested_field_is_named_by_its_path() -> None:
    old = record({"loras": [{"weights": "ab", "weight": 0.8}]})
    new = record({"loras": [{"weights": "ab", "weight": 0.7}]})
    assert why_it_runs(old, new) == "loras[0].weight: 0.8 -> 0.7"


def test_new_and_removed_fields_are_told_apart() -> None:
    assert why_it_runs(record({}), record({"fit": "crop"})) == "fit is new: crop"
    assert why_it_runs(record({"fit": "crop"}), record({})) == "fit is gone"


def test_a_changed_input_is_told_only_when_nothing_of_its_own_changed() -> None:
    old, new = record({"a": 1}, {"keyframe": "k1"}), record({"a": 1}, {"keyframe": "k2"})
    assert why_it_runs(old, new) == "its input keyframe changed"
    both = record({"a": 2}, {"keyframe": "k2"})
    assert why_it_runs(old, both) == "a: 1 -> 2"


def test_many_changes_are_counted() -> None:
    old = record(dict.fromkeys("abcd", 1))
    new = record(dict.fromkeys("abcd", 2))
    assert why_it_runs(old, new) == "a: 1 -> 2; b: 1 -> 2; and 2 more"


def test_a_raised_revision_is_a_reason() -> None:
    old = record({})
    new = Record(kind="clip", revision=2, fields={})
    assert why_it_runs(old, new) == "revision: 1 -> 2"


def test_long_values_are_clipped() -> None:
    reason = why_it_runs(record({"prompt": "a" * 100}), record({"prompt": "b"}))
    assert reason == f"prompt: {'a' * 47}… -> b"


def test_long_texts_are_shown_where_they_part() -> None:
    shared = "masterpiece, anime, detailed eyes, 1girl, short red hair, "
    old, new = f"{shared}smile, dramatic lighting", f"{shared}laughing, dramatic lighting"
    assert why_it_runs(record({"text": old}), record({"text": new})) == (
        "text: …short red hair, smile, dramatic lighting -> "
        "…short red hair, laughing, dramatic lighting"
    )
