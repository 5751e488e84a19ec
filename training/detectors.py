"""The detectors of pose and depth: their shapes, and what each should answer.

Both are models of transformers' own kinds, small. Patches of 8 pixels keep hands and eyes apart.
Unaware of where pictures come from.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import nn
from transformers import (
    DepthAnythingConfig,
    DepthAnythingForDepthEstimation,
    Dinov2Config,
    VitPoseBackboneConfig,
    VitPoseConfig,
    VitPoseForPoseEstimation,
)

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel

JOINTS = 17
PATCH = 8
MEAN, DEVIATION = [0.5] * 3, [0.5] * 3
"""What is taken from a picture's levels from 0 to 1, and by what they are divided then."""
_SPREAD = 1.5  # cells
_RARE = 12.0  # how much more errors count at joints, which are few
_EDGES = 1.0  # how much jumps of depth count beside depth itself


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large a detector is, and the pictures that it looks at: `side` x `side` pixels."""

    side: int
    width: int
    layers: int
    heads: int
    cell: int = 4  # pixels of a cell of the pose detector's heatmaps
    fusion: int = 0  # channels of the depth detector's later layers


def build_pose(size: Size) -> VitPoseForPoseEstimation:
    """Make a pose detector with random weights."""
    backbone = VitPoseBackboneConfig(
        image_size=[size.side, size.side],
        patch_size=[PATCH, PATCH],
        hidden_size=size.width,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        mlp_ratio=3,
        out_indices=[size.layers],
    )
    config = VitPoseConfig(
        backbone_config=backbone,
        scale_factor=PATCH // size.cell,
        use_simple_decoder=True,
        id2label=dict(enumerate(_names())),
    )
    return VitPoseForPoseEstimation(config)


def _names() -> tuple[str, ...]:
    pairs = ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    return "nose", *(f"{side} {part}" for part in pairs for side in ("left", "right"))


def build_depth(size: Size) -> DepthAnythingForDepthEstimation:
    """Make a depth detector with random weights; its pictures may be of other sizes, too."""
    backbone = Dinov2Config(
        image_size=size.side,
        patch_size=PATCH,
        hidden_size=size.width,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        mlp_ratio=3,
        out_indices=[math.ceil(size.layers * part / 4) for part in (1, 2, 3, 4)],
        reshape_hidden_states=False,
    )
    config = DepthAnythingConfig(
        backbone_config=backbone,
        patch_size=PATCH,
        reassemble_hidden_size=size.width,
        reassemble_factors=[2, 1, 1, 0.5],
        neck_hidden_sizes=[size.fusion, size.fusion, size.fusion * 2, size.fusion * 2],
        fusion_hidden_size=size.fusion,
        head_hidden_size=size.fusion // 2,
    )
    model = DepthAnythingForDepthEstimation(config)
    # It ends in a ReLU: answers begin where depths are.
    nn.init.constant_(model.head.conv3.bias, 0.5)
    return model


@dataclass(frozen=True, kw_only=True)
class View:
    """Square pictures (B, 3, side, side) from 0 to 1 with their truth.

    `joints` (B, people, 17, 3) are COCO's, in pixels, the third 0 where none is seen; `near`
    (B, side, side) is depth, and `inside` (B, side, side) is 1 where there is a picture.
    """

    pictures: torch.Tensor
    joints: torch.Tensor
    near: torch.Tensor
    inside: torch.Tensor


def moved(view: View) -> View:
    """Return the view with every picture turned, scaled, shifted and maybe mirrored by chance."""
    size, _, extent, _ = view.pictures.shape
    device = view.pictures.device

    def chance(low: float, high: float) -> torch.Tensor:
        return low + (high - low) * torch.rand(size, device=device)

    angle, scale = chance(-0.15, 0.15), torch.exp(chance(-0.3, 0.45))
    side = chance(-1, 1).sign()
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    # From a place in the new picture to one in the old, both from -1 to 1.
    turn = torch.stack([torch.stack([side * cos, -side * sin], 1), torch.stack([sin, cos], 1)], 1)
    shift = torch.stack([chance(-0.2, 0.2), chance(-0.2, 0.2)], 1)
    grid = F.affine_grid(
        torch.cat([turn, shift[:, :, None]], 2), [size, 1, extent, extent], align_corners=False
    )
    planes = torch.cat([view.pictures, view.near[:, None], view.inside[:, None]], 1)
    planes = F.grid_sample(planes, grid, align_corners=False)
    return View(
        pictures=planes[:, :3],
        joints=_moved_joints(view.joints, turn, shift, side, extent),
        near=planes[:, 3],
        inside=planes[:, 4],
    )


def _moved_joints(
    joints: torch.Tensor, turn: torch.Tensor, shift: torch.Tensor, side: torch.Tensor, extent: int
) -> torch.Tensor:
    old = (2 * joints[..., :2] + 1) / extent - 1
    # The inverse of a turn with a mirror is its transpose, but for the scale.
    square = (turn**2).sum((1, 2)) / 2
    back = turn.transpose(1, 2) / square[:, None, None]
    new = torch.einsum("bij,bpkj->bpki", back, old - shift[:, None, None])
    seen = joints[..., 2] * (new.abs() < 1).all(-1)
    placed = torch.cat([((new + 1) * extent - 1) / 2, seen[..., None]], -1)
    # After the nose come pairs of left and right, which a mirror exchanges.
    pairs = placed[:, :, 1:].unflatten(2, (-1, 2)).flip(3).flatten(2, 3)
    mirrored = torch.cat([placed[:, :, :1], pairs], 2)
    return torch.where((side < 0)[:, None, None, None], mirrored, placed)


def seen_by_pose(
    pictures: torch.Tensor, joints: torch.Tensor, size: Size
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return square pictures (B, 3, h, h) and their joints (B, people, 17, 3) at `size.side`.

    Areas are averaged, as the product does it; pixels' centres, not edges, bear whole numbers.
    """
    scale = size.side / pictures.shape[-1]
    places = (joints[..., :2] + 0.5) * scale - 0.5
    small = F.interpolate(pictures, size=(size.side, size.side), mode="area")
    return small, torch.cat([places, joints[..., 2:]], -1)


def worn(pictures: torch.Tensor) -> torch.Tensor:
    """Return pictures (B, 3, h, w) a little blurred, recoloured and noisy by chance."""

    def chance(low: float, high: float, channels: int = 1) -> torch.Tensor:
        drawn = torch.rand((len(pictures), channels, 1, 1), device=pictures.device)
        return low + (high - low) * drawn

    blurred = F.avg_pool2d(F.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    x = pictures + chance(-1, 1).clamp(min=0) * (blurred - pictures)
    x = x * chance(0.85, 1.15, 3) + chance(-0.08, 0.08, 3)
    x = x + chance(-0.05, 0.05).clamp(min=0) * torch.randn_like(x)
    return x.clamp(0, 1)


def signal(pictures: torch.Tensor) -> torch.Tensor:
    """Return pictures from 0 to 1 as both detectors read them."""
    return (pictures - MEAN[0]) / DEVIATION[0]


def heatmaps(joints: torch.Tensor, size: Size) -> torch.Tensor:
    """Return what the pose detector should answer, (B, 17, cells, cells): everybody's joints.

    They are in pixels of the pictures that it looks at.
    """
    cells = size.side // size.cell
    at = joints[..., :2] * ((cells - 1) / (size.side - 1))
    line = torch.arange(cells, device=joints.device, dtype=joints.dtype)
    x, y = (torch.exp(-((line - at[..., i, None]) ** 2) / (2 * _SPREAD**2)) for i in (0, 1))
    bumps = y[..., :, None] * x[..., None, :] * joints[..., 2, None, None]
    return bumps.amax(1)


def pose_loss(got: torch.Tensor, want: torch.Tensor) -> torch.Tensor:
    """Return the squared error of heatmaps, which counts more at joints."""
    return ((1 + _RARE * want) * (got - want) ** 2).mean() * 10


def depth_loss(got: torch.Tensor, want: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
    """Return the error of depths (B, h, w) and of their jumps, where there is a picture."""
    known = (inside > 0.99).float()
    error = (got - want) * known
    jumps = [(error.diff(dim=dim) * known.narrow(dim, 1, known.shape[dim] - 1)) for dim in (1, 2)]
    return error.abs().mean() + _EDGES * sum(jump.abs().mean() for jump in jumps)


def looks_at(model: PreTrainedModel) -> tuple[int, int]:
    """Return the width and height of the pictures that a detector was made for."""
    side = model.config.backbone_config.image_size
    height, width = side if isinstance(side, list | tuple) else (side, side)
    return width, height


def save(model: PreTrainedModel, folder: Path) -> None:
    """Write a folder of transformers' layout, weights in fp16, with its picture processor."""
    width, height = looks_at(model)
    model.half().save_pretrained(folder)
    # Loaded in full, as the text encoders are: see `training.pipeline`.
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) | {"dtype": "float32"}
    processor = _PROCESSORS[type(model)] | {
        "size": {"height": height, "width": width},
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": MEAN,
        "image_std": DEVIATION,
    }
    for place, content in ((path, config), (folder / "preprocessor_config.json", processor)):
        place.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


_PROCESSORS: dict[type, dict[str, object]] = {
    VitPoseForPoseEstimation: {
        "image_processor_type": "VitPoseImageProcessor",
        "do_affine_transform": True,
    },
    DepthAnythingForDepthEstimation: {
        "image_processor_type": "DPTImageProcessor",
        "do_resize": True,
        "resample": 2,
        "keep_aspect_ratio": True,
        "ensure_multiple_of": PATCH,
    },
}
