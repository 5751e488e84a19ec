"""A whole Stable Diffusion 2 model with tiny random weights, in the layout of the real one.

One OpenCLIP text encoder, no pooled text, v-prediction, a motion adapter of the shape of those for
SD1.5 (with a middle block), a ControlNet, LoRAs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import save_file

from animegen.render.smoke_guides import save_controlnet, save_motion_lora
from animegen.render.smoke_text import encoder_config, save_tokenizer

if TYPE_CHECKING:
    from pathlib import Path

CHANNELS = (32, 48, 48)
WIDTH = 32
"""Of the text encoder."""
RANK = 4


def build(folder: Path) -> None:
    with torch.random.fork_rng(devices=[]):
        unet = save_base(folder / "base")
        save_motion(folder / "motion")
        save_controlnet(folder / "controlnet", unet)
        for index, stem in enumerate(("tcd", "pastel", "mina", "flat")):
            save_lora(folder / "loras" / f"{stem}.safetensors", seed=100 + index, size=0.3)
        save_motion_lora(folder / "motion-loras" / "pan-left.safetensors", CHANNELS, seed=9, size=1)


def unet_config() -> dict[str, Any]:
    return {
        "sample_size": 16,
        "down_block_types": ("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        "block_out_channels": CHANNELS,
        "layers_per_block": 1,
        "norm_num_groups": 8,
        "attention_head_dim": (2, 4, 4),
        "cross_attention_dim": WIDTH,
        "use_linear_projection": True,
        "upcast_attention": True,
    }


def vae_config() -> dict[str, Any]:
    return {
        "down_block_types": ("DownEncoderBlock2D",) * 4,
        "up_block_types": ("UpDecoderBlock2D",) * 4,
        "block_out_channels": (16, 16, 32, 32),
        "latent_channels": 4,
        "norm_num_groups": 8,
        "sample_size": 128,
        "scaling_factor": 0.18215,
    }


def save_base(folder: Path) -> Any:
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline
    from diffusers import UNet2DConditionModel as UNet
    from transformers import CLIPTextModel

    torch.manual_seed(1)
    unet: Any = UNet(**unet_config())
    torch.manual_seed(2)
    vae: Any = AutoencoderKL(**vae_config())
    torch.manual_seed(3)
    encoder = CLIPTextModel(encoder_config(WIDTH))
    tokenizer = save_tokenizer(folder / "tokenizer")
    config = folder / "tokenizer" / "tokenizer_config.json"
    written = json.loads(config.read_text()) | {"pad_token": "!"}
    config.write_text(json.dumps(written))
    tokenizer.pad_token = "!"
    scheduler = DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
        prediction_type="v_prediction",
    )
    pipeline: Any = StableDiffusionPipeline(
        vae=vae,
        text_encoder=encoder,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=scheduler,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder, safe_serialization=True)
    return unet


def save_motion(folder: Path) -> None:
    from diffusers import MotionAdapter

    torch.manual_seed(5)
    adapter: Any = MotionAdapter(
        block_out_channels=CHANNELS,
        motion_layers_per_block=1,
        motion_mid_block_layers_per_block=1,
        motion_num_attention_heads=4,
        motion_norm_num_groups=8,
        motion_max_seq_length=32,
        use_motion_mid_block=True,
    )
    for name, parameter in adapter.named_parameters():
        if "proj_out" in name:  # a new one moves nothing
            torch.nn.init.normal_(parameter, std=0.1)
    adapter.save_pretrained(folder, safe_serialization=True)


def lora_targets() -> list[tuple[str, int, int]]:
    """Return each layer that the LoRAs act on, with what goes in and out of it."""
    targets = []
    for block, layers, width in (("down_blocks.1", 1, 48), ("up_blocks.1", 2, 48)):
        for layer in range(layers):
            stem = f"unet.{block}.attentions.{layer}.transformer_blocks.0"
            targets += [(f"{stem}.attn1.to_q", width, width), (f"{stem}.attn2.to_v", WIDTH, width)]
    for layer in range(3):
        stem = f"text_encoder.text_model.encoder.layers.{layer}.self_attn"
        targets += [(f"{stem}.{name}", WIDTH, WIDTH) for name in ("q_proj", "v_proj", "out_proj")]
    return targets


def save_lora(path: Path, *, seed: int, size: float) -> None:
    """Write a LoRA in PEFT's names."""
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for name, inner, outer in lora_targets():
        tensors[f"{name}.lora_A.weight"] = (
            torch.randn(RANK, inner, generator=generator) / inner**0.5
        )
        up = torch.randn(outer, RANK, generator=generator) * (size / RANK**0.5)
        tensors[f"{name}.lora_B.weight"] = up
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path)
