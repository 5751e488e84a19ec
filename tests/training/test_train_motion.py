"""Clips, the motion modules and their stage, tiny and on the CPU."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from diffusers import MotionAdapter, UNetMotionModel
from safetensors import safe_open
from torch import nn

from animegen.render.models import build_motion_unet
from tests.training.tiny import animated, job_in
from training import checkpoint, clip_loss, finished, scenery, scenes
from training.camera_loras import Layout
from training.clip_loss import ClipLoss
from training.clip_model import ClipModel
from training.clip_pools import _turned
from training.clips import FPS, FRAMES, STILL, WORDS, clips
from training.motion_stage import build, export
from training.motion_unet import predict
from training.noise import STEPS, Noise
from training.recipe import MINI, TINY
from training.sampling_clips import sample_clips

if TYPE_CHECKING:
    from pathlib import Path

    from training.feed import Record
    from training.job import Job

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an autoencoder and a base that can't draw, after the motion stage."""
    return animated(tmp_path_factory.getbasetemp())


@pytest.fixture
def job(trained: Path) -> Job:
    return job_in(trained)


def noise(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


class TestClips:
    words = scenery.words()

    def record(self, seed: int, moving: float) -> Record:
        draw = clips(self.words, (64, 64), 2, moving=moving)
        return draw(scenery.FIRST_SEED + seed)

    def test_a_clip_that_loops_may_begin_at_any_frame(self) -> None:
        looping = [r for seed in range(5) if (r := self.record(seed, 0.0))["loops"]]
        assert looping
        for record in looping:
            frames = record["rgb"].astype(int)
            seam = np.abs(frames[0] - frames[-1]).mean()
            inside = np.abs(np.diff(frames, axis=0)).mean((1, 2, 3)).max()
            assert seam <= 1.2 * inside + 0.1

    def test_drifting_clouds_do_not_loop(self) -> None:
        seed = next(
            s for s in range(100) if scenes.sample(scenery.FIRST_SEED + s).weather == "clouds"
        )
        assert not self.record(seed, 0.0)["loops"]

    def test_a_moving_camera_is_numbered_and_never_told_of(self) -> None:
        secret = {self.words.encode(word)[1] for word in ("pan", "tilt", "zoom", "roll")}
        seen = set()
        for seed in range(6):
            record = self.record(seed, 1.0)
            assert not secret & set(record["ids"].ravel().tolist())
            assert not record["loops"]
            seen.add(int(record["camera"]))
        assert len(seen) > 1
        assert seen <= set(range(len(WORDS)))
        assert self.record(0, 0.0)["camera"] == STILL

    def test_frames_are_an_eighth_of_a_second_apart(self) -> None:
        seed = scenery.FIRST_SEED
        rng = random.Random(seed)
        rng.random()
        start = rng.uniform(0, 2)
        wanted = scenes.draw(scenery.scene(seed), start + 3 / FPS, (64, 64)).rgb
        assert np.array_equal(self.record(0, 0.0)["rgb"][3], wanted)


def test_only_clips_that_loop_are_turned() -> None:
    torch.manual_seed(0)
    z = torch.arange(FRAMES).expand(64, FRAMES)[..., None].float()
    turned = _turned(z, torch.arange(64) % 2 == 0)[..., 0]
    assert (turned[1::2] == torch.arange(FRAMES)).all()
    assert len(turned[::2, 0].unique()) > 8
    assert (turned.diff(dim=1) % FRAMES == 1).all()


class TestUnet:
    def test_untrained_modules_change_nothing(self, job: Job) -> None:
        model = ClipModel(job, build(TINY), Layout(still=2, moving=0))
        z, t = noise(2, 8, FRAMES, 8, 8), torch.tensor([500, 900])
        told = noise(2, 77, 32), noise(2, 16), torch.tensor([64.0, 64, 0, 0, 64, 64])
        with torch.no_grad():
            clip = predict(model.unet, z, t, *told)
            stills = [predict(model.base.unet, f[:, :, None], t, *told) for f in z.unbind(2)]
        torch.testing.assert_close(clip, torch.cat(stills, 2), atol=1e-5, rtol=1e-4)
        assert clip.std() > 0.1

    def test_what_trains_the_adapter_trains_the_unet(self, job: Job) -> None:
        model = ClipModel(job, build(TINY), Layout(still=1, moving=0))
        assert not any(p.requires_grad for p in model.base.unet.parameters())
        trained = {id(p) for p in model.unet.parameters() if p.requires_grad}
        assert trained == {id(p) for p in model.adapter.parameters()}

    def test_the_shipped_size_is_small(self) -> None:
        weights = sum(tensor.numel() for tensor in build(MINI).state_dict().values())
        assert weights * 2 < 14_000_000


class TestLoss:
    def test_timesteps_cover_the_schedule_and_lean_to_noise(self) -> None:
        torch.manual_seed(0)
        t = torch.stack([clip_loss.timesteps(16, CPU) for _ in range(200)])
        assert t.min() < 30
        assert STEPS - 10 < t.max() < STEPS
        assert t.float().mean() > 560
        # One place of the batch meets every level, and one batch is spread.
        assert t[:, 3].float().std() > 200
        assert (t.sort(1).values.diff(dim=1) < 150).all()

    def test_some_clips_are_seen_as_segments_begin(self) -> None:
        torch.manual_seed(0)
        z = torch.arange(FRAMES).float().view(1, 1, -1, 1, 1).expand(600, 2, -1, 3, 3)
        shown = clip_loss.begun(z, torch.full((600,), 998), Noise(CPU))[:, 0, :, 0, 0]
        lasts = shown[:, -1]
        assert set(lasts.round().tolist()) == {0, 3, 15}
        assert 0.28 < (lasts < 15).float().mean() < 0.42
        chained = shown[lasts.round() == 3]
        wanted = torch.arange(FRAMES).clamp(max=3).float().expand(len(chained), -1)
        torch.testing.assert_close(chained, wanted, atol=0.2, rtol=0)

    def test_less_of_the_beginning_is_left_at_less_noise(self) -> None:
        z = torch.arange(FRAMES).float().view(1, 1, -1, 1, 1).expand(600, 2, -1, 3, 3)

        def left(t: int) -> torch.Tensor:
            torch.manual_seed(0)
            shown = clip_loss.begun(z, torch.full((600,), t), Noise(CPU))
            return ((z - shown) / z.clamp(min=1))[:, 0, -1, 0, 0]

        assert left(900).max() == pytest.approx(1)
        assert left(900).median() == 0
        assert 0.1 < left(300).max() < 0.5
        assert 0 < left(5).max() < 0.05

    def test_the_beginning_is_what_an_ode_solver_carries_along(self) -> None:
        # One exact step of DDIM from 900 to 700, with the right answer given.
        ours = Noise(CPU)
        clip, still, e = noise(1, 2, 4, 3, 3), noise(1, 2, 1, 3, 3).flip(1), noise(1, 2, 4, 3, 3)
        high, low = torch.tensor([900]), torch.tensor([700])
        x = ours.noisy(still.expand_as(clip), e, high)
        signal, sigma = clip_loss._levels(ours, clip, high)
        stepped = ours.noisy(clip, (x - signal * clip) / sigma, low)
        signal_low, sigma_low = clip_loss._levels(ours, clip, low)
        left = sigma_low * signal / (signal_low * sigma)
        torch.testing.assert_close(stepped, ours.noisy(clip + left * (still - clip), e, low))

    def test_the_velocity_leads_to_the_clean_clip(self, job: Job) -> None:
        ours = Noise(CPU)
        loss = ClipLoss(job, nn.Identity(), finished.base(job).text)
        z, e = noise(3, 2, 4, 2, 2), noise(3, 2, 4, 2, 2).flip(2)
        t = torch.tensor([0, 600, 999])
        plain = loss._velocity(ours.noisy(z, e, t), z, t)
        torch.testing.assert_close(plain, ours.velocity(z, e, t), atol=1e-3, rtol=1e-3)
        x = ours.noisy(z.flip(1), e, t)  # made of something else
        clean = ours.velocity(loss._velocity(x, z, t), x, t)
        torch.testing.assert_close(clean, z, atol=1e-3, rtol=1e-3)

    def test_what_moves_counts_more(self) -> None:
        z = torch.zeros(1, 2, FRAMES, 4, 4)
        z[..., 0, 0] = noise(1, 2, FRAMES)
        weights = clip_loss.weight(z)
        assert weights.mean() == pytest.approx(1)
        assert weights[..., 0, 0] == pytest.approx(6 * float(weights[..., 1, 1]))
        assert clip_loss.weight(torch.zeros_like(z)).unique().tolist() == [1]

    def test_texts_are_left_out_now_and_then(self, job: Job) -> None:
        torch.manual_seed(0)
        model = ClipModel(job, build(TINY), Layout(still=1, moving=0))
        ids = torch.tensor(job.words.encode("1girl, red hair")).expand(400, -1)
        told = model.loss.told(ids)
        zero = (told["context"] == 0).all(2).all(1)
        assert 0.05 < zero.float().mean() < 0.15
        assert torch.equal(zero, (told["pooled"] == 0).all(1))
        assert len(told["pooled"].round(decimals=3).unique(dim=0)) == 3


class TestStage:
    def test_the_checkpoint_holds_modules_and_loras(self, trained: Path, job: Job) -> None:
        models, state = checkpoint.read(trained, "motion")
        assert state.finished
        assert state.step > 2
        assert set(models) == {"motion", "cameras"}
        assert models["motion"].keys() == build(TINY).state_dict().keys()
        assert any(t.abs().max() > 0 for k, t in models["motion"].items() if "proj_out" in k)
        assert any(t.abs().max() > 0 for k, t in models["cameras"].items() if k.startswith("up"))
        assert (trained / "motion.png").stat().st_size < 1_000_000

    def test_stock_diffusers_loads_the_adapter(
        self, trained: Path, job: Job, tmp_path: Path
    ) -> None:
        export(job, tmp_path)
        stored = tmp_path / "motion" / "diffusion_pytorch_model.safetensors"
        with safe_open(stored, "pt") as file:
            assert file.metadata() is None
            assert {file.get_slice(key).get_dtype() for key in file.keys()} == {"F16"}  # noqa: SIM118
        adapter = MotionAdapter.from_pretrained(tmp_path / "motion")
        wanted, _ = checkpoint.read(trained, "motion")
        for name, tensor in adapter.state_dict().items():
            torch.testing.assert_close(tensor.float(), wanted["motion"][name])

    def test_clips_are_repeatable_one_by_one(self, trained: Path, job: Job) -> None:
        base = finished.base(job)
        unet = build_motion_unet(base.unet, finished.motion(job))
        ids = torch.tensor([job.words.encode("1girl"), job.words.encode("rain")])
        settings: dict[str, Any] = {"steps": 2, "guidance": 4.0, "shape": (64, 48)}
        both = sample_clips(unet, base.text, ids, **settings)
        one = sample_clips(unet, base.text, ids[:1], **settings)
        assert both.shape == (2, 8, FRAMES, 6, 8)
        torch.testing.assert_close(both[:1], one, atol=1e-4, rtol=1e-3)

    def test_a_weak_start_stays_near_its_keyframe(self, trained: Path, job: Job) -> None:
        base = finished.base(job)
        unet = build_motion_unet(base.unet, finished.motion(job))
        assert isinstance(unet, UNetMotionModel)
        ids = torch.tensor([job.words.encode("1girl")])
        start = 3 * noise(1, 8, 1, 8, 8)

        def distance(strength: float) -> float:
            z = sample_clips(
                unet, base.text, ids, steps=5, guidance=1.0, shape=(64, 64), start=start,
                strength=strength,
            )  # fmt: skip
            return float((z - start).abs().mean())

        assert distance(0.2) < distance(1.0)
