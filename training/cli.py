"""The trainer's command line: one slice of one stage, or the finished folder."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from training import checkpoint, pack, scenery
from training.checkpoint import CheckpointError
from training.feed import FeedError
from training.job import DivergedError, Job, find
from training.recipe import MINI, TINY
from training.slices import Slice, SliceError
from training.stages import STAGES, stage
from training.unpack import unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from training.feed import Feed
    from training.recipe import Recipe
    from training.tokenizer import Words

_log = logging.getLogger(__name__)
# A step sees far fewer new pictures than this: every slice draws seeds of its own.
_SEEDS_PER_STEP = 1_000
# What can be asked for besides training: both need the pack's folder.
_FOLDERS = ("pack", "unpack")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--stage", required=True, choices=(*STAGES, *_FOLDERS))
    parser.add_argument("--work", required=True, type=Path, help="folder of the checkpoints")
    parser.add_argument("--resume", type=Path, help="another folder to read checkpoints from")
    parser.add_argument("--minutes", type=float, default=9.0, help="of this slice, all included")
    parser.add_argument(
        "--total-minutes", type=float, help="of all slices of the stage (default: this one's)"
    )
    parser.add_argument("--workers", type=int, default=max((os.cpu_count() or 2) - 1, 1))
    parser.add_argument("--tiny", action="store_true", help="tiny models: proves the stages")
    parser.add_argument(
        "--more", action="store_true", help="train a finished stage further: its end once more"
    )
    parser.add_argument("--pack", type=Path, help="pack, unpack: the folder to write, or to read")
    parser.add_argument(
        "--partial", action="store_true", help="pack: leave out stages without a checkpoint"
    )
    parser.add_argument(
        "--results", type=Path, help="pack: what benchmarks.mini_quality measured, for the cards"
    )
    return parser


def main(
    arguments: Sequence[str] | None = None,
    *,
    started: float | None = None,
    clock: Callable[[], float] = time.monotonic,
    words: Callable[[], Words] = scenery.words,
) -> int:
    """Run one slice, counted from `started` (by `clock`, default now); return the exit code.

    `words` makes the vocabulary of the captions.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.stage in _FOLDERS and not options.pack:
        parser.error(f"--stage {options.stage} needs --pack")
    logging.basicConfig(
        level=logging.INFO, format="%(relativeCreated)8d ms %(message)s", stream=sys.stderr
    )
    piece = _slice(options, clock() if started is None else started, clock)
    feeds: dict[str, Feed] = {}
    try:
        vocabulary = words()
        feeds = _start_feeds(options, vocabulary)
        _run(_job(options, piece, vocabulary), options, feeds)
    except (CheckpointError, DivergedError, FeedError, SliceError, pack.PackError) as error:
        _log.error("%s", error)
        return 1
    finally:
        for feed in feeds.values():
            feed.stop()
    return 0


def _run(job: Job, options: argparse.Namespace, feeds: dict[str, Feed]) -> None:
    if options.stage == "pack":
        pack.export(job, options.pack, partial=options.partial, results=options.results)
        return
    if options.stage == "unpack":
        found = unpack(options.pack, job.work, job.recipe, job.words)
        _log.info("%s holds %s", options.pack, ", ".join(found) or "nothing new")
        return
    state = stage(options.stage).run(job, feeds)
    _log.info("%s: %d steps, %.1f %% done", options.stage, state.step, 100 * state.progress)


def _start_feeds(options: argparse.Namespace, words: Words) -> dict[str, Feed]:
    """Fork the drawing processes, which must be done before the GPU is touched."""
    if options.stage in _FOLDERS:
        return {}
    steps = checkpoint.steps(find(_folders(options), options.stage), options.stage)
    first = scenery.FIRST_SEED + steps * _SEEDS_PER_STEP
    feeds = stage(options.stage).feeds(_recipe(options), words, options.workers, first)
    for feed in feeds.values():
        feed.start()
    return feeds


def _slice(options: argparse.Namespace, started: float, clock: Callable[[], float]) -> Slice:
    share = options.minutes / (options.total_minutes or options.minutes)
    seconds = 60 * options.minutes - _recipe(options).reserve
    return Slice(before=0.0, share=share, started=started, seconds=seconds, clock=clock)


def _recipe(options: argparse.Namespace) -> Recipe:
    return TINY if options.tiny else MINI


def _folders(options: argparse.Namespace) -> tuple[Path, ...]:
    return tuple(folder for folder in (options.work, options.resume) if folder)


def _job(options: argparse.Namespace, piece: Slice, words: Words) -> Job:
    gpu = torch.cuda.is_available()
    # Every shape comes back thousands of times.
    torch.backends.cudnn.benchmark = True
    torch.set_float32_matmul_precision("high")
    return Job(
        recipe=_recipe(options),
        words=words,
        folders=_folders(options),
        slice=piece,
        device=torch.device("cuda" if gpu else "cpu"),
        compiled=gpu and not options.tiny,
        more=options.more,
    )
