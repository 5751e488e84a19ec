"""When a device's memory ends: make room and try once more, then say what would fit.

Unaware of what is computed. Sizes are (width, height) in pixels.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from traceback import clear_frames
from typing import TYPE_CHECKING, TypeVar

from animegen.errors import RenderFailed
from animegen.render.offload import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import torch

    from animegen.render.job import Bench

_Result = TypeVar("_Result")
Size = tuple[int, int]

_UNIT = 64
"""Sides that are multiples of it suit every model."""
_TOLD = 2
"""How many sizes are named."""
_REQUEST = re.compile(r"Tried to allocate ([\d.]+) ([KMG]i)B")
_BYTES = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


@dataclass(frozen=True, kw_only=True)
class Memory:
    """A device's memory, in bytes."""

    used: int
    """By our tensors."""
    free: int


def measure(device: str) -> Memory | None:
    """Return the state of a CUDA device's memory; of others nothing is known."""
    import torch

    if torch.device(device).type != "cuda":
        return None
    used = torch.cuda.memory_allocated(device)
    idle = torch.cuda.memory_reserved(device) - used  # in torch's hands, for its next tensors
    free, whole = torch.cuda.mem_get_info(device)
    allowed = int(whole * torch.cuda.get_per_process_memory_fraction(device)) - used
    return Memory(used=used, free=min(free + idle, allowed))


def with_room(work: Callable[[], _Result], bench: Bench) -> _Result:
    """Return `work()`; when memory ends in it, free what the device can spare and try again.

    Raises:
        torch.OutOfMemoryError: when it ends in the second attempt, too.
    """
    import torch

    try:
        return work()
    except torch.OutOfMemoryError as error:
        let_go(error)
    make_room()
    bench.note("the device ran out of memory: trying again with nothing on it but what is in use")
    return work()


@contextmanager
def enough_for(size: Size, bench: Bench) -> Iterator[None]:
    """Turn the end of memory in the block, which computes frames of `size`, into what to do.

    Raises:
        RenderFailed: instead of torch.OutOfMemoryError; it names sizes that would fit.
    """
    import torch

    try:
        yield
    except torch.OutOfMemoryError as error:
        raise out_of_memory(error, bench, size) from error


def make_room() -> None:
    """Take off the device every model that is not in use, and give back what torch keeps."""
    import torch

    from animegen.render import detectors, models

    models.make_room()
    detectors.forget()
    torch.cuda.empty_cache()


def let_go(error: BaseException) -> None:
    """Free the tensors of what failed: its traceback keeps them."""
    clear_frames(error.__traceback__)


def out_of_memory(error: torch.OutOfMemoryError, bench: Bench, size: Size) -> RenderFailed:
    """Return the failure to raise for an error that came while frames of `size` were computed.

    It names smaller sizes, unless the weights alone are too much. What is needed beside them grows
    with the number of pixels, so as many pixels would fit as have a share of `free / wanted`: what
    is free once the failed attempt let go, and what that attempt held and asked for when it failed.
    It might have asked for more later, so this is an estimate, and a generous one.
    """
    import torch

    failed = measure(bench.device)
    let_go(error)
    torch.cuda.empty_cache()
    left = measure(bench.device)
    message = f"the device ran out of memory ({bench.device})"
    if WEIGHTS in getattr(error, "__notes__", ()):
        return RenderFailed(
            f"{message} with the weights alone",
            remedy="render with --offload sequential, with --dtype float16, or with --device cpu",
        )
    remedy = "choose a smaller frame"
    if failed is not None and left is not None:
        wanted = failed.used - left.used + _requested(error)
        told = f"{_gib(wanted)} were wanted beside the weights, {_gib(left.free)} are free"
        remedy = f"{told}: {_advice(size, left.free / max(1, wanted))}"
    sparing = "" if bench.offload == "sequential" else "; --offload sequential spares more memory"
    return RenderFailed(f"{message} with frames of {size[0]}x{size[1]}", remedy=remedy + sparing)


def _advice(size: Size, share: float) -> str:
    fitting = [f"{width}x{height}" for width, height in fitting_sizes(size, share)]
    return f"try {' or '.join(fitting)}" if fitting else "no smaller frame would fit"


def fitting_sizes(size: Size, share: float) -> list[Size]:
    """Return the largest sizes of about the shape of `size` with at most `share` of its pixels."""
    most = share * size[0] * size[1]
    return list(islice((one for one in _smaller(size) if one[0] * one[1] <= most), _TOLD))


def _smaller(size: Size) -> Iterator[Size]:
    width, height = size
    for w in range((width - 1) // _UNIT * _UNIT, 0, -_UNIT):
        h = max(_UNIT, round(height * w / width / _UNIT) * _UNIT)
        if h <= height:
            yield w, h


def _requested(error: torch.OutOfMemoryError) -> int:
    # Torch says it in words only.
    found = _REQUEST.search(str(error))
    return int(float(found[1]) * _BYTES[found[2]]) if found else 0


def _gib(size: int) -> str:
    return f"{size / 2**30:.1f} GiB"
