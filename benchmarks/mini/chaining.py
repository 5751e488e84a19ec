"""Is the seam between two chained segments seen?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.mini import prompts
from benchmarks.mini.flows import change
from benchmarks.mini.table import Row, at_most

if TYPE_CHECKING:
    from benchmarks.mini.context import Context

_SEAM = 1.3


def measure(context: Context) -> list[Row]:
    """Return the jump at the seam, in mean changes from frame to frame inside the segments."""
    first = context.studio.pack.motion.frames
    seams, inside, shown = [], [], []
    for scene in prompts.people(context.effort.chains, framings=prompts.WHOLE + prompts.FACES):
        frames = context.studio.clip(prompts.prompt_of(scene), scene.seed, segments=2)
        steps = [change(before, after) for before, after in pairwise(frames)]
        seams.append(steps.pop(first - 1))
        inside += steps
        shown += frames[first - 4 : first + 4]
    context.show("chaining", shown)
    ratio = float(np.mean(seams) / np.mean(inside))
    beside = f"{np.mean(seams):.2f} against {np.mean(inside):.2f} levels; {len(seams)} seams"
    return [at_most("seam, in mean frame changes", ratio, _SEAM, beside=beside)]
