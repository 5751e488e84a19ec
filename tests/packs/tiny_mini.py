"""A pack in the layout of mini with tiny random weights: what loads it loads the real one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import torch
from diffusers import ControlNetModel, MotionAdapter
from safetensors.torch import save_file

from training import base, checkpoint, detector_stage, pack, pipeline, scenery, text, vae
from training.job import Job
from training.recipe import TINY
from training.slices import Slice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from torch import nn

    from animegen.packs.pack import Pack


def build(folder: Path, mini: Pack) -> None:
    """Write every part that `mini` names."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        job = _job(folder.with_name("work"))
        unet = _random(base.build_unet(TINY))
        adapter = _random(_adapter())
        _save_base(job, folder / mini.base.path, unet)
        adapter.half().save_pretrained(folder / mini.motion.path)
        for path in {control.path for control in mini.controls.values()}:
            _random(ControlNetModel.from_unet(unet)).half().save_pretrained(folder / path)
        for lora in mini.loras.values():
            _save_lora(folder / lora.path, _targets(unet, "attn"))
        for lora in mini.motion_loras.values():
            _save_lora(folder / lora.path, _targets(adapter, "transformer_blocks"))
        _save(job, "detectors", detector_stage.build(TINY))
        detector_stage.export(job, folder)
    shutil.rmtree(job.work)
    pack.write_digests(folder)


def _job(work: Path) -> Job:
    return Job(
        recipe=TINY,
        words=scenery.words(),
        folders=(work,),
        slice=Slice(before=0, share=1, started=0, seconds=1),
        device=torch.device("cpu"),
        compiled=False,
    )


def _save(job: Job, stage: str, modules: dict[str, nn.Module]) -> None:
    state = checkpoint.State(step=1, progress=1.0, words=job.words.digest)
    weights = {name: module.state_dict() for name, module in modules.items()}
    checkpoint.write(job.work, stage, weights, state)


def _random(model: nn.Module) -> nn.Module:
    """Fill what training starts from nothing, so that every part shows."""
    with torch.no_grad():
        for parameter in model.parameters():
            if not parameter.any():
                parameter.normal_(std=0.2)
    return model.eval()


def _save_base(job: Job, folder: Path, unet: nn.Module) -> None:
    first, second = text.build(TINY, job.words).modules
    _save(job, "vae", {"vae": vae.build(TINY)})
    _save(job, "base", {"unet": unet, "text_encoder": first, "text_encoder_2": second})
    pipeline.export_base(job, folder)


def _adapter() -> MotionAdapter:
    return MotionAdapter(
        block_out_channels=TINY.unet_channels,
        motion_layers_per_block=2,
        motion_num_attention_heads=2,
        motion_norm_num_groups=TINY.unet_norm_groups,
        motion_max_seq_length=32,
        use_motion_mid_block=False,
    )


def _targets(model: nn.Module, part: str) -> Iterator[tuple[str, torch.Tensor]]:
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and part in name:
            yield name, module.weight


def _save_lora(path: Path, targets: Iterator[tuple[str, torch.Tensor]]) -> None:
    tensors = {}
    for name, weight in targets:
        outputs, inputs = weight.shape
        tensors[f"unet.{name}.lora_A.weight"] = torch.randn(2, inputs).half()
        tensors[f"unet.{name}.lora_B.weight"] = torch.randn(outputs, 2).half()
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path)
