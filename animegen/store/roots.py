"""What a collection may not touch, and whose an artifact is. Unaware of what is in the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from animegen.store.history import film_histories
from animegen.store.lease import leased_keys

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from animegen.store.history import FilmHistory
    from animegen.store.layout import Layout


class Owner(NamedTuple):
    """The film and node that an artifact was last made for."""

    film: str
    node: str


@dataclass(frozen=True, kw_only=True)
class Holders:
    """Who may hold artifacts, besides the processes that are using them."""

    plans: Mapping[str, Collection[str]]
    """Film to keys, of storyboards that are to stay as they are."""
    renders: int
    """How many complete renders of each film stay; what its nodes had last always does."""
    without: Collection[str] = ()
    """Films whose renders hold nothing."""


def roots(layout: Layout, holders: Holders) -> dict[str, str]:
    """Return key to reason of everything that stays.

    Raises:
        StoreFailed: when the store cannot be read.
    """
    found: dict[str, str] = {}
    for history in film_histories(layout):
        if history.film not in holders.without:
            found.update(_remembered(history, holders.renders))
    for film, keys in holders.plans.items():
        found.update(dict.fromkeys(keys, f"the plan of {film}"))
    found.update(dict.fromkeys(leased_keys(layout), "a render that runs now"))
    return found


def owners(layout: Layout) -> dict[str, Owner]:
    """Return key to owner of everything that a history knows; the newest render wins.

    Raises:
        StoreFailed: when the store cannot be read.
    """
    found: dict[str, Owner] = {}
    for history in film_histories(layout):
        for nodes in (*(render.nodes for render in reversed(history.renders)), history.nodes):
            found.update({key: Owner(history.film, node) for node, key in nodes.items()})
    return found


def films_of(layout: Layout) -> dict[str, frozenset[str]]:
    """Return key to the films that have it, of everything that a history knows.

    Raises:
        StoreFailed: when the store cannot be read.
    """
    found: dict[str, frozenset[str]] = {}
    for history in film_histories(layout):
        film = frozenset({history.film})
        for nodes in (history.nodes, *(render.nodes for render in history.renders)):
            for key in nodes.values():
                before = found.get(key)
                if before is not film:
                    found[key] = film if before is None else before | film
    return found


def _remembered(history: FilmHistory, keep: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for render in history.renders[:keep]:
        found.update(dict.fromkeys(render.nodes.values(), f"an earlier render of {history.film}"))
    found.update(dict.fromkeys(history.nodes.values(), f"the last render of {history.film}"))
    return found
