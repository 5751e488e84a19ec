"""Embeddings between two others: straight, or along an arc that is safe wherever there is none."""

from __future__ import annotations

import math

import pytest
import torch

from animegen.render.blending import mix

pytestmark = pytest.mark.slow

EAST, NORTH = torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 4.0]])


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.9, 1.0])
def test_an_arc_turns_evenly_and_its_length_changes_evenly(share):
    found = mix("slerp", EAST, NORTH, share)
    angle, length = share * math.pi / 2, 2 + share * 2
    wanted = torch.tensor([[math.cos(angle), math.sin(angle)]]) * length
    torch.testing.assert_close(found, wanted)


def test_a_straight_line_is_torchs_own():
    assert torch.equal(mix("lerp", EAST, NORTH, 0.3), torch.lerp(EAST, NORTH, 0.3))


@pytest.mark.parametrize(
    ("before", "after"),
    [(EAST, EAST), (EAST, EAST * 3), (EAST, -EAST), (EAST, EAST * 0), (EAST * 0, EAST * 0)],
    ids=["same", "parallel", "opposite", "zero", "zeros"],
)
def test_without_an_arc_it_is_a_straight_line(before, after):
    assert torch.equal(mix("slerp", before, after, 0.3), torch.lerp(before, after, 0.3))


def test_nearly_parallel_is_nearly_straight():
    other = EAST + torch.tensor([[0.0, 1e-2]])
    found = mix("slerp", EAST, other, 0.5)
    torch.testing.assert_close(found, torch.lerp(EAST, other, 0.5), atol=1e-4, rtol=0)


def test_each_token_goes_its_own_way_in_its_own_type():
    before, after = torch.cat([EAST, EAST]).half(), torch.cat([NORTH, EAST]).half()
    found = mix("slerp", before, after, 0.5)
    assert found.dtype == torch.float16
    torch.testing.assert_close(
        found.norm(dim=-1).float(), torch.tensor([3.0, 2.0]), rtol=1e-3, atol=0
    )
