"""Motion words: a motion LoRA where the pack has one, else a virtual camera over the frames.

A virtual camera films what is there: it enlarges the picture and moves within it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from animegen.steps.clip import CameraMove

if TYPE_CHECKING:
    from animegen.packs.pack import Pack
    from animegen.storyboard.model import Shot
    from animegen.storyboard.model.guidance import Camera, Motion

# What a motion of strength 1 comes to over the shot. Each is a move that is seen and still leaves
# four fifths of the picture's resolution.
_PASSED = 0.2
"""The share of the picture's width or height that a pan or tilt passes over."""
_ZOOMED = 1.25
"""Magnification between the ends of a zoom."""
_ROLLED = 8.0
"""Degrees."""


def moved_by(shot: Shot, pack: Pack) -> Literal["lora", "camera"] | None:
    """Return what the shot's motion word becomes; None when there is none, or of strength 0."""
    if shot.motion is None or not shot.motion.strength:
        return None
    return "lora" if shot.motion.use in pack.motion_loras else "camera"


def camera_move(shot: Shot, pack: Pack, size: tuple[int, int]) -> CameraMove | None:
    """Return how a shot is filmed: by its `camera`, by its motion word, by one within the other.

    `size` is that of the pictures, in which no corner may show.
    """
    asked = _asked(shot.camera) if shot.camera else None
    if shot.motion is None or moved_by(shot, pack) != "camera":
        return asked
    move = virtual_camera(shot.motion, size)
    return combined(move, asked) if asked else move


def virtual_camera(motion: Motion, size: tuple[int, int]) -> CameraMove:
    """Return the move of a camera that does what a motion word says.

    The camera pans left: the picture moves right. It rolls clockwise: the picture turns clockwise.
    """
    way, _, direction = motion.use.partition("-")
    strength = motion.strength * (1 if direction in ("right", "up", "in", "cw") else -1)
    if way == "zoom":
        near = _ZOOMED ** abs(strength)
        return CameraMove(zoom=(1.0, near) if strength > 0 else (near, 1.0))
    if way == "roll":
        angle = _ROLLED * strength
        zoom = _covering(angle, size)
        return CameraMove(zoom=(zoom, zoom), roll=(0.0, angle))
    zoom = 1 / (1 - _PASSED * abs(strength))
    across = math.copysign(1.0, strength)
    ends = (-across, across)
    return CameraMove(
        zoom=(zoom, zoom),
        pan=ends if way == "pan" else (0.0, 0.0),
        tilt=ends if way == "tilt" else (0.0, 0.0),
    )


def combined(inner: CameraMove, outer: CameraMove) -> CameraMove:
    """Return the move of a camera, `outer`, that films what another one, `inner`, filmed.

    Exact at both ends, and between them as smooth as `outer`.
    """
    pairs = [_seen_through(inner, outer, end) for end in (0, 1)]
    zoom, pan, tilt, roll = ((start, end) for start, end in zip(*pairs, strict=True))
    return CameraMove(zoom=zoom, pan=pan, tilt=tilt, roll=roll, ease=outer.ease)


def _seen_through(
    inner: CameraMove, outer: CameraMove, end: int
) -> tuple[float, float, float, float]:
    """Return zoom, pan, tilt and roll at one end of both moves."""
    zoom = inner.zoom[end] * outer.zoom[end]
    free, free_inner, free_outer = (
        1 - 1 / magnified for magnified in (zoom, inner.zoom[end], outer.zoom[end])
    )

    def look(inside: float, outside: float) -> float:
        # In half sides of the picture; the outer margin lies within the inner view.
        place = inside * free_inner + outside * free_outer / inner.zoom[end]
        return place / free if free else 0.0

    return (
        zoom,
        look(inner.pan[end], outer.pan[end]),
        look(inner.tilt[end], outer.tilt[end]),
        inner.roll[end] + outer.roll[end],
    )


def _covering(angle: float, size: tuple[int, int]) -> float:
    """Return the least magnification at which a turned picture shows no corner."""
    turn = math.radians(abs(angle))
    return math.cos(turn) + math.sin(turn) * max(size) / min(size)


def _asked(camera: Camera) -> CameraMove:
    return CameraMove(
        zoom=camera.zoom, pan=camera.pan, tilt=camera.tilt, roll=camera.roll, ease=camera.ease
    )
