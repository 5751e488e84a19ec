"""Which artifacts a collection chooses, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.store.scan import UNREADABLE, Row
from animegen.store.selection import Policy, select, unique_bytes

if TYPE_CHECKING:
    from animegen.store.selection import Selection

DAY = 86400


def row(key: str, size: int = 10, seconds: float = 1, days: float = 0, **shared: int) -> Row:
    blobs = tuple(shared.items()) or ((key, size),)
    return Row(key, "clip", blobs, seconds, (1, int((100 - days) * DAY * 1e9), 1))


def going(selection: Selection) -> dict[str, str]:
    return {verdict.row.key: verdict.why for verdict in selection.going}


def choose(*rows: Row, held: dict[str, str] | None = None, **limits: float) -> Selection:
    policy = Policy(
        older_than=limits.get("older_than"),
        max_size=int(limits["max_size"]) if "max_size" in limits else None,
    )
    return select(rows, held or {}, policy, now=100 * DAY)


def test_without_a_limit_everything_that_nothing_holds_goes():
    selection = choose(row("a"), row("b"), held={"b": "the plan of film.yaml"})
    assert going(selection) == {"a": "no render holds it"}
    assert [(v.row.key, v.why) for v in selection.staying] == [("b", "the plan of film.yaml")]


def test_older_than_spares_what_is_newer():
    selection = choose(row("old", days=31), row("new", days=29), older_than=30 * DAY)
    assert going(selection) == {"old": "older than the limit"}
    assert [v.why for v in selection.staying] == ["newer than the limit"]


def test_a_clock_that_jumped_back_makes_nothing_old():
    assert going(choose(row("future", days=-400), older_than=DAY)) == {}


def test_max_size_drops_least_work_for_the_bytes_first_and_no_more_than_needed():
    cheap, dear, middle = row("cheap", 100, 1), row("dear", 10, 100), row("middle", 100, 50)
    assert going(choose(dear, middle, cheap, max_size=210)) == {}
    assert set(going(choose(dear, middle, cheap, max_size=150))) == {"cheap"}
    assert set(going(choose(dear, middle, cheap, max_size=50))) == {"cheap", "middle"}
    assert set(going(choose(dear, middle, cheap, max_size=0))) == {"cheap", "middle", "dear"}


def test_what_is_held_counts_for_the_size_and_stays():
    rows = (row("held", 1000, 0), row("loose", 10, 100))
    assert set(going(choose(*rows, held={"held": "it"}, max_size=1000))) == {"loose"}


def test_a_blob_that_stays_for_another_makes_no_room():
    held, both, own = row("held", shared=100), row("both", seconds=0, shared=100), row("own", 20)
    assert set(going(choose(held, both, own, held={"held": "it"}, max_size=100))) == {"both", "own"}
    assert set(going(choose(held, both, own, held={"held": "it"}, max_size=120))) == set()


def test_a_blob_of_two_goes_with_the_second():
    one, two, own = row("a", seconds=0, s=100), row("b", seconds=0, s=100), row("own", 20)
    assert set(going(choose(one, two, own, max_size=20))) == {"a", "b"}


def test_both_limits_add_up():
    rows = (row("old", 10, 100, days=9), row("cheap", 10, 0), row("dear", 10, 9))
    assert set(going(choose(*rows, older_than=5 * DAY, max_size=10))) == {"old", "cheap"}


def test_a_damaged_entry_goes_under_every_policy():
    damaged = Row("x", UNREADABLE, (), 0.0, (1, 0, 0))
    assert going(choose(damaged, max_size=10**9)) == {"x": "its entry is damaged"}


def test_bytes_count_once():
    assert unique_bytes([row("a", s=5, t=1), row("b", s=5)]) == 6
