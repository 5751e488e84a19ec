"""Do clips move as they should? Camera words, a background that stays, people who live, flicker."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.mini import flows, prompts
from benchmarks.mini.studio import NotInPack
from benchmarks.mini.table import Row, absent, at_least, at_most, percent
from training import scenes
from training.scenes.traits import CAMERAS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from benchmarks.mini.context import Context
    from training.scenes.traits import Scene

    Picture = NDArray[np.uint8]

_RIGHT = 0.95
_STILL = 0.3
"""Pixels a frame that a background may move at most to look still."""
_ALIVE = 0.5
"""People should move at least this share of what our program's do."""
_SHOWN = 6
"""Frames of a clip on a contact sheet."""


def words(context: Context) -> list[Row]:
    """Return how often each motion LoRA moves the picture as its word says."""
    cast = _cast(context.effort.camera_clips, prompts.WHOLE)
    rows: list[Row] = []
    right: list[bool] = []
    own: list[bool] = []
    strips: list[Picture] = []
    for word in CAMERAS[1:]:
        try:
            found = _moved(context, cast, word, strips)
        except NotInPack as missing:
            rows.append(absent(word, str(missing)))
            continue
        right += found
        own += [flows.camera(_true(context, scene, word)).points(word) for scene in cast]
        rows.append(at_least(word, sum(found) / len(found), None, form=percent))
    if right:
        context.show("motion-words", strips, columns=_SHOWN)
        beside = f"our program's own clips {percent(sum(own) / len(own))}; {len(right)} clips"
        share = sum(right) / len(right)
        rows.insert(0, at_least("motion words that point right", share, _RIGHT, beside=beside,
                                form=percent))  # fmt: skip
    return rows


def _moved(context: Context, cast: Sequence[Scene], word: str, strips: list[Picture]) -> list[bool]:
    if word not in context.studio.pack.motion_loras:
        raise NotInPack(word)
    weight = context.studio.pack.motion_loras[word].usual
    clips = [
        context.studio.clip(prompts.prompt_of(scene), scene.seed, more=((word, weight),))
        for scene in cast
    ]
    strips += _strip(clips[0])
    return [flows.camera(clip).points(word) for clip in clips]


def still(context: Context) -> list[Row]:
    """Return what moves in clips without a motion word, beside our program's own clips."""
    number = context.effort.still_clips
    cast = [*prompts.people(number - number // 2, calm=True),
            *prompts.people(number // 2, framings=prompts.FACES, calm=True)]  # fmt: skip
    clips = [context.studio.clip(prompts.prompt_of(scene), scene.seed) for scene in cast]
    own = [_true(context, scene, "static") for scene in cast]
    context.show("motion-still", [f for clip in clips for f in _strip(clip)], columns=_SHOWN)

    def both(measure: Callable[[Sequence[Picture]], float]) -> tuple[float, str]:
        theirs = float(np.mean([measure(clip) for clip in own]))
        got = float(np.mean([measure(clip) for clip in clips]))
        return got, f"our program's own clips {theirs:.2f}; {number} clips"

    ground, beside_ground = both(flows.background)
    alive, beside_alive = both(flows.people)
    rest, beside_rest = both(flows.flicker)
    least = _ALIVE * float(np.mean([flows.people(clip) for clip in own]))
    return [
        at_most("background, pixels a frame", ground, _STILL, beside=beside_ground),
        at_least("people, hair, eyes: pixels a frame", alive, least, beside=beside_alive),
        at_most("flicker, levels", rest, None, beside=beside_rest),
    ]


def _cast(number: int, framings: tuple[str, ...]) -> list[Scene]:
    """Return scenes of which every third is a landscape."""
    empty = number // 3
    people = prompts.people(number - empty, framings=framings, calm=True)
    return [*people, *prompts.landscapes(empty)]


def _true(context: Context, scene: Scene, camera: str) -> list[Picture]:
    size = (context.studio.size, context.studio.size)
    return [picture.rgb for picture in scenes.clip(replace(scene, camera=camera), size=size)]


def _strip(clip: Sequence[Picture]) -> list[Picture]:
    return [clip[round(i)] for i in np.linspace(0, len(clip) - 1, _SHOWN)]
