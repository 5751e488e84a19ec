"""How much memory some work held, and what a device is called in times."""

from __future__ import annotations

import sys

import pytest

from animegen.render.device import describe
from animegen.render.held import held_at_most

_HUNDRED = 100 << 20


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
def test_it_is_the_most_of_the_body_alone() -> None:
    with held_at_most("cpu") as much:
        block = bytearray(b"x") * (2 * _HUNDRED)
    del block
    with held_at_most("cpu") as little:
        pass
    assert much.bytes is not None
    assert little.bytes is not None
    assert much.bytes > 2 * _HUNDRED
    assert much.bytes - little.bytes > _HUNDRED


def test_a_gpu_that_is_not_in_use_is_not_asked() -> None:
    with held_at_most("cuda") as held:
        pass
    assert held.bytes is None or held.bytes >= 0


@pytest.mark.parametrize(("threads", "told"), [("1", "cpu, 1 thread"), ("6", "cpu, 6 threads")])
def test_a_cpu_is_told_by_its_threads(
    monkeypatch: pytest.MonkeyPatch, threads: str, told: str
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", threads)
    assert describe("cpu", compiling="none", offload="model") == told


def test_flags_that_cost_time_are_told_of_other_devices() -> None:
    assert describe("mps") == "mps"
    assert (
        describe("mps", compiling="none", offload="model") == "mps, --compile none, --offload model"
    )
