"""The frame embedder: a small CLIP image tower that knows a character again.

Trained so that two pictures of one character lie close together, and a picture close to the
pooled text of its caption. Unaware of how pictures are drawn and of training loops.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import nn
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

if TYPE_CHECKING:
    from pathlib import Path

_PATCH = 8
_TEXT = 0.3  # weight of the text, beside the identity's 1
_SHARPEST = 4.6  # the logarithm of CLIP's largest scale, 100
# Of every picture this is zoomed in at random: faces and framings must not matter much.
_CROP = 0.25


def build(*, side: int, width: int, layers: int, dimensions: int) -> CLIPVisionModelWithProjection:
    """Make an embedder with random weights for pictures of `side` pixels, `dimensions` out."""
    config = CLIPVisionConfig(
        hidden_size=width,
        intermediate_size=5 * width // 2,
        projection_dim=dimensions,
        num_hidden_layers=layers,
        num_attention_heads=max(width // 32, 1),
        image_size=side,
        patch_size=_PATCH,
        hidden_act="gelu",
    )
    return CLIPVisionModelWithProjection(config)


class Scales(nn.Module):
    """How sharply the two comparisons are made: learnt logarithms."""

    def __init__(self) -> None:
        super().__init__()
        self.identity = nn.Parameter(torch.tensor(2.3))
        self.text = nn.Parameter(torch.tensor(2.3))


def cropped(pictures: torch.Tensor, side: int) -> torch.Tensor:
    """Return random crops of pictures (B, 3, h, w), `side` pixels wide and high."""
    size = len(pictures)
    device = pictures.device
    zoom = 1 - _CROP * torch.rand(size, device=device)
    shift = (2 * torch.rand((2, size), device=device) - 1) * (1 - zoom)
    zero = torch.zeros_like(zoom)
    flip = torch.where(torch.rand(size, device=device) < 0.5, -zoom, zoom)
    rows = [torch.stack([flip, zero, shift[0]], 1), torch.stack([zero, zoom, shift[1]], 1)]
    grid = F.affine_grid(torch.stack(rows, 1), [size, 3, side, side], align_corners=False)
    # Averaging first: a grid that skips pixels would see them flicker.
    small = F.interpolate(pictures, (side, side), mode="area")
    return F.grid_sample(small, grid, padding_mode="reflection", align_corners=False)


def loss(pictures: torch.Tensor, text: torch.Tensor, scales: Scales) -> torch.Tensor:
    """Return the contrastive loss of embeddings (B, 2, D), pairs of one character.

    `text` (B, 2, D) are the pooled embeddings of their captions. InfoNCE as in CLIP
    (Radford et al. 2021, https://arxiv.org/abs/2103.00020), both ways.
    """
    seen = F.normalize(pictures.float(), dim=-1)
    said = F.normalize(text.float(), dim=-1)
    identity = _contrast(seen[:, 0], seen[:, 1], scales.identity)
    return identity + _TEXT * _contrast(seen.flatten(0, 1), said.flatten(0, 1), scales.text)


def _contrast(a: torch.Tensor, b: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """Return how badly rows of `a` and `b` (N, D) that belong together find each other."""
    near = a @ b.T * scale.clamp(max=_SHARPEST).exp()
    own = torch.arange(len(a), device=a.device)
    return (F.cross_entropy(near, own) + F.cross_entropy(near.T, own)) / 2


def top_one(pairs: torch.Tensor, among: int) -> float:
    """Return how often the right twin is the nearest of `among`, for embeddings (N, 2, D)."""
    seen = F.normalize(pairs.float(), dim=-1)
    hits = [
        (group[:, 0] @ group[:, 1].T).argmax(1) == torch.arange(len(group), device=group.device)
        for group in seen.split(among)
    ]
    return float(torch.cat(hits).float().mean())


def save(embedder: CLIPVisionModelWithProjection, folder: Path) -> None:
    """Write a folder of transformers' layout, weights in fp16, with its picture processor."""
    side = embedder.config.image_size
    embedder.half().save_pretrained(folder)
    # Loaded in full, as the text encoders are: see `training.pack`.
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) | {"dtype": "float32"}
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    processor = {
        "image_processor_type": "CLIPImageProcessor",
        "do_resize": True,
        "size": {"shortest_edge": side},
        "resample": 3,
        "do_center_crop": True,
        "crop_size": {"height": side, "width": side},
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "do_convert_rgb": True,
    }
    text = json.dumps(processor, indent=2) + "\n"
    (folder / "preprocessor_config.json").write_text(text, encoding="utf-8")
