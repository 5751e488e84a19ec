"""The conditions under which models run: no gradients, same bits every time, no chatter.

Unaware of what is rendered. Everything is put back when the block ends.
"""

from __future__ import annotations

import logging
import warnings
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from animegen.errors import RenderFailed
from animegen.render.memory import let_go

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch


@contextmanager
def session(device: str) -> Iterator[torch.device]:
    """Lend `device` for rendering.

    Raises:
        RenderFailed: when torch cannot use the device, or its memory ends within the block.
    """
    import torch

    with ExitStack() as stack:
        stack.enter_context(_enough_memory(device))
        stack.enter_context(_quiet())
        stack.enter_context(torch.no_grad())
        # cuDNN's benchmark picks kernels by stopwatch, which changes bits from run to run.
        stack.enter_context(
            torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True)
        )
        yield _checked(device)


def _checked(device: str) -> torch.device:
    import torch

    try:
        return torch.empty(0, device=device).device
    except (RuntimeError, AssertionError) as error:
        raise RenderFailed(
            f"torch cannot use the device '{device}': {error}",
            remedy="render with --device cpu, or install a torch build for this device",
        ) from error


@contextmanager
def _enough_memory(device: str) -> Iterator[None]:
    import torch

    try:
        yield
    except torch.OutOfMemoryError as error:
        let_go(error)
        torch.cuda.empty_cache()
        raise RenderFailed(
            f"the device ran out of memory ({device})",
            remedy="choose a smaller frame, close other programs, or render with --device cpu",
        ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Hold back the progress bars, warnings and log lines of diffusers, transformers and compel."""
    import diffusers.utils.logging as diffusers_logging
    import transformers.utils.logging as transformers_logging

    libraries = (diffusers_logging, transformers_logging)
    levels = [library.get_verbosity() for library in libraries]
    bars = [library.is_progress_bar_enabled() for library in libraries]
    for library in libraries:
        library.set_verbosity(logging.CRITICAL)  # errors are raised, too
        library.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for library, level, bar in zip(libraries, levels, bars, strict=True):
            library.set_verbosity(level)
            if bar:
                library.enable_progress_bar()
