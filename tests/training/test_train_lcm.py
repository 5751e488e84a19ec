"""The few-step LoRA: what it is taught, that it learns it, and the file that comes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import torch
from diffusers import LCMScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
from safetensors.torch import load_file
from torch import nn

from animegen.render.models import build_motion_unet
from animegen.render.schedulers import LCM, lay_out
from tests.training.tiny import job_in, lively, ticking, train, unfinished, wear
from training import checkpoint, few_steps, finished, lcm_motion_stage, lcm_stage, motion_unet
from training.adapters import EVERYWHERE, Adapters, Reach
from training.base import build_unet
from training.cli import main
from training.few_steps import Student, Way
from training.few_steps_sheet import sample_lcm
from training.lora_file import kohya, write
from training.noise import SCHEDULE, Noise
from training.pipeline import export_base
from training.practice import FRAMES, OVERLAP, Clips, Stills
from training.recipe import MINI, TINY
from training.teacher import Held, Teacher, Told, predict

if TYPE_CHECKING:
    from pathlib import Path

CPU = torch.device("cpu")
FEW = Reach(pattern=EVERYWHERE, rank=2, wide=2)


def told(size: int, fill: float = 1.0) -> Told:
    return Told(
        context=torch.full((size, 77, 32), fill),
        pooled=torch.full((size, 16), fill),
        sizes=torch.tensor([[64.0, 64, 0, 0, 64, 64]]).repeat(size, 1),
    )


def trained_unet() -> nn.Module:
    torch.manual_seed(1)
    return lively(build_unet(TINY)).eval().requires_grad_(False)


def changed_adapters(unet: nn.Module) -> Adapters:
    """Adapters that do something, in values that half precision holds."""
    torch.manual_seed(2)
    adapters = Adapters(unet, FEW)
    with torch.no_grad():
        for parameter in adapters.parameters():
            parameter.normal_(std=0.2)
            parameter.copy_(parameter.half())
    return adapters


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after both stages."""
    torch.set_num_threads(1)
    work = unfinished(tmp_path_factory.mktemp("work"))
    state = checkpoint.read(work, "base")[1]
    adapter = lively(motion_unet.build(TINY))
    checkpoint.write(work, "motion", {"motion": adapter.state_dict()}, state)
    train(work, lcm_stage.STAGE)
    train(work, lcm_motion_stage.STAGE)
    return work


class Normal(nn.Module):
    """Predicts for data that are normal: mean 0.5, deviation 0.3; with text around -0.5."""

    def __init__(self) -> None:
        super().__init__()
        self.kind = nn.Parameter(torch.zeros(1))
        self.noise = Noise(CPU)
        self.seen: list[tuple[torch.Tensor, torch.Tensor]] = []

    def forward(
        self, z: torch.Tensor, t: torch.Tensor, context: torch.Tensor, **_: Any
    ) -> tuple[torch.Tensor]:
        self.seen.append((z, t))
        with_text = context.reshape(len(z), -1)[:, :1].view(-1, *(1,) * (z.ndim - 1))
        mean = (0.5 - with_text).expand_as(z)
        one, none = torch.ones_like(z), torch.zeros_like(z)
        signal, sigma = self.noise.noisy(one, none, t), self.noise.noisy(none, one, t)
        share = signal * 0.09 / (signal**2 * 0.09 + sigma**2)
        clean = mean + share * (z - signal * mean)
        return (self.noise.velocity(clean, (z - signal * clean) / sigma, t),)


def end_of_ode(z: torch.Tensor, t: int, mean: float) -> torch.Tensor:
    kept = Noise(CPU).noisy(torch.ones(1), torch.zeros(1), torch.tensor([t]))
    spread = (kept**2 * 0.09 + 1 - kept**2).sqrt()
    return mean + 0.3 * (z - kept * mean) / spread


@pytest.mark.parametrize("start", [999, 759, 259])
@pytest.mark.parametrize(("fill", "mean"), [(0.0, 0.5), (1.0, -0.5)])
def test_teacher_comes_to_the_end_of_the_ode(start: int, fill: float, mean: float) -> None:
    torch.manual_seed(start)
    data, t = mean + 0.3 * torch.randn(2, 4, 8, 8), torch.full((2,), start)
    z = Noise(CPU).noisy(data, torch.randn_like(data), t)
    teacher = Teacher(unet=Normal(), noise=Noise(CPU), guidance=1.0, steps=12)
    got, want = teacher.solve(z, start, told(2, fill)), end_of_ode(z, start, mean)
    assert (got - want).abs().max() < 0.03
    # Details keep their contrast.
    assert float((got - mean).std() / (want - mean).std()) == pytest.approx(1, abs=0.02)


def test_teacher_guides_away_from_zeros() -> None:
    z = torch.zeros((1, 4, 8, 8))
    guided = Teacher(unet=Normal(), noise=Noise(CPU), guidance=3.0, steps=12)
    plain = replace(guided, guidance=1.0)
    assert guided.solve(z, 999, told(1)).mean() < plain.solve(z, 999, told(1)).mean() - 0.5
    assert guided.solve(z, 999, told(1, 0.0)).allclose(plain.solve(z, 999, told(1, 0.0)), atol=1e-4)


def test_teacher_takes_fewer_steps_from_less_noise() -> None:
    teacher = Teacher(unet=Normal(), noise=Noise(CPU), guidance=1.0, steps=12)
    lengths = [len(teacher.grid(t)) for t in (999, 759, 499, 259)]
    assert lengths[0] >= 12
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] < 7
    assert all(teacher.grid(t)[0] == t for t in (999, 759, 499, 259))


def test_held_frames_follow_the_noise_level() -> None:
    unet, noise = Normal(), Noise(CPU)
    clean, eps = torch.ones(1, 4, 2, 8, 8), torch.randn(1, 4, 2, 8, 8)
    teacher = Teacher(unet=unet, noise=noise, guidance=1.0, steps=6)
    teacher.solve(torch.randn(1, 4, 5, 8, 8), 799, told(1), held=Held(clean=clean, noise=eps))
    assert len(unet.seen) > 3
    for z, t in unet.seen:
        assert z[:1, :, :2].equal(noise.noisy(clean, eps, t[:1]))


@pytest.mark.parametrize("steps", [1, 2, 4, 5, 6, 8])
@pytest.mark.parametrize("strength", [1.0, 0.8, 0.5])
def test_timesteps_are_those_of_the_renderer(steps: int, strength: float) -> None:
    schedule = lay_out(LCM, SCHEDULE, steps=steps, strength=strength)
    assert few_steps.timesteps(steps, strength) == schedule.timesteps.tolist()
    for t in schedule.timesteps:
        # Only so is the student's clean picture what LCM takes for it.
        skip, out = schedule.scheduler.get_scalings_for_boundary_condition_discrete(int(t))
        assert float(skip) < 1e-4
        assert float(out) > 1 - 1e-4


def test_student_steps_as_the_stock_scheduler(tmp_path: Path) -> None:
    unet = trained_unet()
    student = Student(
        unet=unet, adapters=changed_adapters(unet), noise=Noise(CPU), job=job_in(tmp_path)
    )
    z, text = torch.randn(2, 8, 8, 8), told(2)
    scheduler = LCMScheduler(**SCHEDULE)
    scheduler.set_timesteps(4)
    for t in few_steps.timesteps(4):
        got = student.clean(z, torch.full((2,), t), text)
        velocity = predict(unet, z, torch.full((2,), t), text, student.weights())
        _, want = scheduler.step(velocity, torch.tensor(t), z, return_dict=False)
        assert got.allclose(want, atol=1e-3)
    way = Way(texts={}, told=text, z=z, ahead=tuple(few_steps.timesteps(1)))
    alone = few_steps.sample(way, student, student.weights())
    assert alone.allclose(sample_lcm(student, text, z, steps=1, guidance=1.0), atol=1e-3)


def test_practice_goes_on_from_answers_of_student_and_teacher(tmp_path: Path) -> None:
    unet = trained_unet()
    noise = Noise(CPU)
    student = Student(unet=unet, adapters=Adapters(unet, FEW), noise=noise, job=job_in(tmp_path))
    teacher = Teacher(unet=unet, noise=noise, guidance=4.0, steps=4)
    z = torch.randn(3, 8, 8, 8)
    start = Way(texts={"mark": torch.arange(3)}, told=told(3), z=z, ahead=(999, 499))
    way, rows = few_steps.practise(start, student, teacher, own=0.0)
    assert way.ahead == (499,)
    assert way.clean.equal(rows["target"])
    assert rows["target"].equal(teacher.solve(z, 999, told(3)))
    assert rows["mark"].tolist() == [0, 1, 2]
    way, _ = few_steps.practise(start, student, teacher, own=1.0)
    with torch.no_grad():  # some processors' kernels round otherwise when gradients are kept
        own = student.clean(z, torch.full((3,), 999), told(3))
    assert way.clean.equal(own)
    way, rows = few_steps.practise(way, student, teacher, own=1.0)
    assert rows["t"].tolist() == [499] * 3
    assert way.ahead == ()
    assert way.z.equal(way.clean)


def test_distance_is_of_free_frames_only() -> None:
    want = torch.randn(2, 8, 4, 6, 6)
    free = torch.ones(2, 4)
    free[:, 0] = 0
    assert few_steps.distance(want, want, free) == 0
    other = want.clone()
    other[:, :, 0] += 1
    assert few_steps.distance(other, want, free) == 0
    other[:, :, 1] += 1
    assert few_steps.distance(other, want, free) > 0.1
    still = few_steps.distance(want[:, :, 0] + 1, want[:, :, 0], torch.ones(2, 1))
    assert still > 0.5


def test_student_learns_what_it_is_shown(tmp_path: Path) -> None:
    unet = trained_unet()
    adapters = Adapters(unet, Reach(pattern=EVERYWHERE, rank=4, wide=4))
    student = Student(unet=unet, adapters=adapters, noise=Noise(CPU), job=job_in(tmp_path))
    z, t, target = torch.randn(4, 8, 8, 8), torch.full((4,), 259), torch.randn(4, 8, 8, 8)
    learner = torch.optim.AdamW(adapters.parameters(), lr=3e-2)
    losses = []
    for _ in range(10):
        loss = few_steps.distance(student.clean(z, t, told(4)), target, torch.ones(4, 1))
        learner.zero_grad()
        loss.backward()
        learner.step()
        losses.append(float(loss))
    assert losses[-1] < 0.9 * losses[0]
    assert all(parameter.grad is None for parameter in unet.parameters())


class Same:
    """Captions that are always the same."""

    def some(self, count: int, shape: tuple[int, int]) -> dict[str, torch.Tensor]:
        return {"sizes": torch.tensor([shape * 3]).float().repeat(count, 1)}

    def told(self, rows: dict[str, torch.Tensor]) -> Told:
        return told(len(rows["sizes"]))


def test_clips_begin_as_the_renderer_does(tmp_path: Path) -> None:
    unet = trained_unet()
    painter = Student(
        unet=unet, adapters=Adapters(unet, FEW), noise=Noise(CPU), job=job_in(tmp_path)
    )
    stills = Stills(TINY, Same(), painter.noise, 2)  # type: ignore[arg-type]
    begin = Clips(stills, painter, TINY)
    starts, chained = set(), 0
    last: Way | None = None
    for _ in range(16):
        way = begin(last)
        assert way.z.shape[:3] == (2, 8, FRAMES)
        starts.add(way.ahead[0])
        if way.held is not None:
            assert last is not None
            assert way.held.clean.equal(last.z[:, :, -OVERLAP:])
            assert way.texts["free"][0].tolist() == [0.0] * OVERLAP + [1.0] * (FRAMES - OVERLAP)
            chained += 1
        end = torch.randn_like(way.z)
        last = replace(way, ahead=(), z=end, clean=end)
    assert starts == {799, 999}
    assert 0 < chained < 16


def test_stages_leave_adapters_alone(trained: Path) -> None:
    for stage in (lcm_stage.STAGE, lcm_motion_stage.STAGE):
        models, state = checkpoint.read(trained, stage)
        assert state.finished
        assert set(models) == {"lcm"}
        assert {key.partition(".")[0] for key in models["lcm"]} == {"down", "up"}
        assert all(weight.any() for weight in models["lcm"].values())
    assert (trained / "lcm.png").stat().st_size < 1_000_000
    assert (trained / "lcm_motion.png").stat().st_size < 1_000_000


def test_clips_go_on_from_what_stills_taught(trained: Path) -> None:
    stills, clips = (checkpoint.read(trained, stage)[0]["lcm"] for stage in ("lcm", "lcm_motion"))
    moved = [float((clips[key] - stills[key]).norm() / stills[key].norm()) for key in stills]
    assert 0 < sum(moved) / len(moved) < 1


def test_export_is_what_was_learnt_last(trained: Path, tmp_path: Path) -> None:
    lcm_stage.export(job_in(trained), tmp_path / "one")
    lcm_motion_stage.export(job_in(trained), tmp_path / "two")
    one, two = (tmp_path / name / "loras/lcm.safetensors" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    weights = checkpoint.read(trained, "lcm_motion")[0]["lcm"]
    slug = "mid_block_resnets_0_conv1"
    file = load_file(one)
    assert file[f"lora_unet_{slug}.lora_up.weight"].flatten(1).float().equal(weights[f"up.{slug}"])


def test_stock_pipeline_wears_every_layer(trained: Path, tmp_path: Path) -> None:
    export_base(job_in(trained), tmp_path)
    lcm_stage.export(job_in(trained), tmp_path)
    pipeline = StableDiffusionXLPipeline.from_pretrained(tmp_path)
    pipeline.scheduler = LCMScheduler.from_config(pipeline.scheduler.config)
    pipeline.load_lora_weights(tmp_path / "loras", weight_name="lcm.safetensors", adapter_name="l")
    file = load_file(tmp_path / "loras/lcm.safetensors")
    worn = [
        key for key, _ in pipeline.unet.named_modules() if key.endswith((".lora_A.l", ".lora_B.l"))
    ]
    assert len(worn) == sum("alpha" not in key for key in file)
    pipeline.set_progress_bar_config(disable=True)
    got = pipeline("1girl", num_inference_steps=4, guidance_scale=1.0, width=64, height=64,
                   output_type="pt").images  # fmt: skip
    assert got.isfinite().all()


@pytest.mark.parametrize("moving", [False, True])
def test_file_does_to_both_unets_what_was_trained(tmp_path: Path, moving: bool) -> None:
    unet = trained_unet()
    adapters = changed_adapters(unet)
    path = tmp_path / "lora.safetensors"
    write(path, kohya(adapters, unet))
    z = torch.randn((1, 8, 3, 8, 8) if moving else (1, 8, 8, 8))
    model: Any = unet
    if moving:
        model = build_motion_unet(unet, lively(motion_unet.build(TINY)))
    t = torch.tensor([499])
    want = predict(model, z, t, told(1), adapters.weights(model))
    plain = predict(model, z, t, told(1))
    wear(model, path)
    assert predict(model, z, t, told(1)).allclose(want, atol=1e-4)
    assert not want.allclose(plain, atol=1e-2)


def test_the_shipped_file_is_small_enough(tmp_path: Path) -> None:
    unet = build_unet(MINI)
    path = tmp_path / "lcm.safetensors"
    write(path, kohya(Adapters(unet, lcm_stage.MINI.reach), unet))
    assert 5_000_000 < path.stat().st_size <= 6_000_000


def test_motion_needs_what_stills_taught(tmp_path: Path) -> None:
    arguments = ["--stage", lcm_motion_stage.STAGE, "--work", str(unfinished(tmp_path)), "--tiny"]
    assert main([*arguments, "--workers", "1"], clock=ticking()) == 1


def test_base_is_not_touched(trained: Path) -> None:
    unet = finished.base(job_in(trained)).unet
    assert isinstance(unet, UNet2DConditionModel)
    adapters = lcm_stage.restored(job_in(trained), "lcm")[0]
    changed = adapters.weights(unet)
    assert all(not weight.equal(unet.state_dict()[name]) for name, weight in changed.items())
    same = adapters.weights(unet, scale=0.0)
    assert all(weight.equal(unet.state_dict()[name]) for name, weight in same.items())
