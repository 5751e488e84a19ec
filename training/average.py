"""The exponential moving average of some parameters. Unaware of what they belong to."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Average:
    """Follows `parameters` with a decay that grows to `decay`, so early steps are forgotten."""

    def __init__(self, parameters: Iterable[nn.Parameter], *, decay: float) -> None:
        self._live = [parameter.data for parameter in parameters]
        self._mean = [tensor.clone() for tensor in self._live]
        self._decay = decay
        self._steps = 0

    def update(self, steps: int = 1) -> None:
        """Take in the parameters as they are after `steps` more steps."""
        if not steps:
            return
        self._steps += steps
        decay = min(self._decay, (1 + self._steps) / (10 + self._steps)) ** steps
        torch._foreach_lerp_(self._mean, self._live, 1 - decay)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Let the models hold the averaged weights for a while."""
        kept = [tensor.clone() for tensor in self._live]
        torch._foreach_copy_(self._live, self._mean)
        try:
            yield
        finally:
            torch._foreach_copy_(self._live, kept)

    def commit(self) -> None:
        """Make the averaged weights the live ones."""
        torch._foreach_copy_(self._live, self._mean)
