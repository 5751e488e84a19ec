"""What a film remembers of its last render."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from animegen.store.history import History
from animegen.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def test_a_film_never_rendered_has_no_history_and_asking_creates_nothing(store: Store):
    assert History(store, "Rain").read() == {}
    assert not store.root.exists()


def test_an_update_keeps_what_it_does_not_mention(store: Store):
    History(store, "Rain").update({"a/keyframe": "1", "film": "2"})
    History(store, "Rain").update({"film": "3"})
    assert History(store, "Rain").read() == {"a/keyframe": "1", "film": "3"}
    assert list(store.layout.tmp.iterdir()) == []


def test_nothing_new_is_not_written(store: Store, monkeypatch):
    history = History(store, "Rain")
    history.update({"a/keyframe": "1", "film": "2"})
    monkeypatch.setattr(Store, "lock", None)
    history.update({"film": "2"})
    history.update({})
    with pytest.raises(TypeError):
        history.update({"film": "3"})


def test_titles_that_look_alike_have_their_own_histories(store: Store):
    titles = ["Rain", "rain", "雨", "雪", "../rain", "rain?", "x" * 300]
    for title in titles:
        History(store, title).update({"film": title})
    assert [History(store, title).read()["film"] for title in titles] == titles
    assert len(list(store.layout.history.iterdir())) == len(titles)


@pytest.mark.parametrize("content", ["", "[1]", "{", "null"])
def test_a_damaged_history_is_an_empty_one(store: Store, content: str):
    History(store, "Rain").update({"film": "1"})
    next(store.layout.history.iterdir()).write_text(content)
    assert History(store, "Rain").read() == {}
    History(store, "Rain").update({"film": "2"})
    assert History(store, "Rain").read() == {"film": "2"}
