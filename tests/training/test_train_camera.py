"""The camera's motion LoRAs: trained eight at a time, each a file that stock diffusers wears."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from diffusers import AnimateDiffSDXLPipeline, DDIMScheduler, MotionAdapter
from safetensors.torch import load_file, save_file

from animegen.render.models import build_motion_unet
from tests.training.tiny import animated, job_in, train, wear
from training import checkpoint, finished, pipeline
from training.camera_loras import CameraLoras, Layout
from training.camera_stage import export, tensors
from training.clip_model import ClipModel
from training.clip_pools import ClipPools
from training.clips import FRAMES, STILL, WORDS
from training.motion_stage import build
from training.motion_stage import export as export_motion
from training.motion_unet import predict
from training.noise import SCHEDULE
from training.recipe import MINI, TINY

if TYPE_CHECKING:
    from pathlib import Path

    from training.job import Job

TOLD = torch.ones(1, 77, 32), torch.ones(1, 16), torch.tensor([64.0, 64, 0, 0, 64, 64])


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after the stages motion and camera, with the pack's part of both."""
    work = animated(tmp_path_factory.getbasetemp())
    train(work, "camera")
    export_motion(job_in(work), work / "pack")
    export(job_in(work), work / "pack")
    return work


@pytest.fixture
def job(trained: Path) -> Job:
    return job_in(trained)


def lively(layout: Layout) -> tuple[MotionAdapter, CameraLoras]:
    """Modules that move, and LoRAs that say how."""
    torch.manual_seed(1)
    adapter = build(TINY)
    cameras = CameraLoras(adapter, layout)
    with torch.no_grad():
        for name, weight in (*adapter.named_parameters(), *cameras.up.named_parameters()):
            if not weight.any() and not name.endswith("bias"):
                weight.normal_(std=0.5)
    return adapter, cameras


def test_each_clip_of_a_batch_wears_its_words_lora(job: Job, tmp_path: Path) -> None:
    adapter, cameras = lively(Layout(still=2, moving=1))
    files = {word: tmp_path / f"{word}.safetensors" for word in WORDS}
    for word, path in files.items():
        save_file(tensors(cameras, word), path)
    with torch.no_grad():
        for weight in cameras.parameters():
            weight.copy_(weight.half())
    base = finished.base(job)
    alone = build_motion_unet(base.unet, adapter)
    model = ClipModel(job, build(TINY), cameras.layout)
    model.adapter.load_state_dict(adapter.state_dict())
    model.cameras.load_state_dict(cameras.state_dict())
    z = torch.randn(10, TINY.latent_channels, FRAMES, 8, 8)
    t = torch.full((10,), 700)
    context, pooled, sizes = TOLD
    with torch.no_grad():
        got = predict(model.unet, z, t, context.expand(10, -1, -1), pooled.expand(10, -1), sizes)
        plain = predict(alone, z[:1], t[:1], *TOLD)
        torch.testing.assert_close(got[:1], plain, atol=1e-4, rtol=1e-3)
        for number in (0, 7):
            alone = build_motion_unet(base.unet, adapter)
            alone.load_lora_adapter(load_file(files[WORDS[number]]), prefix="unet")
            clip = slice(2 + number, 3 + number)
            worn = predict(alone, z[clip], t[:1], *TOLD)
            torch.testing.assert_close(got[clip], worn, atol=1e-4, rtol=1e-3)
            assert (worn - predict(alone, z[:1], t[:1], *TOLD)).abs().max() > 0.01


def test_the_renderer_wears_a_file_whole(trained: Path, job: Job) -> None:
    unet = build_motion_unet(finished.base(job).unet, finished.motion(job))
    path = trained / "pack" / "motion-loras" / "roll-cw.safetensors"
    before = {name: weight.clone() for name, weight in unet.named_parameters()}
    wear(unet, path)
    worn = [name for name, weight in unet.named_parameters() if not weight.equal(before[name])]
    assert all("motion_modules" in name for name in worn)
    assert len(worn) == 2 * 4 * 3 * (2 + 3)


def test_a_layout_is_given_back() -> None:
    cameras = CameraLoras(build(TINY), Layout(still=2, moving=3))
    with cameras.dealt(still=1, moving=0):
        assert cameras.layout == Layout(still=1, moving=0)
    assert cameras.layout == Layout(still=2, moving=3)


def test_only_the_loras_learn(trained: Path) -> None:
    motion, _ = checkpoint.read(trained, "motion")
    camera, state = checkpoint.read(trained, "camera")
    assert state.finished
    assert set(camera) == {"cameras"}
    assert camera["cameras"].keys() == motion["cameras"].keys()
    learnt = [k for k, t in camera["cameras"].items() if not t.equal(motion["cameras"][k])]
    assert learnt
    assert (trained / "camera.png").stat().st_size < 1_000_000


def test_files_are_small_and_have_the_public_layout() -> None:
    found = tensors(CameraLoras(build(MINI), Layout(still=0, moving=1)), "zoom-in")
    assert "unet.down_blocks.0.motion_modules.0.transformer_blocks.0.attn1.processor." in next(
        iter(found)
    )
    assert sum(t.numel() for t in found.values()) * 2 < 300_000
    assert {t.dtype for t in found.values()} == {torch.float16}
    # Two attentions, four projections, two matrices in each of the modules.
    assert len(found) == 2 * 4 * 2 * 3 * (2 + 3)


def test_stock_pipeline_wears_every_file_and_moves(trained: Path, job: Job) -> None:
    pack = trained / "pack"
    pipeline.export_base(job, pack / "base")
    stock = AnimateDiffSDXLPipeline.from_pretrained(
        pack / "base",
        motion_adapter=MotionAdapter.from_pretrained(pack / "motion"),
        scheduler=DDIMScheduler(**SCHEDULE),
    )
    stock.set_progress_bar_config(disable=True)

    def frames() -> torch.Tensor:
        return stock(
            "1girl", num_inference_steps=2, num_frames=4, width=64, height=64, guidance_scale=1.0,
            generator=torch.Generator().manual_seed(0), output_type="latent",
        ).frames  # fmt: skip

    before = frames()
    for word in WORDS:
        path = pack / "motion-loras" / f"{word}.safetensors"
        matrices = load_file(path)
        stock.load_lora_weights(pack / "motion-loras", weight_name=path.name, adapter_name=word)
        found = [n for n, _ in stock.unet.named_modules() if n.endswith((f"A.{word}", f"B.{word}"))]
        assert len(found) == len(matrices)
    stock.set_adapters("pan-left", 1.0)
    assert not torch.equal(frames(), before)
    stock.disable_lora()
    torch.testing.assert_close(frames(), before)


def test_pools_keep_words_apart(job: Job) -> None:
    class Some:
        """Two clips of a still camera, two of each word."""

        def waiting(self) -> int:
            return 18

        def take(self, most: int) -> dict[str, object]:
            cameras = torch.arange(STILL, len(WORDS)).repeat(2)
            rgb = (cameras + 1).view(-1, 1, 1, 1, 1).expand(-1, FRAMES, 64, 64, 3) * 28
            rows = {
                "rgb": rgb.byte(),
                "ids": cameras.view(-1, 1, 1).expand(-1, 2, 77),
                "camera": cameras,
                "loops": torch.zeros(most, dtype=torch.bool),
            }
            return {name: tensor.numpy() for name, tensor in rows.items()}

    pools = ClipPools(job, Some(), chunk=18, still=4, moving=4)
    pools.fill_up(18)
    drawn = pools.sample(3, 2)
    assert drawn["ids"][:, 0].tolist() == [STILL] * 3 + [n for n in range(8) for _ in range(2)]
    assert drawn["z"].shape == (19, TINY.latent_channels, FRAMES, 8, 8)
    # Equal words, equal pictures; other words, others.
    assert torch.equal(drawn["z"][3], drawn["z"][4])
    assert not torch.equal(drawn["z"][4], drawn["z"][5])
