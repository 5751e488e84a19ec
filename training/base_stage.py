"""Train the base model on latents of the finished autoencoder.

Pictures are encoded once, when they enter the pool: the GPU's time goes to the UNet.
"""

from __future__ import annotations

import logging
import math
import random
import time
from typing import TYPE_CHECKING

import torch

from training import checkpoint, pack, vae, vae_stage
from training.average import Average
from training.base import Examples, Model
from training.checkpoint import CheckpointError, State
from training.job import DivergedError, find
from training.pool import Pool
from training.slices import Every, learning_rate
from training.tokenizer import LENGTH

if TYPE_CHECKING:
    from diffusers import AutoencoderKL

    from training.job import Job
    from training.recipe import Shape

_log = logging.getLogger(__name__)

STAGE = "base"


class Latents:
    """One pool of latents for each shape, filled from the feed through the autoencoder."""

    def __init__(self, job: Job, autoencoder: AutoencoderKL) -> None:
        self._job = job
        dtype = torch.bfloat16 if job.fused else torch.float32
        self._vae = autoencoder.to(job.device, dtype, memory_format=torch.channels_last)
        self._encoder = job.faster(self._vae.encoder)
        self._dtype = dtype
        self._pools = {shape: self._pool(shape) for shape in job.recipe.shapes}
        self._turn = 0

    def _pool(self, shape: Shape) -> Pool:
        recipe = self._job.recipe
        width, height = (side // vae.FACTOR for side in shape)
        return Pool(
            max(int(recipe.base_pool * recipe.share(shape)), recipe.chunk),
            (recipe.latent_channels, height, width),
            dtype=torch.float16,
            captions=recipe.captions,
            length=LENGTH,
            device=self._job.device,
        )

    def __getitem__(self, shape: Shape) -> Pool:
        return self._pools[shape]

    @torch.no_grad()
    def warm(self) -> None:
        """Compile the encoder."""
        width, height = self._job.recipe.native
        blank = torch.zeros((self._job.recipe.chunk, height, width, 3), dtype=torch.uint8)
        self._encode(blank, self._encoder)

    @torch.no_grad()
    def _encode(self, rgb: torch.Tensor, encoder: torch.nn.Module) -> torch.Tensor:
        pictures = vae.signal(rgb.to(self._job.device)).to(self._dtype)
        return self._vae.quant_conv(encoder(pictures)).chunk(2, 1)[0]

    def fill(self) -> bool:
        """Encode one chunk of whichever shape has most waiting for its share, if one is ready."""
        feed, recipe = self._job.feed, self._job.recipe
        waiting = {shape: feed.waiting(shape) for shape in self._pools}
        ready = [shape for shape in waiting if waiting[shape] >= recipe.chunk]
        if not ready:
            return False
        shape = max(ready, key=lambda one: waiting[one] / recipe.share(one))
        pictures = feed.take(shape, recipe.chunk)
        native = shape == self._job.recipe.native
        encoder = self._encoder if native else self._vae.encoder
        latents = self._encode(torch.from_numpy(pictures.rgb), encoder)
        ids, face = torch.from_numpy(pictures.ids), torch.from_numpy(pictures.face)
        self._pools[shape].add(latents, ids, face)
        return True

    def fill_up(self) -> None:
        """Encode until there is enough to begin with, and then what waits at that moment."""
        recipe = self._job.recipe
        while len(self[recipe.native]) < recipe.first:
            if not self.fill():
                time.sleep(0.05)
        for _ in range(self._job.feed.waiting(recipe.native) // recipe.chunk):
            self.fill()


def run(job: Job, *, warm_only: bool) -> State:
    """Train one slice, write checkpoint and contact sheet; return the state.

    With `warm_only`, compile and stop, so that a later slice on this machine starts sooner.
    Raises CheckpointError when the autoencoder isn't finished.
    """
    torch.manual_seed(4)
    model = Model(job)
    autoencoder = vae.build(job.recipe)
    if not warm_only:
        autoencoder.load_state_dict(_finished_vae(job))
    latents = Latents(job, autoencoder.eval())
    state = _resume(job, model)
    if state.finished:
        _log.info("the stage is finished")
        return state
    _warm(job, model, latents)
    if warm_only:
        return state
    latents.fill_up()
    trainer = _Trainer(job, model, latents, state)
    trainer.run()
    return trainer.write()


def _finished_vae(job: Job) -> dict[str, torch.Tensor]:
    models, state = job.read(vae_stage.STAGE)
    if not state.finished:
        raise CheckpointError("the autoencoder must be finished before the base is trained on it")
    return models["vae"]


def _resume(job: Job, model: Model) -> State:
    if not checkpoint.exists(find(job.folders, STAGE), STAGE):
        return State(step=0, progress=0.0, words=job.words.digest)
    models, state = job.read(STAGE)
    for name, module in model.modules.items():
        module.load_state_dict(models[name])
    job.slice.before = state.progress
    return state


def _warm(job: Job, model: Model, latents: Latents) -> None:
    """Compile everything on noise, while the first pictures are drawn."""
    width, height = (side // vae.FACTOR for side in job.recipe.native)
    size = job.recipe.base_batch
    noise = torch.Generator(job.device).manual_seed(5)
    examples = Examples(
        latents=torch.zeros((size, job.recipe.latent_channels, height, width), device=job.device),
        ids=torch.zeros((size, LENGTH), dtype=torch.long, device=job.device),
        shape=job.recipe.native,
    )
    model.loss(examples, noise)[0].backward()
    for parameter in model.parameters:
        parameter.grad = None
    latents.warm()
    _log.info("compiled; %d pictures wait", job.feed.waiting(job.recipe.native))


class _Trainer:
    def __init__(self, job: Job, model: Model, latents: Latents, state: State) -> None:
        self._job = job
        self._model = model
        self._latents = latents
        self._before = state.step
        self._step = 0
        self._noise = torch.Generator(job.device).manual_seed(6 + state.step)
        self._chance = random.Random(state.step)
        self._parameters = model.parameters
        self._average = Average(self._parameters, decay=0.999)
        self._learner = torch.optim.AdamW(
            self._parameters,
            lr=job.recipe.base_rate,
            betas=(0.9, 0.99),
            weight_decay=0.01,
            fused=job.fused,
        )
        self._total = torch.zeros(3, device=job.device)
        self._since = time.monotonic()

    def run(self) -> None:
        """Train until the slice is over."""
        tell, show, keep = Every(10), Every(240), Every(180)
        self._job.slice.begin()
        while not self._job.slice.over:
            self._take_step()
            if tell.due():
                self._tell()
            if show.due():
                self._show()
            if keep.due():
                self.write(show=False)

    def _take_step(self) -> None:
        recipe = self._job.recipe
        if self._step % recipe.fresh == 0:
            self._latents.fill()
        rate = learning_rate(
            self._job.slice.progress, self._step, peak=recipe.base_rate, warmup=recipe.warmup
        )
        for group in self._learner.param_groups:
            group["lr"] = rate
        weighted, plain = self._model.loss(self._examples(), self._noise)
        weighted.backward()
        norm = torch.nn.utils.clip_grad_norm_(self._parameters, 1.0)
        self._learner.step()
        self._learner.zero_grad(set_to_none=True)
        self._average.update()
        self._total += torch.stack([plain, norm.detach(), torch.ones_like(plain)])
        self._step += 1

    def _examples(self) -> Examples:
        recipe = self._job.recipe
        shape = recipe.native
        if self._chance.random() < recipe.wide:
            shape = self._chance.choice(recipe.shapes[1:])
        if not len(self._latents[shape]):
            shape = recipe.native
        batch = self._latents[shape].sample(recipe.base_batch, self._noise)
        return Examples(latents=batch.data, ids=batch.ids, shape=shape)

    def _tell(self) -> None:
        loss, norm, count = self._total.tolist()
        if not math.isfinite(loss):
            raise DivergedError(f"the loss is {loss} at step {self._before + self._step}")
        now = time.monotonic()
        rate = count * self._job.recipe.base_batch / (now - self._since)
        _log.info(
            "base step %d, %.0f %%: loss %.4f, gradient %.2f, %.0f samples/s, %d pictures",
            self._before + self._step, 100 * self._job.slice.progress, loss / count, norm / count,
            rate, self._latents[self._job.recipe.native].added,
        )  # fmt: skip
        self._total.zero_()
        self._since = now

    def _show(self) -> None:
        with self._average.applied():
            pack.contact_sheet(self._job, self._model.modules, self._job.work / "base.png")

    def write(self, *, show: bool = True) -> State:
        """Write the averaged weights, and a contact sheet if `show`; return the state."""
        job = self._job
        state = State(
            step=self._before + self._step,
            progress=job.slice.progress,
            words=job.words.digest,
        )
        with self._average.applied():
            weights = {name: module.state_dict() for name, module in self._model.modules.items()}
            checkpoint.write(job.work, STAGE, weights, state)
        if show:
            self._show()
        return state
