"""Writes a diffusers folder as one file with the original names of published checkpoints.

The names are those of Stability AI's releases, which A1111 and ComfyUI read: the reverse of what
diffusers does when it loads one.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import torch
from safetensors.torch import load_file, save_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Tensors = dict[str, torch.Tensor]

RESNET = {
    "norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0", "conv2": "out_layers.3", "conv_shortcut": "skip_connection",
}  # fmt: skip
UNET = {
    "conv_in": "input_blocks.0.0", "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2", "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2", "mid_block.resnets.0": "middle_block.0",
    "mid_block.attentions.0": "middle_block.1", "mid_block.resnets.1": "middle_block.2",
    "conv_norm_out": "out.0", "conv_out": "out.2",
}  # fmt: skip
VAE = {
    "mid_block.resnets.0": "mid.block_1", "mid_block.resnets.1": "mid.block_2",
    "mid_block.attentions.0": "mid.attn_1", "group_norm": "norm", "to_q": "q", "to_k": "k",
    "to_v": "v", "to_out.0": "proj_out", "conv_norm_out": "norm_out",
    "conv_shortcut": "nin_shortcut", "downsamplers.0": "downsample", "upsamplers.0": "upsample",
}  # fmt: skip
OPEN_CLIP = {
    "embeddings.token_embedding.weight": "token_embedding.weight",
    "embeddings.position_embedding.weight": "positional_embedding",
    "final_layer_norm": "ln_final", "encoder.layers": "transformer.resblocks",
    "layer_norm1": "ln_1", "layer_norm2": "ln_2", "mlp.fc1": "mlp.c_fc", "mlp.fc2": "mlp.c_proj",
    "self_attn.out_proj": "attn.out_proj",
}  # fmt: skip


def sdxl_tensors(folder: Path) -> Tensors:
    """Return all tensors of a folder under the names of `sd_xl_base_1.0.safetensors`."""
    clip = {f"text_model.{name}": value for name, value in _text(folder / "text_encoder").items()}
    return (
        unet_tensors(folder / "unet")
        | _under("first_stage_model.", vae_tensors(folder / "vae"))
        | _under("conditioner.embedders.0.transformer.", clip)
        | _under("conditioner.embedders.1.model.", open_clip_tensors(folder / "text_encoder_2"))
    )


def sd2_tensors(folder: Path) -> Tensors:
    """Return all tensors of a folder under the names of `v2-1_768-ema-pruned.safetensors`."""
    text = open_clip_tensors(folder / "text_encoder")
    width = text["ln_final.weight"].shape[0]
    # Published with the projection that nothing reads.
    text |= {"text_projection": torch.ones(width, width), "logit_scale": torch.ones(())}
    return (
        unet_tensors(folder / "unet")
        | _under("first_stage_model.", vae_tensors(folder / "vae"))
        | _under("cond_stage_model.model.", text)
    )


def save_original(folder: Path, path: Path, *, base: str, **header: str) -> None:
    """Write a diffusers folder as one file; `header` has `.` for `__`."""
    tensors = sdxl_tensors(folder) if base == "sdxl" else sd2_tensors(folder)
    metadata = {name.replace("__", "."): value for name, value in header.items()}
    save_file({name: value.contiguous() for name, value in tensors.items()}, path, metadata or None)


def unet_tensors(folder: Path) -> Tensors:
    config = json.loads((folder / "config.json").read_text())
    ups = config["up_block_types"]
    places = dict(_unet_places(config["layers_per_block"], ["CrossAttn" in up for up in ups]))
    renamed = {}
    for name, value in _tensors(folder).items():
        stem = next(
            stem for stem in (*places, *UNET) if name == stem or name.startswith(f"{stem}.")
        )
        rest = name.removeprefix(stem)
        if "resnets" in stem:
            rest = _renamed(rest, RESNET)
        renamed[f"model.diffusion_model.{(places | UNET)[stem]}{rest}"] = value
    return renamed


def _unet_places(layers: int, attentive: list[bool]) -> Iterator[tuple[str, str]]:
    """Yield where each block lies in the original's flat lists."""
    index = 0
    for level in range(len(attentive)):
        for layer in range(layers):
            index += 1
            yield f"down_blocks.{level}.resnets.{layer}", f"input_blocks.{index}.0"
            yield f"down_blocks.{level}.attentions.{layer}", f"input_blocks.{index}.1"
        index += 1
        yield f"down_blocks.{level}.downsamplers.0.conv", f"input_blocks.{index}.0.op"
    index = -1
    for level, attends in enumerate(attentive):
        for layer in range(layers + 1):
            index += 1
            yield f"up_blocks.{level}.resnets.{layer}", f"output_blocks.{index}.0"
            yield f"up_blocks.{level}.attentions.{layer}", f"output_blocks.{index}.1"
        yield f"up_blocks.{level}.upsamplers.0", f"output_blocks.{index}.{1 + attends}"


def vae_tensors(folder: Path) -> Tensors:
    config = json.loads((folder / "config.json").read_text())
    last = len(config["block_out_channels"]) - 1
    renamed = {}
    for name, value in _tensors(folder).items():
        new = re.sub(r"down_blocks\.(\d)\.resnets", r"down.\1.block", name)
        new = re.sub(r"down_blocks\.(\d)", r"down.\1", new)
        new = re.sub(r"up_blocks\.(\d)", lambda match: f"up.{last - int(match[1])}", new)
        new = _renamed(new.replace(".resnets.", ".block.") if ".up." in new else new, VAE)
        if ".attn_1." in new and value.ndim == 2:  # convolutions of one pixel
            value = value[:, :, None, None]
        renamed[new] = value
    return renamed


def open_clip_tensors(folder: Path) -> Tensors:
    renamed: Tensors = {}
    for name, value in _text(folder).items():
        if name == "text_projection.weight":
            renamed["text_projection"] = value.T
        elif ".q_proj." in name:
            others = [_text(folder)[name.replace(".q_proj.", f".{key}_proj.")] for key in "kv"]
            new = _renamed(name, OPEN_CLIP).replace("self_attn.q_proj.", "attn.in_proj_")
            renamed[new] = torch.cat([value, *others])
        elif ".k_proj." not in name and ".v_proj." not in name:
            renamed[_renamed(name, OPEN_CLIP)] = value
    return renamed


def _text(folder: Path) -> Tensors:
    # Of the two classes in transformers, one keeps its encoder under `text_model.`.
    return {name.removeprefix("text_model."): value for name, value in _tensors(folder).items()}


def _tensors(folder: Path) -> Tensors:
    (path,) = folder.glob("*.safetensors")
    return load_file(path)


def _under(prefix: str, tensors: Tensors) -> Tensors:
    return {f"{prefix}{name}": value for name, value in tensors.items()}


def _renamed(name: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        name = re.sub(rf"(^|\.){re.escape(old)}(?=\.|$)", rf"\1{new}", name)
    return name


HINTS = {"conv_in": 0, "conv_out": 14} | {f"blocks.{index}": 2 * index + 2 for index in range(6)}


def controlnet_tensors(folder: Path) -> Tensors:
    """Return a ControlNet under the names of lllyasviel's and thibaud's releases."""
    config = json.loads((folder / "config.json").read_text())
    downs = ["CrossAttn" in down for down in config["down_block_types"]]
    places = dict(_unet_places(config["layers_per_block"], downs))
    renamed = {}
    for name, value in _tensors(folder).items():
        if match := re.match(r"controlnet_cond_embedding\.(conv_in|conv_out|blocks\.\d)\.", name):
            renamed[f"input_hint_block.{HINTS[match[1]]}.{name[match.end() :]}"] = value
        elif match := re.match(r"controlnet_down_blocks\.(\d+)\.", name):
            renamed[f"zero_convs.{match[1]}.0.{name[match.end() :]}"] = value
        elif name.startswith("controlnet_mid_block."):
            renamed[name.replace("controlnet_mid_block", "middle_block_out.0")] = value
        else:
            stem = next(stem for stem in (*places, *UNET) if name.startswith(f"{stem}."))
            rest = name.removeprefix(stem)
            rest = _renamed(rest, RESNET) if "resnets" in stem else rest
            renamed[f"{(places | UNET)[stem]}{rest}"] = value
    return {f"control_model.{name}": value for name, value in renamed.items()}


MOTION = {
    "norm1": "norms.0", "norm2": "norms.1", "norm3": "ff_norm",
    "attn1": "attention_blocks.0", "attn2": "attention_blocks.1",
}  # fmt: skip


def motion_tensors(folder: Path) -> Tensors:
    """Return a motion adapter under the names of guoyww's releases."""
    renamed = {}
    for name, value in _tensors(folder).items():
        name = re.sub(r"(motion_modules\.\d+)", r"\1.temporal_transformer", name)
        if name.endswith("pos_embed.pe"):
            for block in "01":
                place = f"attention_blocks.{block}.pos_encoder.pe"
                renamed[name.replace("pos_embed.pe", place)] = value
        else:
            renamed[_renamed(name, MOTION)] = value
    return renamed
