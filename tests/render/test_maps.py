"""Maps look as ControlNets know them: the right colours in the right places."""

from __future__ import annotations

import numpy as np
import pytest

from animegen.render.maps import (
    COLOURS,
    LIMBS,
    draw_depth,
    draw_edges,
    draw_pose,
    from_coco,
    to_coco,
    with_neck,
)


def person(*seen: int) -> np.ndarray:
    """Joints far apart on a grid, of which `seen` are to be seen."""
    joints = np.zeros((1, 18, 3), np.float32)
    joints[0, :, 0] = 30 + 40 * (np.arange(18) % 6)
    joints[0, :, 1] = 40 + 80 * (np.arange(18) // 6)
    joints[0, list(seen), 2] = 1
    return joints


def test_the_colours_are_those_of_openpose() -> None:
    assert COLOURS[:4] == ((255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0))
    assert COLOURS[-2:] == ((255, 0, 170), (255, 0, 85))
    assert len(set(COLOURS)) == 18


def test_every_joint_has_its_colour_in_its_place() -> None:
    joints = person(*range(18))
    drawn = draw_pose(joints, 256, 256)
    for (x, y, _), colour in zip(joints[0].astype(int), COLOURS, strict=True):
        assert tuple(drawn[y, x]) == colour


def test_a_limb_is_a_paler_line_between_its_joints() -> None:
    start, end = LIMBS[2]  # the right upper arm
    joints = person(start, end)
    drawn = draw_pose(joints, 256, 256)
    x, y = joints[0, [start, end], :2].mean(axis=0).astype(int)
    assert tuple(drawn[y, x]) == tuple(int(0.6 * level) for level in COLOURS[2])
    assert np.count_nonzero(drawn[:, x, 0] > 70) == 5


def test_what_is_not_seen_is_not_drawn() -> None:
    assert not draw_pose(person(), 256, 256).any()
    assert not draw_pose(np.zeros((0, 18, 3), np.float32), 64, 48).any()
    (x, y, _) = person()[0, 3].astype(int)
    assert not draw_pose(person(2, 4), 256, 256)[y, x].any()


@pytest.mark.parametrize("size", [(256, 256), (320, 192), (1000, 77)])
def test_maps_are_as_large_as_the_picture(size: tuple[int, int]) -> None:
    width, height = size
    picture = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    maps = (
        draw_pose(person(*range(18)), width, height),
        draw_edges(picture),
        draw_depth(picture[..., 0].astype(np.float32)),
    )
    assert {drawn.shape for drawn in maps} == {(height, width, 3)}
    assert {str(drawn.dtype) for drawn in maps} == {"uint8"}


def test_coco_and_openpose_name_the_same_joints() -> None:
    joints = with_neck(person(*range(18)))
    assert np.array_equal(from_coco(to_coco(joints)), joints)
    coco = to_coco(person(2, 4))[0]
    assert list(np.nonzero(coco[:, 2])[0]) == [6, 10]  # COCO's right shoulder and wrist


def test_the_neck_is_between_the_shoulders_when_both_are_seen() -> None:
    both = with_neck(person(2, 5))[0]
    assert np.array_equal(both[1, :2], (both[2, :2] + both[5, :2]) / 2)
    assert both[1, 2] == 1
    assert with_neck(person(1, 2))[0, 1, 2] == 0


def test_the_nearest_is_white_and_the_farthest_black() -> None:
    drawn = draw_depth(np.array([[-3.0, 1.0], [0.0, -1.0]], np.float32))
    assert drawn[..., 0].tolist() == [[0, 255], [191, 128]]
    assert draw_depth(np.zeros((2, 2), np.float32)).max() == 0


def test_edges_are_white_where_light_meets_dark() -> None:
    picture = np.zeros((32, 32, 3), np.uint8)
    picture[:, 16:] = 255
    drawn = draw_edges(picture)
    assert drawn[16, 14:18].max() == 255
    assert not drawn[:, :13].any()
    assert not drawn[:, 19:].any()
