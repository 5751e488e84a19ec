"""The base's parts as one pipeline: for a contact sheet, and as a folder in the SDXL layout."""

from __future__ import annotations

import contextlib
import json
import logging
from typing import TYPE_CHECKING

import torch
from diffusers import (
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    StableDiffusionXLPipeline,
)
from transformers import CLIPTokenizer

from training import base, finished, sheet, text
from training.noise import SCHEDULE
from training.prompts import PROMPTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from diffusers import AutoencoderKL

    from training.job import Job

_log = logging.getLogger(__name__)
_GUIDANCE = 5.0


def export_base(job: Job, folder: Path) -> None:
    """Write the base as a folder that `StableDiffusionXLPipeline.from_pretrained` reads: fp16.

    Raises CheckpointError when the checkpoints of the stages vae and base aren't there.
    """
    weights, _ = job.read("base")
    encoders = text.build(job.recipe, job.words)
    first, second = encoders.modules
    modules = {
        "unet": base.build_unet(job.recipe),
        "text_encoder": first,
        "text_encoder_2": second,
    }
    for name, module in modules.items():
        module.load_state_dict(weights[name])
    pipeline = _pipeline(job, modules, finished.autoencoder(job).to("cpu")).to(dtype=torch.float16)
    pipeline.save_pretrained(folder)
    for name in ("text_encoder", "text_encoder_2"):
        _load_in_full(folder / name / "config.json")
    for name in ("tokenizer", "tokenizer_2"):
        # The library writes tokenizer.json only; older readers want vocabulary and merges.
        job.words.save(folder / name)


def _load_in_full(path: Path) -> None:
    # transformers loads in the type that the file names, diffusers in fp32 unless told: without
    # this, the parts of a pipeline that is loaded without a type would not fit together.
    config = json.loads(path.read_text(encoding="utf-8")) | {"dtype": "float32"}
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def _pipeline(
    job: Job, modules: Mapping[str, torch.nn.Module], autoencoder: AutoencoderKL
) -> StableDiffusionXLPipeline:
    words = job.work / "tokenizer"
    job.words.save(words)
    pipeline = StableDiffusionXLPipeline(
        **modules,
        vae=autoencoder,
        tokenizer=CLIPTokenizer.from_pretrained(words),
        tokenizer_2=CLIPTokenizer.from_pretrained(words),
        # SDXL's own scheduler; "trailing" begins where the noise is strongest.
        scheduler=EulerDiscreteScheduler(**SCHEDULE, timestep_spacing="trailing"),
        add_watermarker=False,
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


@torch.no_grad()
def contact_sheet(job: Job, modules: Mapping[str, torch.nn.Module], path: Path) -> None:
    """Draw the fixed prompts with DPM++ 2M Karras and classifier-free guidance into a PNG."""
    recipe = job.recipe
    pipeline = _pipeline(job, modules, finished.autoencoder(job))
    pipeline.scheduler = DPMSolverMultistepScheduler(**SCHEDULE, use_karras_sigmas=True)
    prompts = list(PROMPTS[: recipe.sheet_prompts])
    width, height = recipe.native
    seeds = [torch.Generator().manual_seed(seed) for seed in range(len(prompts))]
    with job.mixed if job.fused else contextlib.nullcontext():
        pictures = pipeline(
            prompts,
            num_inference_steps=recipe.sheet_steps,
            guidance_scale=_GUIDANCE,
            generator=seeds,
            width=width,
            height=height,
            output_type="np",
        ).images
    sheet.write(path, list((pictures * 255).round().astype("uint8")), columns=8)
    _log.info("%s shows %d prompts", path, len(prompts))
