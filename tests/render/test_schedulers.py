"""Which timesteps each sampler takes."""

from __future__ import annotations

import pytest
import torch

from animegen.errors import RenderFailed
from animegen.render.schedulers import lay_out

pytestmark = pytest.mark.slow

CPU = torch.device("cpu")
CONFIG = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}


def _steps(name, steps, strength=1.0):
    schedule = lay_out(name, CONFIG, steps=steps, strength=strength)
    return schedule.timesteps.tolist()


def test_lcm_takes_the_timesteps_it_learnt():
    assert _steps("lcm", 4) == [999, 759, 499, 259]


def test_lcm_keeps_its_steps_at_any_strength():
    assert _steps("lcm", 4, 0.8) == [799, 599, 399, 199]


def test_tcd_takes_even_steps_of_its_own_fifty():
    assert _steps("tcd", 4) == [999, 759, 499, 259]
    assert _steps("tcd", 4, 0.8) == [799, 599, 399, 199]


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction"])
def test_tcd_noises_what_a_step_left_as_diffusers_does(prediction):
    """Its step() with a noise that we know is our renoise() of what it returns besides."""
    config = CONFIG | {"prediction_type": prediction}
    schedule = lay_out("tcd", config, steps=4, strength=1.0)
    z, output = torch.full((1, 4, 2, 2), 0.5), torch.full((1, 4, 2, 2), 0.2)
    noise = torch.randn(z.shape, generator=torch.Generator().manual_seed(3))
    noised, left = schedule.scheduler.step(
        output, schedule.timesteps[0], z, generator=torch.Generator().manual_seed(3),
        return_dict=False,
    )  # fmt: skip
    assert not torch.equal(noised, left)
    torch.testing.assert_close(schedule.renoise(left, noise, 1), noised)


def test_dpm_drops_the_first_steps():
    whole = _steps("dpmpp-2m-karras", 10)
    assert _steps("dpmpp-2m-karras", 10, 0.8) == whole[2:]
    assert _steps("dpmpp-2m-karras", 10, 0.01) == whole[9:]


def test_dpm_uses_karras_sigmas():
    schedule = lay_out("dpmpp-2m-karras", CONFIG, steps=10, strength=1.0)
    sigmas = schedule.scheduler.sigmas[:-1] ** (1 / 7)
    gaps = sigmas[:-1] - sigmas[1:]
    torch.testing.assert_close(gaps, gaps.mean().expand_as(gaps), atol=1e-3, rtol=0)


def test_dpm_counts_where_timesteps_repeat():
    schedule = lay_out("dpmpp-2m-karras", CONFIG, steps=400, strength=0.02)
    assert schedule.timesteps[0] == schedule.timesteps[1]
    noised = schedule.add_noise(torch.zeros(1), torch.ones(1), 0)
    sigma = schedule.scheduler.sigmas[392]
    torch.testing.assert_close(noised, (sigma / (1 + sigma**2) ** 0.5).reshape(1))


def test_the_checkpoints_prediction_type_survives():
    for name in ("lcm", "tcd", "dpmpp-2m-karras"):
        config = CONFIG | {"prediction_type": "v_prediction"}
        schedule = lay_out(name, config, steps=4, strength=1.0)
        assert schedule.scheduler.config.prediction_type == "v_prediction"


@pytest.mark.parametrize("name", ["lcm", "tcd"])
def test_too_many_few_steps_are_refused(name):
    said = rf"{name.upper()} cannot take 45 steps from strength 0\.8"
    with pytest.raises(RenderFailed, match=said):
        _steps(name, 45, 0.8)


def test_an_unknown_scheduler_is_refused():
    with pytest.raises(RenderFailed, match="unknown scheduler 'euler'"):
        _steps("euler", 4)
