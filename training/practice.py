"""The solved samples that the few-step LoRA learns from: captions, stills and clips.

Made on the device by student and teacher while the training runs; nothing is drawn. Unaware of
how they are learnt from.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

from training import few_steps, vae
from training.base import size_ids
from training.few_steps import Student, Way
from training.pool import Pool, Rows
from training.teacher import Held, Told

if TYPE_CHECKING:
    from training.feed import Feed
    from training.job import Job
    from training.noise import Noise
    from training.recipe import Recipe, Shape
    from training.teacher import Teacher
    from training.text import Encoders

_NOTHING = 0.1  # share of captions that are zeros, where guidance does nothing
_OWN = 0.75  # share of samples that go on from the student's answer
# Steps that somebody may ask for, and how often they are practised: `fast` takes 4, `draft` 2.
_STEPS = ((2, 0.15), (4, 0.5), (5, 0.1), (6, 0.15), (8, 0.1))
_AGAIN = 0.3  # share of stills' ways that are followed by one from a picture
_STRENGTHS = (0.5, 0.6, 0.7, 0.8, 0.8, 0.9)
_CHAINED = 0.5  # share of clips' ways that are followed by the next segment
_FROM_NOTHING = 0.15  # share of clips without a keyframe
_STRENGTH = 0.8  # of the keyframe's noise, as the renderer has it
_KEYFRAME_STEPS = 4
_WIDE = 2.0

FRAMES = 16
OVERLAP = 4


class Captions:
    """Texts for samples, from a feed of token ids."""

    def __init__(self, job: Job, text: Encoders, feed: Feed, *, capacity: int = 65_536) -> None:
        self._job, self._text, self._feed = job, text, feed
        self._pool = Pool(capacity, job.device)
        self._most = min(4_096, capacity)

    def some(self, count: int, shape: Shape) -> Rows:
        """Return `ids` (count, 77), `sizes` (count, 6) and `kept`, 0 where a text becomes zeros."""
        self._take()
        while not len(self._pool):
            time.sleep(0.02)
            self._take()
        device = self._job.device
        return {
            "ids": self._pool.sample(count)["ids"],
            "sizes": size_ids(shape, device).repeat(count, 1),
            "kept": (torch.rand(count, device=device) > _NOTHING).float(),
        }

    def _take(self) -> None:
        new = self._feed.take(self._most)
        self._pool.add({"ids": torch.from_numpy(new["ids"])})

    def told(self, rows: Rows) -> Told:
        """Embed the texts of `rows`."""
        with self._job.mixed:
            context, pooled = self._text.embed(rows["ids"].long())
        told = Told(context=context.float(), pooled=pooled.float(), sizes=rows["sizes"])
        return told.masked(rows["kept"])


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How many samples are solved, and kept."""

    chunk: int  # samples that the teacher solves at once
    reuse: int  # how often a solved sample is learnt from
    pool: int  # of each shape
    first: int  # solved samples to wait for before the first step


Begin = Callable[["Way | None"], "Way"]
"""Says where samples begin; is given the way that has just come to its end."""


class Solved:
    """A pool of solved samples for every shape."""

    def __init__(
        self, job: Job, pace: Pace, begin: Begin, student: Student, teacher: Teacher
    ) -> None:
        self._pace, self._begin = pace, begin
        self._student, self._teacher = student, teacher
        self._pools = {shape: Pool(pace.pool, job.device) for shape in job.recipe.shapes}
        self._native = self._pools[job.recipe.native]
        self._way: Way | None = None
        self._drawn = 0

    @property
    def added(self) -> int:
        """How many samples were ever solved."""
        return sum(pool.added for pool in self._pools.values())

    def fill_up(self) -> None:
        """Solve what must be there before the first step; the first are of the native shape."""
        while self.added < self._pace.first:
            self._solve()

    def fill(self) -> None:
        """Solve until no sample has been learnt from too often."""
        while self.added * self._pace.reuse < self._drawn:
            self._solve()

    def has(self, shape: Shape) -> bool:
        """Whether any sample of `shape` is solved."""
        return bool(len(self._pools[shape]))

    def sample(self, count: int, shape: Shape) -> Rows:
        """Return solved samples of `shape`, or of the native one until there are some."""
        self._drawn += count
        return (self._pools[shape] if self.has(shape) else self._native).sample(count)

    def _solve(self) -> None:
        if self._way is None or not self._way.ahead:
            self._way = self._begin(self._way)
        self._way, rows = few_steps.practise(self._way, self._student, self._teacher, _OWN)
        height, width = (vae.FACTOR * side for side in rows["z"].shape[-2:])
        latents = {name: rows[name].half() for name in ("z", "target")}
        self._pools[width, height].add(rows | latents)


class Stills:
    """Begins stills: from noise, sometimes from the picture that the last way came to."""

    def __init__(self, recipe: Recipe, captions: Captions, noise: Noise, count: int) -> None:
        self._recipe, self._captions, self._noise = recipe, captions, noise
        self._count = count
        self._chance = random.Random(7)

    def __call__(self, last: Way | None) -> Way:
        """Return the next way."""
        steps = any_steps(self._chance)
        if last is not None and last.clean is not None and self._chance.random() < _AGAIN:
            ahead = few_steps.timesteps(steps, self._chance.choice(_STRENGTHS))
            z = few_steps.from_picture(last.clean, ahead, self._noise)
            return replace(last, z=z, ahead=tuple(ahead), clean=None)
        shape = any_shape(self._recipe, self._chance) if last else self._recipe.native
        return self.anew(shape, few_steps.timesteps(steps))

    def anew(self, shape: Shape, ahead: list[int]) -> Way:
        """Return a way from pure noise to pictures of `shape`."""
        texts = self._captions.some(self._count, shape)
        told = self._captions.told(texts)
        width, height = (side // vae.FACTOR for side in shape)
        size = (self._count, self._recipe.latent_channels, height, width)
        z = torch.randn(size, device=told.context.device)
        return Way(texts=texts, told=told, z=z, ahead=tuple(ahead))


class Clips:
    """Begins clips as the renderer does: from a keyframe, or where the segment before ends.

    The keyframe is drawn by `painter`, the student of stills.
    """

    def __init__(self, stills: Stills, painter: Student, recipe: Recipe) -> None:
        self._stills, self._painter, self._recipe = stills, painter, recipe
        self._chance = random.Random(8)

    def __call__(self, last: Way | None) -> Way:
        """Return the next way."""
        ahead = few_steps.timesteps(any_steps(self._chance), _STRENGTH)
        first_of_shot = last is not None and last.held is None
        if last is not None and first_of_shot and self._chance.random() < _CHAINED:
            return self._next_segment(last, ahead)
        shape = any_shape(self._recipe, self._chance) if last else self._recipe.native
        return self._from_keyframe(shape, ahead)

    def _from_keyframe(self, shape: Shape, ahead: list[int]) -> Way:
        still = self._stills.anew(shape, few_steps.timesteps(_KEYFRAME_STEPS))
        keyframe = few_steps.sample(still, self._painter, self._painter.weights())
        start = keyframe[:, :, None].repeat(1, 1, FRAMES, 1, 1)
        if self._chance.random() < _FROM_NOTHING:
            ahead = few_steps.timesteps(any_steps(self._chance))
            z = torch.randn_like(start)
        else:
            z = few_steps.from_picture(start, ahead, self._painter.noise)
        return Way(
            texts=still.texts | {"free": _free(start, 0)}, told=still.told, z=z, ahead=tuple(ahead)
        )

    def _next_segment(self, last: Way, ahead: list[int]) -> Way:
        given = last.z[:, :, -OVERLAP:]
        start = given[:, :, -1:].repeat(1, 1, FRAMES, 1, 1)
        return replace(
            last,
            texts=last.texts | {"free": _free(start, OVERLAP)},
            z=few_steps.from_picture(start, ahead, self._painter.noise),
            ahead=tuple(ahead),
            held=Held(clean=given, noise=torch.randn_like(given)),
            clean=None,
        )


def _free(clips: torch.Tensor, given: int) -> torch.Tensor:
    """Return (B, F): 0 for the first `given` frames."""
    free = torch.ones((len(clips), clips.shape[2]), device=clips.device)
    free[:, :given] = 0
    return free


def any_steps(chance: random.Random) -> int:
    """Draw how many steps somebody may ask for."""
    steps, weights = zip(*_STEPS, strict=True)
    return chance.choices(steps, weights)[0]


def any_shape(recipe: Recipe, chance: random.Random) -> Shape:
    """Draw a shape: others than the native one more often than in the base, as films are wide."""
    if chance.random() < _WIDE * recipe.wide:
        return chance.choice(recipe.shapes[1:])
    return recipe.native
