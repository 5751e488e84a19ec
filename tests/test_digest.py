"""Keys and explanations come from one walk."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from animegen.digest import (
    MISSING,
    WHEN_SET,
    Difference,
    differences,
    digest_of,
    file_digest,
    seed_from,
    to_json,
)

if TYPE_CHECKING:
    from pathlib import Path

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_key_order_does_not_matter_and_nothing_differs_from_itself(value: object) -> None:
    def turned(item: object) -> object:
        if isinstance(item, dict):
            return {key: turned(item[key]) for key in reversed(item)}
        return [turned(entry) for entry in item] if isinstance(item, list) else item

    assert digest_of(turned(value)) == digest_of(value)  # type: ignore[arg-type]
    assert differences(value, value) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": []}, {"a": {}}),
        ({"a": [[], []]}, {"a": [[]]}),
        ({"a": "1"}, {"a": 1}),
        ({"a": True}, {"a": 1}),
        ({"a": None}, {}),
        (["ab", "c"], ["a", "bc"]),
        ({"a.b": 1}, {"a": {"b": 1}}),
        ({"a": {"b": 1}, "c": 2}, {"a": {"b": 1, "c": 2}}),
    ],
)
def test_lookalikes_have_different_digests(one: object, other: object) -> None:
    assert digest_of(one) != digest_of(other)  # type: ignore[arg-type]


def test_a_difference_has_its_path_and_both_values() -> None:
    old = {"prompt": "rain", "loras": [{"weight": 0.8}], "gone": 1}
    new = {"prompt": "snow", "loras": [{"weight": 0.7}], "added": 2}
    assert differences(old, new) == [
        Difference("added", MISSING, 2),
        Difference("loras[0].weight", 0.8, 0.7),
        Difference("prompt", "rain", "snow"),
        Difference("gone", 1, MISSING),
    ]


def test_a_change_of_type_alone_is_a_difference() -> None:
    assert differences({"a": True}, {"a": 1}) == [Difference("a", True, 1)]


def test_fractions_are_exact_and_whole_floats_are_integers() -> None:
    assert to_json((Fraction(24000, 1001), 2.0, 0.5)) == ["24000/1001", 2, 0.5]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_has_no_canonical_form_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no canonical form"):
        to_json(value)


@dataclass(frozen=True)
class Part:
    name: str
    later: str | None = field(default=None, metadata=WHEN_SET)


def test_a_field_that_joined_later_is_left_out_at_its_default_at_any_depth() -> None:
    assert to_json({"parts": [Part("a"), Part("b", "c")]}) == {
        "parts": [{"name": "a"}, {"name": "b", "later": "c"}]
    }


def test_seeds_depend_on_every_part_and_on_nothing_else() -> None:
    assert seed_from(1, "rooftop", "keyframe") == seed_from(1, "rooftop", "keyframe")
    assert len({seed_from(1, "a", "b"), seed_from(1, "ab", ""), seed_from("1", "a", "b")}) == 3
    assert 0 <= seed_from(7) < 2**63


def test_a_files_digest_is_sha256(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(b"abc")
    assert file_digest(path) == ("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
