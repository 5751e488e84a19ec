"""Counting passes everything on and tolerates no other number."""

from __future__ import annotations

import pytest

from animegen.errors import RenderFailed
from animegen.video.count import exactly


def test_items_pass_and_are_reported():
    reports = []

    assert list(exactly("abc", 3, reports.append)) == ["a", "b", "c"]
    assert reports == [1, 2, 3]


def test_too_few_are_an_error():
    with pytest.raises(RenderFailed, match="3 frames were made where 4 were planned"):
        list(exactly("abc", 4, lambda _: None))


def test_too_many_are_an_error():
    with pytest.raises(RenderFailed, match="more than the planned 2"):
        list(exactly("abc", 2, lambda _: None))
