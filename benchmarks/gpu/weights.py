"""Writes SDXL and SD 2.1 in their true sizes and layouts with random weights.

For a stopwatch no real weights are needed: random ones cost what they cost. Shapes are those of the
published configurations: stabilityai/stable-diffusion-xl-base-1.0 and its VAE,
guoyww/animatediff-motion-adapter-sdxl-beta, diffusers/controlnet-depth-sdxl-1.0; SD 2.1 at 768, and
a motion adapter shaped like those for SD 1.5. The vocabulary is the mini pack's: no prompt means
anything.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from diffusers import AutoencoderKL, ControlNetModel, MotionAdapter, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from training import lora_file
from training.adapters import ATTENTION, EVERYWHERE, Adapters, Reach

if TYPE_CHECKING:
    from pathlib import Path

SCHEDULER = {
    "_class_name": "EulerDiscreteScheduler",
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "num_train_timesteps": 1000,
    "prediction_type": "epsilon",
    "steps_offset": 1,
    "timestep_spacing": "leading",
}
_DOWN = {True: "CrossAttnDownBlock2D", False: "DownBlock2D"}
_UP = {True: "CrossAttnUpBlock2D", False: "UpBlock2D"}
_ENCODERS = {"text_encoder": CLIPTextModel, "text_encoder_2": CLIPTextModelWithProjection}
CONTROLS = ("openpose", "depth")
LORAS = ("lcm", "style", "character")
"""In kohya's, PEFT's and diffusers' own names."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """What sets SDXL, SD 2.1 and toys of their kinds apart."""

    base: str
    channels: tuple[int, ...]
    heads: tuple[int, ...]
    depth: tuple[int, ...]
    """Transformer blocks at each level; 0: none."""
    text: tuple[tuple[int, int, int], ...]
    """Width, layers and heads of each text encoder."""
    vae: tuple[int, ...]
    scaling: float
    rank: int
    groups: int
    middle: bool
    """Whether the motion adapter has a middle block."""
    prediction: str


SDXL = Size(
    base="sdxl", channels=(320, 640, 1280), heads=(5, 10, 20), depth=(0, 2, 10),
    text=((768, 12, 12), (1280, 32, 20)), vae=(128, 256, 512, 512), scaling=0.13025, rank=64,
    groups=32, middle=False, prediction="epsilon",
)  # fmt: skip
SD2 = Size(
    base="sd2", channels=(320, 640, 1280, 1280), heads=(5, 10, 20, 20), depth=(1, 1, 1, 0),
    text=((1024, 23, 16),), vae=(128, 256, 512, 512), scaling=0.18215, rank=64, groups=32,
    middle=True, prediction="v_prediction",
)  # fmt: skip
TINY_SDXL = Size(
    base="sdxl", channels=(32, 32, 64), heads=(2, 2, 4), depth=(0, 1, 2),
    text=((32, 2, 2), (32, 2, 2)), vae=(32, 32, 32, 32), scaling=0.13025, rank=4, groups=32,
    middle=False, prediction="epsilon",
)  # fmt: skip
TINY_SD2 = Size(
    base="sd2", channels=(32, 32, 64, 64), heads=(2, 2, 4, 4), depth=(1, 1, 1, 0),
    text=((32, 2, 2),), vae=(32, 32, 32, 32), scaling=0.18215, rank=4, groups=32,
    middle=True, prediction="v_prediction",
)  # fmt: skip


def write(folder: Path, words: Path, size: Size, device: str) -> None:
    """Write base, motion adapter, two ControlNets and three LoRAs below `folder`, in fp16."""
    torch.manual_seed(0)
    base = folder / "base"
    with torch.device(device):
        unet = _unet(size).half()
        modules: dict[str, Any] = {"unet": unet, "vae": _vae(size).half()}
        for (name, kind), shape in zip(_ENCODERS.items(), size.text, strict=False):
            modules[name] = kind(_text_config(shape, words)).half()
        motion = MotionAdapter(
            block_out_channels=size.channels, motion_layers_per_block=2,
            motion_num_attention_heads=8, motion_max_seq_length=32,
            use_motion_mid_block=size.middle,
        ).half()  # fmt: skip
        for name, parameter in motion.named_parameters():
            if "proj_out" in name:  # a new one moves nothing
                torch.nn.init.normal_(parameter, std=0.02)
        for name, module in modules.items():
            module.save_pretrained(base / name)
        motion.save_pretrained(folder / "motion")
        for word in CONTROLS:
            control = ControlNetModel.from_unet(unet).half()
            for layer in (*control.controlnet_down_blocks, control.controlnet_mid_block):
                torch.nn.init.normal_(layer.weight, std=0.01)
            control.save_pretrained(folder / "controls" / word)
        _write_loras(folder / "loras", unet, size.rank)
    _write_small_files(base, words, size)


def _unet(size: Size) -> UNet2DConditionModel:
    deep = [bool(depth) for depth in size.depth]
    more: dict[str, Any] = {}
    if size.base == "sdxl":
        more = {
            "addition_embed_type": "text_time",
            "addition_time_embed_dim": 256,
            "projection_class_embeddings_input_dim": size.text[1][0] + 6 * 256,
        }
    return UNet2DConditionModel(
        sample_size=128,
        block_out_channels=size.channels,
        down_block_types=tuple(_DOWN[one] for one in deep),
        up_block_types=tuple(_UP[one] for one in reversed(deep)),
        transformer_layers_per_block=tuple(max(1, depth) for depth in size.depth),
        attention_head_dim=size.heads,
        cross_attention_dim=sum(width for width, _, _ in size.text),
        use_linear_projection=True,
        norm_num_groups=size.groups,
        **more,
    )


def _vae(size: Size) -> AutoencoderKL:
    levels = len(size.vae)
    vae = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        block_out_channels=size.vae,
        layers_per_block=2,
        latent_channels=4,
        norm_num_groups=size.groups,
        scaling_factor=size.scaling,
        force_upcast=size.base == "sdxl",
    )
    # Untrained it gives one grey, which the renderer rightly refuses.
    with torch.no_grad():
        vae.decoder.conv_out.weight.mul_(8)
    return vae


def _text_config(shape: tuple[int, int, int], words: Path) -> CLIPTextConfig:
    width, layers, heads = shape
    known = json.loads((words / "vocab.json").read_text(encoding="utf-8"))
    return CLIPTextConfig(
        vocab_size=max(49_408, len(known)), hidden_size=width, intermediate_size=4 * width,
        projection_dim=width, num_hidden_layers=layers, num_attention_heads=heads,
        bos_token_id=known["<|startoftext|>"], eos_token_id=known["<|endoftext|>"],
        pad_token_id=known["<|endoftext|>"],
    )  # fmt: skip


def _write_loras(folder: Path, unet: UNet2DConditionModel, rank: int) -> None:
    reaches = {
        "lcm": Reach(pattern=EVERYWHERE, rank=rank, wide=rank),
        "style": Reach(pattern=ATTENTION, rank=rank // 2, wide=rank // 2),
        "character": Reach(pattern=ATTENTION, rank=rank // 4, wide=rank // 4),
    }
    layouts = {"lcm": lora_file.kohya, "style": lora_file.peft, "character": _diffusers}
    for name, reach in reaches.items():
        adapters = Adapters(unet, reach)
        for up in adapters.up.values():
            torch.nn.init.normal_(up, std=1e-3)
        lora_file.write(folder / f"{name}.safetensors", layouts[name](adapters, unet))


def _diffusers(adapters: Adapters, unet: UNet2DConditionModel) -> dict[str, torch.Tensor]:
    """Name the tensors as diffusers did before it used peft."""
    names = {".lora_A.": ".lora.down.", ".lora_B.": ".lora.up."}
    found = {}
    for key, tensor in lora_file.peft(adapters, unet).items():
        old = next(name for name in names if name in key)
        found[key.replace(old, names[old])] = tensor
    return found


def _write_small_files(base: Path, words: Path, size: Size) -> None:
    parts = {
        "scheduler": ["diffusers", "EulerDiscreteScheduler"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
    }
    for (name, kind), _ in zip(_ENCODERS.items(), size.text, strict=False):
        parts[name] = ["transformers", kind.__name__]
        tokenizer = name.replace("text_encoder", "tokenizer")
        parts[tokenizer] = ["transformers", "CLIPTokenizer"]
        shutil.copytree(words, base / tokenizer, dirs_exist_ok=True)
    (base / "scheduler").mkdir(exist_ok=True)
    schedule = SCHEDULER | {"prediction_type": size.prediction}
    (base / "scheduler" / "scheduler_config.json").write_text(json.dumps(schedule))
    pipeline = {"sdxl": "StableDiffusionXLPipeline", "sd2": "StableDiffusionPipeline"}[size.base]
    index: dict[str, Any] = {"_class_name": pipeline, **parts}
    if size.base == "sdxl":
        index["force_zeros_for_empty_prompt"] = True
    (base / "model_index.json").write_text(json.dumps(index))
