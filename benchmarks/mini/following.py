"""Does the model draw what the prompt says? And are four steps as good at it as twenty-five?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.mini.judging import ASKED, Tally, mean, tally
from benchmarks.mini.prompts import wanted
from benchmarks.mini.table import Row, at_least, at_most, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from benchmarks.mini.context import Context

    Picture = NDArray[np.uint8]

GOALS = {"high": 0.90, "fast": 0.85}
_CLOSE = 0.05
_MORE = ("outfit colour", "expression")


def measure(context: Context) -> list[Row]:
    """Return the accuracy at both qualities, by attribute, with the judge's own beside it."""
    rows: list[Row] = []
    ceiling = _judged(context, context.true([task.scene for task in context.tasks]))
    for quality in GOALS:
        counts = _judged(context, context.answered(quality))
        rows.append(_mean_row(context, quality, counts, ceiling))
        rows += [_row(quality, question, counts, ceiling) for question in (*ASKED, *_MORE)
                 if question in counts]  # fmt: skip
        rows.append(_unseen_row(context, quality))
    return rows


def compare(context: Context) -> list[Row]:
    """Return how far 4 LCM steps fall behind 25 steps of their teacher, in points of the mean."""
    fast, high = (mean(_judged(context, context.answered(quality))) for quality in ("fast", "high"))
    return [
        at_most(
            "4 LCM steps behind 25 steps",
            high - fast,
            _CLOSE,
            beside=f"{percent(fast)} against {percent(high)}",
            form=percent,
        )
    ]


def _judged(context: Context, pictures: Sequence[Picture], *, unseen: bool = False) -> Tally:
    """Count right answers; with `unseen`, of the held-out combinations alone."""
    chosen = context.panel.chosen(pictures)
    wishes = [wanted(task.scene) for task in context.tasks]
    kept = [i for i, task in enumerate(context.tasks) if task.unseen or not unseen]
    return tally([chosen[i] for i in kept], [wishes[i] for i in kept])


def _mean_row(context: Context, quality: str, counts: Tally, ceiling: Tally) -> Row:
    return at_least(
        f"{quality}: mean of {len(ASKED)} attributes",
        mean(counts),
        GOALS[quality],
        beside=f"judge on the true scenes {percent(mean(ceiling))}; {len(context.tasks)} prompts",
        form=percent,
    )


def _row(quality: str, question: str, counts: Tally, ceiling: Tally) -> Row:
    right, of = counts[question]
    own, all_of = ceiling[question]
    beside = f"judge {percent(own / all_of)}; {of} asked"
    return at_least(f"{quality}: {question}", right / of, None, beside=beside, form=percent)


def _unseen_row(context: Context, quality: str) -> Row:
    counts = _judged(context, context.answered(quality), unseen=True)
    ceiling = _judged(context, context.true([t.scene for t in context.tasks]), unseen=True)
    return at_least(
        f"{quality}: mean, unseen combinations",
        mean(counts),
        None,
        beside=f"judge {percent(mean(ceiling))}",
        form=percent,
    )
