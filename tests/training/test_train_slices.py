"""Slices continue one schedule, whatever their start-up costs."""

from __future__ import annotations

import pytest

from training.slices import Every, Slice, SliceError, learning_rate


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def sliced(clock: Clock, before: float, share: float = 0.5) -> Slice:
    return Slice(before=before, share=share, started=clock.now, seconds=60.0, clock=clock)


def test_two_slices_are_the_whole_schedule() -> None:
    clock = Clock()
    first = sliced(clock, 0.0)
    clock.now += 20
    first.begin()
    assert first.progress == 0.0
    clock.now += 20
    assert first.progress == pytest.approx(0.25)
    clock.now += 25
    assert first.over
    assert first.progress == pytest.approx(0.5)
    second = sliced(clock, first.progress)
    clock.now += 59
    second.begin()
    clock.now += 2
    assert second.progress == pytest.approx(1.0)


def test_a_last_slice_never_overshoots() -> None:
    clock = Clock()
    last = sliced(clock, 0.8)
    last.begin()
    clock.now += 100
    assert last.progress == 1.0


def test_a_slice_that_never_trained_does_not_count_as_trained() -> None:
    clock = Clock()
    late = sliced(clock, 0.0)
    clock.now += 60
    with pytest.raises(SliceError, match="60 s"):
        late.begin()


def test_rate_warms_up_holds_and_falls() -> None:
    def rate(progress: float, step: int = 1000) -> float:
        return learning_rate(progress, step, peak=1.0, warmup=100)

    assert rate(0.1, 0) == pytest.approx(0.01)
    assert rate(0.1) == rate(0.3) == 1.0
    assert 1.0 > rate(0.5) > rate(0.8) > rate(1.0)
    assert rate(1.0) == pytest.approx(0.01)


def test_every_is_due_once_in_its_time() -> None:
    clock = Clock()
    every = Every(10, clock)
    assert not every.due()
    clock.now += 10
    assert every.due()
    assert not every.due()
