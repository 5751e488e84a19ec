"""Is the seam between two chained segments seen, and does the film still move behind it?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from animegen.video.motion import change
from benchmarks.mini import prompts
from benchmarks.mini.table import Row, at_least, at_most

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.mini.context import Context
    from benchmarks.mini.studio import Picture

_SEAM = 1.3


def measure(context: Context) -> list[Row]:
    """Return the jump at the seam, in mean changes from frame to frame inside the segments.

    Beside it the mean change behind the seam, in those before it: a seam can be had for nothing by
    frames that stand still. And the jump at the same place of shots that are seen through windows.
    """
    first = context.studio.pack.motion.frames
    seams, before, behind, shown = [], [], [], []
    places, others = [], []
    for scene in prompts.people(context.effort.chains, framings=prompts.WHOLE + prompts.FACES):
        prompt = prompts.prompt_of(scene)
        frames = context.studio.clip(prompt, scene.seed, segments=2)
        steps = _changes(frames)
        seams.append(steps[first - 1])
        before += steps[: first - 1]
        behind += steps[first:]
        shown += frames[first - 4 : first + 4]
        steps = _changes(context.studio.clip(prompt, scene.seed, windows=2))
        places.append(steps.pop(first - 1))
        others += steps
    context.show("chaining", shown)
    inside = float(np.mean(before + behind))
    beside = f"{np.mean(seams):.2f} against {inside:.2f} levels; {len(seams)} seams"
    through = f"{np.mean(places):.2f} against {np.mean(others):.2f} levels; {len(places)} places"
    ratio, jump = float(np.mean(seams)) / inside, float(np.mean(places) / np.mean(others))
    moving = float(np.mean(behind) / np.mean(before))
    return [
        at_most("seam, in mean frame changes", ratio, _SEAM, beside=beside),
        at_least("change behind the seam, in that before it", moving, None),
        at_most("`windows`: the same place", jump, _SEAM, beside=through),
    ]


def _changes(frames: Sequence[Picture]) -> list[float]:
    return [change(before, after) for before, after in pairwise(frames)]
