"""What one side makes arrives at the other, in order; what is raised on either side comes out."""

from __future__ import annotations

import threading
import time

import pytest

from animegen.errors import Interrupted, StoreFailed
from animegen.render.conveyor import hand_over


@pytest.fixture(autouse=True)
def no_thread_is_left():
    before = threading.active_count()
    yield
    assert threading.active_count() == before


def test_all_arrives_in_order_in_another_thread():
    def use(items):
        return list(items), threading.get_ident()

    items, thread = hand_over(iter(range(100)), use)
    assert items == list(range(100))
    assert thread != threading.get_ident()


def test_both_work_at_once():
    """Each waits for the other's next move, which neither would survive by turns."""
    made, used = threading.Semaphore(0), threading.Semaphore(0)

    def items():
        for number in range(3):
            made.release()
            yield number
        assert used.acquire(timeout=10)

    def use(arriving):
        first = next(arriving)
        assert made.acquire(timeout=10)
        used.release()
        return [first, *arriving]

    assert hand_over(items(), use) == [0, 1, 2]


def test_nobody_runs_far_ahead():
    made, gate, far = [], threading.Event(), []

    def items():
        for number in range(50):
            made.append(number)
            yield number

    def use(arriving):
        next(arriving)
        gate.wait(0.2)
        far.append(len(made))
        return sum(1 for _ in arriving)

    assert hand_over(items(), use) == 49
    assert far[0] <= 7


@pytest.mark.parametrize("after", [0, 1, 3, 20])
@pytest.mark.parametrize("pause", [0.0, 0.01])
def test_what_the_maker_raises_comes_out_and_stops_the_user(after, pause):
    ended = []

    def items():
        yield from range(after)
        raise Interrupted("stopped")

    def use(arriving):
        try:
            for _ in arriving:
                time.sleep(pause)
        finally:
            ended.append(True)

    with pytest.raises(Interrupted, match="stopped"):
        hand_over(items(), use)
    assert ended == [True]


@pytest.mark.parametrize("after", [0, 1, 3, 20])
@pytest.mark.parametrize("pause", [0.0, 0.01])
def test_what_the_user_raises_comes_out_and_stops_the_maker(after, pause):
    made = []

    def items():
        for number in range(1000):
            made.append(number)
            time.sleep(pause)
            yield number

    def use(arriving):
        for _ in range(after):
            next(arriving)
        raise StoreFailed("the disk is full")

    with pytest.raises(StoreFailed, match="the disk is full"):
        hand_over(items(), use)
    assert len(made) < 1000


def test_a_user_who_has_enough_stops_the_maker():
    assert hand_over(iter(range(10**9)), next) == 0


def test_an_interrupted_maker_does_not_wait_for_a_slow_user():
    def items():
        yield from range(4)
        raise KeyboardInterrupt

    def use(arriving):
        for _ in arriving:
            time.sleep(0.3)

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        hand_over(items(), use)
    assert time.monotonic() - start < 1.0


def test_no_order_of_events_hangs():
    """Whichever side ends first, at whatever moment."""
    for made in range(12):
        for used in range(12):

            def use(arriving, used=used):
                return [item for item, _ in zip(arriving, range(used), strict=False)]

            expected = list(range(min(made, used)))
            assert hand_over(iter(range(made)), use) == expected
