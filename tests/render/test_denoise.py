"""The loop itself, with a model that is known."""

from __future__ import annotations

import pytest
import torch

from animegen.render.denoise import denoise
from animegen.render.noise import noise_source
from animegen.render.schedulers import lay_out
from animegen.render.seam import carry_on

pytestmark = pytest.mark.slow

CPU = torch.device("cpu")
SIZE = (4, 2, 2)
CONFIG = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "sample",
}
NAMES = ["lcm", "tcd", "dpmpp-2m-karras"]


def _run(name, *, frames=range(3), strength=1.0, target=None, on_step=None, **start):
    """Denoise with a model that sees `target` in everything, or the picture it was given."""
    schedule = lay_out(name, CONFIG, steps=4, strength=strength)
    seen = []

    def predict(z, timestep, share):
        seen.append((z, timestep))
        return z if target is None else target.expand_as(z)

    z = denoise(
        predict, schedule, noise_source(1, frames, SIZE, CPU), on_step or (lambda *_: None), **start
    )
    return z, seen


@pytest.mark.parametrize("name", NAMES)
def test_a_sure_model_gets_its_picture(name):
    target = torch.full((1, 4, 3, 2, 2), 0.5)
    z, _ = _run(name, target=target)
    # TCD ends at the first training step, where noise of 0.03 is left.
    torch.testing.assert_close(z, target, atol=0.15 if name == "tcd" else 1e-2, rtol=0)
    assert (z - target).std() < 0.035


@pytest.mark.parametrize("name", NAMES)
def test_frozen_frames_are_held_at_every_level(name):
    frozen = torch.full((1, 4, 2, 2, 2), 0.25)
    z, seen = _run(name, frozen=frozen, target=torch.zeros(()))
    assert torch.equal(z[:, :, :2], frozen)
    noise = noise_source(1, range(3), SIZE, CPU)("initial")[:, :, :2]
    for held, timestep in seen:
        betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2
        alpha = torch.cumprod(1 - betas, 0)[timestep]
        expected = alpha.sqrt() * frozen + (1 - alpha).sqrt() * noise
        torch.testing.assert_close(held[:, :, :2], expected, atol=2e-2, rtol=0)


@pytest.mark.parametrize("name", NAMES)
def test_a_models_error_on_frozen_frames_corrects_the_new_ones(name):
    frozen, wrong = torch.full((1, 4, 2, 2, 2), 0.25), torch.full((1, 4, 5, 2, 2), 0.75)
    z, _ = _run(name, frames=range(5), frozen=frozen, target=wrong, changes=[carry_on(frozen, 2)])
    assert torch.equal(z[:, :, :2], frozen)
    means = z.mean((0, 1, 3, 4)).tolist()
    expected = [0.25, 0.25, 0.75 - 0.5 * 2 / 3, 0.75 - 0.5 / 3, 0.75]
    # Of TCD's noise, see above, little is left in a mean.
    assert means == pytest.approx(expected, abs=2.5e-2 if name == "tcd" else 1e-2)


@pytest.mark.parametrize("name", NAMES)
def test_less_strength_starts_nearer_to_the_picture(name):
    start = torch.full((1, 4, 1, 2, 2), 3.0)
    distances = [
        (_run(name, strength=strength, start=start)[1][0][0] - start).abs().mean().item()
        for strength in (0.25, 0.5, 0.75)
    ]
    assert distances == sorted(distances)
    assert distances[0] < 1.5


@pytest.mark.parametrize("name", NAMES)
def test_frames_do_not_know_their_number(name):
    few, _ = _run(name, frames=range(1, 3), target=torch.ones(()))
    many, _ = _run(name, frames=range(5), target=torch.ones(()))
    assert torch.equal(few, many[:, :, 1:3])


@pytest.mark.parametrize("name", ["lcm", "tcd"])
def test_noise_differs_from_step_to_step(name):
    _, seen = _run(name, target=torch.zeros(()))
    levels = [z / z.std() for z, _ in seen]
    assert (levels[1] - levels[2]).abs().mean() > 0.5


def test_steps_are_told_from_zero():
    told = []
    _run("lcm", on_step=lambda done, total: told.append((done, total)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
