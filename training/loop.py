"""The training loop that every stage shares: steps, rate, averages, log lines, checkpoints.

Unaware of what is trained and of where batches come from.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from training import checkpoint
from training.average import Average
from training.checkpoint import State
from training.graph import Graphed
from training.job import DivergedError, find
from training.slices import Every, learning_rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from torch import nn

    from training.job import Job
    from training.pool import Rows

    Weights = dict[str, dict[str, torch.Tensor]]

_log = logging.getLogger(__name__)
_DECAY = 0.999
_AVERAGED = 4  # the average takes in every so many steps
_FILLED = 4  # new records are asked for every so many steps


def train(
    job: Job,
    stage: str,
    models: Mapping[str, nn.Module],
    *,
    batch: Callable[[], Rows],
    loss: Callable[[Rows], torch.Tensor],
    rate: float,
    trained: Iterable[nn.Parameter] | None = None,
    fill: Callable[[], None] | None = None,
    show: Callable[[], None] | None = None,
    until: float = 1.0,
    weight_decay: float = 0.0,
) -> State:
    """Train `models` until the slice or the progress `until` is reached; return the state.

    `loss(batch())` is minimised over `trained`, by default every parameter that requires a
    gradient. On a GPU the step becomes a CUDA graph for each set of shapes, so `loss` must be
    static: no value may come back to the processor. The models hold the averaged weights while
    `show` is called, in every checkpoint, and at the end. A checkpoint holds what requires a
    gradient, and the buffers.

    Raises:
        DivergedError: when the loss is no longer a number.
    """
    state = resume(job, stage, models)
    if state.progress >= until - 1e-6:
        _log.info("%s is finished", stage)
        return state
    loop = _Loop(job, stage, models, trained, rate, weight_decay, loss, state)
    loop.run(batch, fill, show, until)
    return loop.end(show)


def resume(job: Job, stage: str, models: Mapping[str, nn.Module]) -> State:
    """Load the stage's checkpoint into `models` if there is one; return where the stage stands."""
    if not checkpoint.exists(find(job.folders, stage), stage):
        return State(step=0, progress=job.slice.before, words=job.words.digest)
    weights, state = job.read(stage)
    for name, module in models.items():
        module.load_state_dict(weights.get(name, {}), strict=False)
    if job.more and state.finished:
        state = replace(state, progress=max(1 - job.slice.share, 0.0))
    job.slice.resume(state.progress)
    return state


class _Loop:
    def __init__(
        self,
        job: Job,
        stage: str,
        models: Mapping[str, nn.Module],
        trained: Iterable[nn.Parameter] | None,
        rate: float,
        weight_decay: float,
        loss: Callable[[Rows], torch.Tensor],
        state: State,
    ) -> None:
        self._job, self._stage, self._models = job, stage, models
        self._before, self._taken = state.step, 0
        self._peak, self._loss = rate, loss
        wanted = (p for module in models.values() for p in module.parameters())
        self._trained = [p for p in (trained or wanted) if p.requires_grad]
        self._rate = torch.tensor(0.0, device=job.device)
        self._learner = torch.optim.AdamW(
            self._trained,
            lr=self._rate if job.fused else 0.0,
            betas=(0.9, 0.99),
            weight_decay=weight_decay,
            fused=job.fused,
            capturable=job.fused,
        )
        self._average = Average(self._trained, decay=_DECAY)
        self._step = Graphed(self._learn, on_gpu=job.fused)
        self._total = torch.zeros(3, device=job.device)
        self._since = time.monotonic()

    def _learn(self, batch: Rows) -> None:
        # First, not last: a recorded step makes its gradients itself.
        self._learner.zero_grad(set_to_none=True)
        loss = self._loss(batch)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self._trained, 1.0)
        self._learner.step()
        self._total += torch.stack([loss.detach(), norm, torch.ones_like(norm)])

    def run(
        self,
        batch: Callable[[], Rows],
        fill: Callable[[], None] | None,
        show: Callable[[], None] | None,
        until: float,
    ) -> None:
        piece = self._job.slice
        tell, sheet, keep = Every(10), Every(150), Every(150)
        piece.begin()
        while not piece.over and piece.progress < until:
            if fill and self._taken % _FILLED == 0:
                fill()
            self._set_rate(learning_rate(
                piece.progress, self._taken, peak=self._peak, warmup=self._job.recipe.warmup
            ))  # fmt: skip
            self._step(batch())
            self._taken += 1
            if self._taken % _AVERAGED == 0:
                self._average.update(_AVERAGED)
            if tell.due():
                self._tell()
            if show and sheet.due():
                self.shown(show)
            if keep.due():
                self.write()

    def _set_rate(self, rate: float) -> None:
        if self._job.fused:
            self._rate.fill_(rate)
            return
        for group in self._learner.param_groups:
            group["lr"] = rate

    def _tell(self) -> None:
        loss, norm, count = self._total.tolist()
        if not math.isfinite(loss):
            step = self._before + self._taken
            raise DivergedError(f"{self._stage}: the loss is {loss} at step {step}")
        now = time.monotonic()
        _log.info(
            "%s step %d, %.0f %%: loss %.4f, gradient %.2f, %.1f steps/s",
            self._stage, self._before + self._taken, 100 * self._job.slice.progress, loss / count,
            norm / count, count / (now - self._since),
        )  # fmt: skip
        self._total.zero_()
        self._since = now

    def shown(self, show: Callable[[], None]) -> None:
        with self._average.applied():
            show()

    def write(self) -> State:
        with self._average.applied():
            return save(self._job, self._stage, self._models, self._before + self._taken)

    def end(self, show: Callable[[], None] | None) -> State:
        self._average.update(self._taken % _AVERAGED)
        self._average.commit()
        self._learner.zero_grad(set_to_none=True)
        state = save(self._job, self._stage, self._models, self._before + self._taken)
        if show:
            show()
        return state


def save(job: Job, stage: str, models: Mapping[str, nn.Module], step: int) -> State:
    """Write a checkpoint of what is trained in `models`, and their buffers; return its state."""
    state = State(step=step, progress=job.slice.progress, words=job.words.digest)
    checkpoint.write(job.work, stage, {n: _kept(m) for n, m in models.items()}, state)
    return state


def _kept(module: nn.Module) -> dict[str, torch.Tensor]:
    frozen = {name for name, p in module.named_parameters() if not p.requires_grad}
    return {name: t for name, t in module.state_dict().items() if name not in frozen}
