"""The smoke pack's guides: a ControlNet, motion LoRAs and detectors with tiny random weights.

Each in its field's true layout. Nothing here has learnt anything: the pose detector finds nobody,
the depth detector answers with soft shapes. Unaware of packs and plans.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import torch

MOTION_LORAS = {"pan-left": 1.5, "zoom-in": 1.5}
"""Motion words with a LoRA, each with the size of its random update; others become a camera."""

_RANK = 2
_PICTURE = 64
_PATCH = 16
_SEEING = 4.0
_FOLLOWING = 0.3
"""How large the random weights are that a new ControlNet has at zero."""
_UNSURE = 0.01
"""No joint is ever seen: what a pose detector says of most anime."""
_AFAR = 2.0
"""The last layer ends in a ReLU, which would swallow half of what is said around zero."""


def save_controlnet(folder: Path, unet: Any) -> None:
    """Write a ControlNet that fits the UNet and, unlike a new one, has a say."""
    import torch
    from diffusers import ControlNetModel

    torch.manual_seed(6)
    network: Any = ControlNetModel.from_unet(
        unet, conditioning_embedding_out_channels=(8, 16, 16, 32)
    )
    last = network.controlnet_cond_embedding.conv_out
    torch.nn.init.normal_(last.weight, std=_SEEING)
    for layer in (*network.controlnet_down_blocks, network.controlnet_mid_block):
        torch.nn.init.normal_(layer.weight, std=_FOLLOWING / layer.in_channels**0.5)
    network.save_pretrained(folder, safe_serialization=True)


def save_motion_lora(path: Path, channels: Sequence[int], *, seed: int, size: float) -> None:
    """Write a LoRA over the attention of the motion modules, in PEFT's names."""
    import torch
    from safetensors.torch import save_file

    generator = torch.Generator().manual_seed(seed)
    tensors: dict[str, torch.Tensor] = {}
    downs = [(f"down_blocks.{block}", 1, width) for block, width in enumerate(channels)]
    ups = [(f"up_blocks.{block}", 2, width) for block, width in enumerate(reversed(channels))]
    for block, layers, width in (*downs, *ups):
        for layer in range(layers):
            stem = f"unet.{block}.motion_modules.{layer}.transformer_blocks.0"
            for target in ("attn1.to_q", "attn1.to_v", "attn2.to_v", "attn2.to_out.0"):
                down = torch.randn(_RANK, width, generator=generator) / width**0.5
                up = torch.randn(width, _RANK, generator=generator) * (size / _RANK**0.5)
                tensors[f"{stem}.{target}.lora_A.weight"] = down
                tensors[f"{stem}.{target}.lora_B.weight"] = up
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path)


def save_pose_detector(folder: Path) -> None:
    """Write a VitPose model of transformers."""
    import torch
    from transformers import VitPoseBackboneConfig, VitPoseConfig, VitPoseForPoseEstimation

    torch.manual_seed(7)
    backbone = VitPoseBackboneConfig(
        image_size=[_PICTURE, _PICTURE],
        patch_size=[_PATCH, _PATCH],
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        mlp_ratio=2,
    )
    make: Any = VitPoseConfig
    config = make(backbone_config=backbone, use_simple_decoder=True, num_labels=17)
    model: Any = VitPoseForPoseEstimation(config)
    for parameter in model.head.parameters():
        parameter.data *= _UNSURE
    _save_detector(model, folder)


def save_depth_detector(folder: Path) -> None:
    """Write a DepthAnything model of transformers."""
    import torch
    from transformers import DepthAnythingConfig, DepthAnythingForDepthEstimation, Dinov2Config

    torch.manual_seed(8)
    make: Any = Dinov2Config
    backbone = make(
        image_size=_PICTURE,
        patch_size=_PATCH,
        hidden_size=16,
        num_hidden_layers=4,
        num_attention_heads=2,
        mlp_ratio=2,
        out_indices=[1, 2, 3, 4],
        reshape_hidden_states=False,
    )
    config = DepthAnythingConfig(
        backbone_config=backbone,
        patch_size=_PATCH,
        reassemble_hidden_size=16,
        neck_hidden_sizes=[8, 8, 8, 8],
        fusion_hidden_size=8,
        head_hidden_size=8,
    )
    model: Any = DepthAnythingForDepthEstimation(config)
    for layer in (*model.neck.modules(), *model.head.modules()):
        if isinstance(layer, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(layer.weight)  # transformers' own whisper
    torch.nn.init.constant_(model.head.conv3.bias, _AFAR)
    _save_detector(model, folder)


def _save_detector(model: Any, folder: Path) -> None:
    model.save_pretrained(folder)
    preparing = {
        "size": {"width": _PICTURE, "height": _PICTURE},
        "ensure_multiple_of": _PATCH,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    }
    text = json.dumps(preparing, indent=2)
    (folder / "preprocessor_config.json").write_text(text, encoding="utf-8")
