"""What a film remembers of its last render."""

from __future__ import annotations

import pytest

from animegen.store.history import History, film_histories, forget
from animegen.store.roots import films_of, owners
from animegen.store.store import Store


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


def test_words_are_remembered_by_node_and_told_apart_by_render(store: Store):
    History(store, "Rain", lambda: {"seed": 7}).update({"a/clip": "1", "b/clip": "2"})
    History(store, "Rain", lambda: {"seed": 8}).update({"a/clip": "3"})
    words = History(store, "Rain").words()
    assert words == {"a/clip": {"seed": 8}, "b/clip": {"seed": 7}}
    assert History(store, "Rain").read() == {"a/clip": "3", "b/clip": "2"}


def test_nodes_of_one_render_share_their_words(store: Store):
    History(store, "Rain", lambda: {"seed": 7}).update({"a/clip": "1", "b/clip": "2"})
    words = History(store, "Rain").words()
    assert words["a/clip"] is words["b/clip"]


def test_the_same_keys_and_words_are_not_written(store: Store, monkeypatch):
    History(store, "Rain", lambda: {"seed": 7}).update({"film": "1"})
    monkeypatch.setattr(Store, "lock", None)
    History(store, "Rain", lambda: {"seed": 7}).update({"film": "1"})
    with pytest.raises(TypeError):
        History(store, "Rain", lambda: {"seed": 8}).update({"film": "1"})


@pytest.mark.parametrize(
    "content", ["", "[1]", '{"texts": 1}', '{"texts": {}, "nodes": {"a": "b"}}']
)
def test_damaged_words_are_no_words(store: Store, content: str):
    History(store, "Rain", lambda: {"seed": 7}).update({"film": "1"})
    next((store.layout.history / "words").iterdir()).write_text(content)
    assert History(store, "Rain").words() == {}
    History(store, "Rain", lambda: {"seed": 9}).update({"film": "1"})
    assert History(store, "Rain").words() == {"film": {"seed": 9}}


def test_the_last_ten_complete_renders_are_remembered_the_newest_first(store: Store):
    for number in range(12):
        History(store, "Rain").remember({"film": str(number)})
    (history,) = film_histories(store.layout)
    assert history.film == "Rain"
    assert [render.nodes["film"] for render in history.renders] == [
        str(n) for n in range(11, 1, -1)
    ]
    assert list(store.layout.tmp.iterdir()) == []


def test_the_same_render_again_is_not_written(store: Store, monkeypatch):
    history = History(store, "Rain")
    history.remember({"film": "1"})
    monkeypatch.setattr(Store, "lock", None)
    history.remember({"film": "1"})
    with pytest.raises(TypeError):
        history.remember({"film": "2"})


def test_going_back_to_an_earlier_render_makes_it_the_newest(store: Store):
    for film in ("1", "2", "1"):
        History(store, "Rain").remember({"film": film})
    (history,) = film_histories(store.layout)
    assert [render.nodes["film"] for render in history.renders] == ["1", "2"]


def test_a_complete_render_forgets_nodes_that_the_film_no_longer_has(store: Store):
    history = History(store, "Rain")
    history.update({"gone/clip": "1", "film": "2"})
    history.remember({"film": "2"})
    assert history.read() == {"film": "2"}


def test_a_history_of_an_earlier_program_is_read(store: Store):
    History(store, "Rain.yaml").update({"film": "1"})
    (history,) = film_histories(store.layout)
    assert (history.film, history.nodes, history.renders) == ("rain-yaml", {"film": "1"}, ())


@pytest.mark.parametrize("line", ["", "{", "[1]", '{"film": "Rain", "at": 0, "nodes": [1]}'])
def test_a_damaged_line_is_no_render(store: Store, line: str):
    History(store, "Rain").remember({"film": "1"})
    (path,) = store.layout.history.glob("*.renders")
    path.write_text(f"{line}\n{path.read_text()}")
    (history,) = film_histories(store.layout)
    assert [render.nodes for render in history.renders] == [{"film": "1"}]


def test_other_files_beside_the_histories_are_none(store: Store):
    History(store, "Rain").remember({"film": "1"})
    (store.layout.history / "weights.json").write_text("{}")
    assert [history.film for history in film_histories(store.layout)] == ["Rain"]


def test_a_film_is_forgotten_by_its_name(store: Store):
    History(store, "Rain").remember({"film": "1"})
    History(store, "Snow").update({"film": "1"})
    forget(store.layout, "Rain")
    assert [history.film for history in film_histories(store.layout)] == ["snow"]


def test_an_artifact_is_of_the_film_that_used_it_last(store: Store):
    History(store, "Rain").remember({"a/clip": "1", "film": "2"})
    History(store, "Rain").remember({"a/clip": "3", "film": "4"})
    History(store, "Snow").remember({"b/clip": "3", "film": "5"})
    owned = owners(store.layout)
    assert owned["1"] == ("Rain", "a/clip")
    assert owned["3"] == ("Snow", "b/clip")
    films = films_of(store.layout)
    assert (films["3"], films["4"]) == (frozenset({"Rain", "Snow"}), frozenset({"Rain"}))
