"""The trainer's command line: one slice of one stage, or the finished folder."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from training import base_stage, checkpoint, pack, scenery, vae_stage
from training.checkpoint import CheckpointError
from training.feed import Feed, FeedError, Pictures
from training.job import DivergedError, Job, find
from training.recipe import MINI, TINY
from training.slices import Slice, SliceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from training.feed import Draw
    from training.recipe import Recipe
    from training.tokenizer import Words

_log = logging.getLogger(__name__)
# A step sees far fewer new pictures than this: every slice draws seeds of its own.
_SEEDS_PER_STEP = 1_000


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--stage", required=True, choices=("vae", "base", "pack"))
    parser.add_argument("--work", required=True, type=Path, help="folder of the checkpoints")
    parser.add_argument("--resume", type=Path, help="another folder to read checkpoints from")
    parser.add_argument("--minutes", type=float, default=9.0, help="of this slice, all included")
    parser.add_argument(
        "--total-minutes", type=float, help="of all slices of the stage (default: this one's)"
    )
    parser.add_argument("--workers", type=int, default=max((os.cpu_count() or 2) - 1, 1))
    parser.add_argument("--tiny", action="store_true", help="tiny models: proves the stages")
    parser.add_argument("--warm", action="store_true", help="base: compile, train nothing")
    parser.add_argument("--pack", type=Path, help="pack: the folder to write")
    return parser


def main(
    arguments: Sequence[str] | None = None,
    *,
    started: float | None = None,
    clock: Callable[[], float] = time.monotonic,
    draw: Draw = scenery.draw,
    words: Callable[[], Words] = scenery.words,
) -> int:
    """Run one slice, counted from `started` (by `clock`, default now); return the exit code.

    `draw` makes the training pictures and `words` the vocabulary of their captions.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.stage == "pack" and not options.pack:
        parser.error("--stage pack needs --pack")
    logging.basicConfig(
        level=logging.INFO, format="%(relativeCreated)8d ms %(message)s", stream=sys.stderr
    )
    piece = _slice(options, clock() if started is None else started, clock)
    job = _job(options, piece, draw, words())
    try:
        _run(job, options)
    except (CheckpointError, DivergedError, FeedError, SliceError) as error:
        _log.error("%s", error)
        return 1
    finally:
        job.feed.stop()
    return 0


def _run(job: Job, options: argparse.Namespace) -> None:
    if options.stage == "pack":
        pack.export(job, options.pack)
        return
    if not options.warm:
        job.feed.start()
    if options.stage == "vae":
        state = vae_stage.run(job)
    else:
        state = base_stage.run(job, warm_only=options.warm)
    _log.info("%s: %d steps, %.1f %% done", options.stage, state.step, 100 * state.progress)


def _slice(options: argparse.Namespace, started: float, clock: Callable[[], float]) -> Slice:
    share = options.minutes / (options.total_minutes or options.minutes)
    seconds = 60 * options.minutes - _recipe(options).reserve
    return Slice(before=0.0, share=share, started=started, seconds=seconds, clock=clock)


def _recipe(options: argparse.Namespace) -> Recipe:
    return TINY if options.tiny else MINI


def _job(options: argparse.Namespace, piece: Slice, draw: Draw, words: Words) -> Job:
    recipe = _recipe(options)
    folders = tuple(folder for folder in (options.work, options.resume) if folder)
    gpu = torch.cuda.is_available()
    # Every shape comes back thousands of times.
    torch.backends.cudnn.benchmark = True
    torch.set_float32_matmul_precision("high")
    steps = checkpoint.steps(find(folders, options.stage), options.stage)
    return Job(
        recipe=recipe,
        words=words,
        folders=folders,
        slice=piece,
        feed=Feed(
            draw,
            words,
            recipe,
            workers=options.workers,
            first=scenery.FIRST_SEED + steps * _SEEDS_PER_STEP,
            wide=recipe.wide if options.stage == "base" else 0.0,
        ),
        held_out=partial(_held_out, recipe, words, draw),
        device=torch.device("cuda" if gpu else "cpu"),
        compiled=gpu and not options.tiny,
    )


def _held_out(recipe: Recipe, words: Words, draw: Draw) -> Pictures:
    drawn = [draw(seed, recipe.native, recipe.captions) for seed in range(recipe.held_out)]
    ids = [[words.encode(caption) for caption in one.captions] for one in drawn]
    return Pictures(
        rgb=np.stack([one.rgb for one in drawn]),
        ids=np.array(ids, np.int16),
        face=np.array([one.face for one in drawn], np.float32),
    )
