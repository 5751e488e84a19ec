"""Mixing is exact to the nearest level."""

from __future__ import annotations

import numpy as np
import pytest

from animegen.video.blend import mix, mix_planes
from animegen.video.frame import black


@pytest.mark.parametrize("share", [0.0, 1 / 24, 0.25, 0.5, 23 / 24, 1.0])
def test_every_pair_of_levels_mixes_to_the_nearest(share):
    first, second = (np.uint8(side) for side in np.mgrid[0:256, 0:256])

    mixed = mix_planes(first, second, share)

    assert mixed.dtype == np.uint8
    assert np.abs(mixed - (first * (1 - share) + second * share)).max() <= 0.51


def test_all_planes_mix():
    dark = black(8, 4)
    light = black(8, 4)._replace(y=np.full((4, 8), 216, np.uint8), u=np.full((2, 4), 28, np.uint8))

    mixed = mix(dark, light, 0.75)

    assert (mixed.y == 166).all()
    assert (mixed.u == 53).all()
    assert (mixed.v == 128).all()
