"""Makes the smoke pack: a whole SDXL model with tiny random weights. Unaware of packs and plans.

The layout, the file names and the tensor names are those of a real SDXL checkpoint in diffusers'
format, so everything that loads or denoises a real one is exercised; only the size is not real.
Nothing here has learnt anything: the UNet predicts the clean latent (`prediction_type: sample`),
which turns what random weights do with a prompt into soft coloured shapes instead of noise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from animegen.render.smoke_guides import (
    MOTION_LORAS,
    save_controlnet,
    save_depth_detector,
    save_motion_lora,
    save_pose_detector,
)
from animegen.render.smoke_text import encoder_config, save_tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import torch

BASE = "base"
MOTION = "motion"
CONTROLNET = "controlnet"
LORAS = {
    "lcm": 0.1,
    "pastel-anime-xl": 0.5,
    "anime-flat-color-xl": 0.5,
    "mina": 0.4,
    "aesthetic-anime": 0.3,
}
"""LoRA file stems, each with the size of its random update."""

_CHANNELS = (32, 48, 48)
_TEXT_WIDTHS = (32, 48)
_TIME_ID_WIDTH = 8
_LORA_RANK = 4


def build(folder: Path) -> None:
    """Write the pack's weights into an empty folder; identical bytes for one version of torch."""
    import torch

    with torch.random.fork_rng(devices=[]):
        unet = save_base(folder / BASE)
        save_motion(folder / MOTION)
        for index, (stem, size) in enumerate(LORAS.items()):
            save_lora(folder / "loras" / f"{stem}.safetensors", seed=100 + index, size=size)
        for index, (word, size) in enumerate(MOTION_LORAS.items()):
            path = folder / "motion-loras" / f"{word}.safetensors"
            save_motion_lora(path, _CHANNELS, seed=200 + index, size=size)
        save_controlnet(folder / CONTROLNET, unet)
        save_pose_detector(folder / "detectors" / "pose")
        save_depth_detector(folder / "detectors" / "depth")


def save_base(folder: Path) -> Any:
    """Write UNet, VAE, text encoders, tokenizers and scheduler as a diffusers SDXL folder.

    Returns the UNet.
    """
    import torch
    from diffusers import (
        AutoencoderKL,
        DPMSolverMultistepScheduler,
        StableDiffusionXLPipeline,
        UNet2DConditionModel,
    )
    from transformers import CLIPTextModel, CLIPTextModelWithProjection

    torch.manual_seed(1)
    unet: Any = UNet2DConditionModel(**_unet_config())
    _soften(unet)
    _listen(unet)
    torch.manual_seed(2)
    vae: Any = AutoencoderKL(**_vae_config())
    _soften(vae)
    vae.decoder.conv_out.weight.data *= 1.3
    torch.manual_seed(3)
    encoder = CLIPTextModel(encoder_config(_TEXT_WIDTHS[0]))
    torch.manual_seed(4)
    encoder_2 = CLIPTextModelWithProjection(encoder_config(_TEXT_WIDTHS[1]))
    save_tokenizer(folder / "tokenizer")
    tokenizer = save_tokenizer(folder / "tokenizer_2")
    scheduler = DPMSolverMultistepScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="sample"
    )
    pipeline: Any = StableDiffusionXLPipeline(
        vae=vae,
        text_encoder=encoder,
        text_encoder_2=encoder_2,
        tokenizer=tokenizer,
        tokenizer_2=tokenizer,
        unet=unet,
        scheduler=scheduler,
    )
    pipeline.save_pretrained(folder, safe_serialization=True)
    return unet


def save_motion(folder: Path) -> None:
    """Write a motion adapter folder that fits the UNet."""
    import torch
    from diffusers import MotionAdapter

    torch.manual_seed(5)
    adapter: Any = MotionAdapter(
        block_out_channels=_CHANNELS,
        motion_layers_per_block=1,
        motion_num_attention_heads=4,
        motion_norm_num_groups=8,
        motion_max_seq_length=32,
        use_motion_mid_block=False,
    )
    _glide(adapter)
    adapter.save_pretrained(folder, safe_serialization=True)


def save_lora(path: Path, *, seed: int, size: float) -> None:
    """Write a PEFT-format LoRA over the UNet's attention and both text encoders."""
    import torch
    from safetensors.torch import save_file

    generator = torch.Generator().manual_seed(seed)
    tensors: dict[str, torch.Tensor] = {}
    for name, inner, outer in _lora_targets():
        down = torch.randn(_LORA_RANK, inner, generator=generator) / inner**0.5
        up = torch.randn(outer, _LORA_RANK, generator=generator) * (size / _LORA_RANK**0.5)
        tensors[f"{name}.lora_A.weight"] = down
        tensors[f"{name}.lora_B.weight"] = up
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path)


def _lora_targets() -> Iterable[tuple[str, int, int]]:
    for block, layers in (("down_blocks.1", 1), ("down_blocks.2", 1), ("up_blocks.0", 2)):
        for layer in range(layers):
            stem = f"unet.{block}.attentions.{layer}.transformer_blocks.0"
            for attention, width in (("attn1", _CHANNELS[1]), ("attn2", sum(_TEXT_WIDTHS))):
                yield f"{stem}.{attention}.to_q", _CHANNELS[1], _CHANNELS[1]
                yield f"{stem}.{attention}.to_v", width, _CHANNELS[1]
    for encoder, width in zip(("text_encoder", "text_encoder_2"), _TEXT_WIDTHS, strict=True):
        for layer in range(3):
            stem = f"{encoder}.text_model.encoder.layers.{layer}.self_attn"
            for projection in ("q_proj", "v_proj", "out_proj"):
                yield f"{stem}.{projection}", width, width


def _unet_config() -> dict[str, Any]:
    cross = "CrossAttn"
    return {
        "sample_size": 16,
        "down_block_types": ("DownBlock2D", f"{cross}DownBlock2D", f"{cross}DownBlock2D"),
        "up_block_types": (f"{cross}UpBlock2D", f"{cross}UpBlock2D", "UpBlock2D"),
        "block_out_channels": _CHANNELS,
        "layers_per_block": 1,
        "norm_num_groups": 8,
        "attention_head_dim": (2, 4, 4),
        "cross_attention_dim": sum(_TEXT_WIDTHS),
        "use_linear_projection": True,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": _TIME_ID_WIDTH,
        "projection_class_embeddings_input_dim": _TEXT_WIDTHS[1] + 6 * _TIME_ID_WIDTH,
    }


def _vae_config() -> dict[str, Any]:
    return {
        "down_block_types": ("DownEncoderBlock2D",) * 4,
        "up_block_types": ("UpDecoderBlock2D",) * 4,
        "block_out_channels": (16, 16, 32, 32),
        "latent_channels": 4,
        "norm_num_groups": 8,
        "sample_size": 128,
        "scaling_factor": 0.13025,
        "force_upcast": False,
    }


def _soften(model: torch.nn.Module) -> None:
    """Turn every 3x3 convolution into a mix of channels and a blur: random shapes, soft edges."""
    import torch

    blur = torch.tensor([1.0, 2.0, 1.0]).outer(torch.tensor([1.0, 2.0, 1.0])) / 16
    for layer in model.modules():
        if isinstance(layer, torch.nn.Conv2d) and layer.kernel_size == (3, 3):
            mix = layer.weight.data.sum(dim=(2, 3), keepdim=True)
            layer.weight.data = mix * blur


def _listen(unet: torch.nn.Module) -> None:
    """Let the prompt matter: raw random cross attention whispers."""
    for name, parameter in unet.named_parameters():
        if "attn2.to_out.0.weight" in name or "attn2.to_v.weight" in name:
            parameter.data *= 4.0


def _glide(adapter: torch.nn.Module) -> None:
    """Let every frame look at its neighbours in time, so that shapes drift instead of flicker.

    With equal queries and keys, attention falls off with the distance of the sinusoidal
    positions; strong outputs let what neighbours agree on outweigh a frame's own noise.
    """
    import torch

    for name, parameter in adapter.named_parameters():
        if name.endswith(("to_q.weight", "to_k.weight")):
            parameter.data = 0.2 * torch.eye(len(parameter))
        elif name.endswith(("to_out.0.weight", "proj_out.weight")):
            parameter.data *= 4.0
    for name, buffer in adapter.named_buffers():
        if name.endswith("pos_embed.pe"):
            buffer *= 2.0
