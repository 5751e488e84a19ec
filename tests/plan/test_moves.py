"""Motion words as a virtual camera: the right way, within the picture, beside a camera."""

from __future__ import annotations

import numpy as np
import pytest

from animegen.packs.catalog import load_pack
from animegen.plan.moves import camera_move, combined, moved_by, virtual_camera
from animegen.steps.clip import CameraMove
from animegen.storyboard.model import Shot
from animegen.storyboard.model.guidance import MOTION_WORDS, Motion
from animegen.video.camera import source_of_target, view_at
from animegen.video.geometry import fit

SIZE = (320, 192)
FIT = fit(SIZE, *SIZE, "crop")


def move(word, strength=1.0, size=SIZE):
    return virtual_camera(Motion(use=word, strength=strength), size)


def seen(camera, progress):
    """Return the corners of what the camera sees, in pixels of the source: (4, 2)."""
    matrix = source_of_target(view_at(camera, progress), FIT)
    width, height = SIZE
    corners = [(-0.5, -0.5), (width - 0.5, -0.5), (-0.5, height - 0.5), (width - 0.5, height - 0.5)]
    return np.array([matrix @ (x, y, 1) for x, y in corners]) + 0.5


def centre(camera, progress):
    return seen(camera, progress).mean(axis=0)


@pytest.mark.parametrize(
    ("word", "way"),
    [("pan-left", (-1, 0)), ("pan-right", (1, 0)), ("tilt-up", (0, -1)), ("tilt-down", (0, 1))],
)
def test_the_camera_looks_where_the_word_says(word, way):
    travelled = centre(move(word), 1) - centre(move(word), 0)
    assert np.sign(np.round(travelled, 6)).tolist() == list(way)
    assert np.abs(travelled).max() == pytest.approx(0.2 * SIZE[0 if way[0] else 1])


@pytest.mark.parametrize(("word", "grown"), [("zoom-in", 1.25), ("zoom-out", 0.8)])
def test_zooming_in_sees_less(word, grown):
    before, after = (np.ptp(seen(move(word), progress)[:, 0]) for progress in (0, 1))
    assert before / after == pytest.approx(grown)


@pytest.mark.parametrize(("word", "degrees"), [("roll-cw", 8.0), ("roll-ccw", -8.0)])
def test_rolling_turns_the_picture(word, degrees):
    assert move(word).roll == (0.0, degrees)


@pytest.mark.parametrize("strength", [-2.0, -0.5, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("word", MOTION_WORDS)
def test_no_corner_shows_at_any_strength(word, strength):
    for progress in (0, 0.3, 1):
        corners = seen(move(word, strength), progress)
        assert corners.min() >= -1e-6
        assert (corners <= np.array(SIZE) + 1e-6).all()


@pytest.mark.parametrize("word", ["pan-left", "tilt-up", "zoom-in", "roll-cw"])
def test_a_negative_strength_is_the_opposite(word):
    opposites = {
        "pan-left": "pan-right", "tilt-up": "tilt-down", "zoom-in": "zoom-out",
        "roll-cw": "roll-ccw",
    }  # fmt: skip
    assert move(word, -0.7) == move(opposites[word], 0.7)


def test_a_camera_films_what_the_motion_shows():
    inner = move("pan-left")
    outer = CameraMove(zoom=(1.0, 1.5), pan=(0.0, 1.0), tilt=(0.0, -0.5), ease="smooth")
    both = combined(inner, outer)
    assert both.ease == "smooth"
    for progress in (0, 1):
        first, second, total = (
            np.vstack([source_of_target(view_at(one, progress), FIT), [0, 0, 1]])
            for one in (inner, outer, both)
        )
        np.testing.assert_allclose(total, first @ second, atol=1e-9)


def test_cameras_at_rest_stay_at_rest():
    assert combined(CameraMove(), CameraMove()) == CameraMove()


def shot(**words):
    return Shot.model_validate({"id": "one", "duration": 2, "prompt": "sea", **words})


def test_a_pack_with_a_motion_lora_moves_by_it(tmp_path):
    pack = load_pack("smoke", tmp_path)
    assert moved_by(shot(motion="pan-left"), pack) == "lora"
    assert camera_move(shot(motion="pan-left"), pack, SIZE) is None
    assert moved_by(shot(motion="pan-right"), pack) == "camera"
    assert camera_move(shot(motion="pan-right"), pack, SIZE) == move("pan-right")
    assert moved_by(shot(), pack) is moved_by(
        shot(motion={"use": "pan-right", "strength": 0}), pack
    )


def test_the_shots_own_camera_is_kept(tmp_path):
    pack = load_pack("smoke", tmp_path)
    camera = {"zoom": [1.0, 1.2], "ease": "smooth"}
    own = CameraMove(zoom=(1.0, 1.2), ease="smooth")
    assert camera_move(shot(camera=camera, motion="pan-left"), pack, SIZE) == own
    filmed = camera_move(shot(camera=camera, motion="pan-right"), pack, SIZE)
    assert filmed == combined(move("pan-right"), own)
