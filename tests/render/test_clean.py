"""What is changed in the clean picture is changed by that much, in every form of prediction."""

from __future__ import annotations

import pytest
import torch

from animegen.errors import RenderFailed
from animegen.render.clean import change_clean
from animegen.render.schedulers import DPM, LCM, lay_out

pytestmark = pytest.mark.slow

CPU = torch.device("cpu")
FORMS = ["epsilon", "v_prediction", "sample"]


def _schedule(name, form, strength=0.8):
    config = {
        "beta_start": 0.00085,
        "beta_end": 0.012,
        "beta_schedule": "scaled_linear",
        "prediction_type": form,
    }
    return lay_out(name, config, steps=8, strength=strength)


def _tensors():
    generator = torch.Generator().manual_seed(1)
    return [torch.randn((1, 4, 3, 2, 2), generator=generator) for _ in range(3)]


def _meant(schedule, output, z, index):
    """Return what the scheduler itself takes for the clean picture."""
    scheduler = schedule.scheduler
    if schedule.stochastic:
        timestep = schedule.timesteps[index]
        skip, out = scheduler.get_scalings_for_boundary_condition_discrete(timestep)
        scheduler._step_index = index
        return (scheduler.step(output, timestep, z)[1] - skip * z) / out
    scheduler._step_index = scheduler.begin_index + index
    return scheduler.convert_model_output(output, sample=z)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", [LCM, DPM])
@pytest.mark.parametrize("index", [0, 3])
def test_the_scheduler_takes_the_changed_picture_for_clean(name, form, index):
    schedule = _schedule(name, form)
    output, z, more = _tensors()
    before = _meant(schedule, output, z, index)
    seen = []

    def change(clean):
        seen.append(clean)
        return more

    after = _meant(schedule, change_clean(output, z, schedule, index, change), z, index)
    torch.testing.assert_close(seen[0], before, atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(after, before + more, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("form", FORMS)
def test_where_nothing_is_changed_not_a_bit_is(form):
    output, z, _ = _tensors()
    schedule = _schedule(DPM, form)
    assert torch.equal(change_clean(output, z, schedule, 2, torch.zeros_like), output)


def test_another_form_is_an_error():
    schedule = _schedule(LCM, "epsilon")
    schedule.scheduler.register_to_config(prediction_type="flow_prediction")
    with pytest.raises(RenderFailed, match="prediction type 'flow_prediction'"):
        change_clean(*_tensors()[:2], schedule, 0, torch.zeros_like)
