"""Latents on disk: safetensors without metadata, so that equal latents are equal files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.errors import StoreFailed

if TYPE_CHECKING:
    from pathlib import Path

    import torch

_NAME = "latents"


def save_latents(path: Path, latents: torch.Tensor) -> None:
    """Write a tensor of any shape."""
    from safetensors.torch import save_file

    # A file with metadata differs from save to save.
    save_file({_NAME: latents.cpu().contiguous()}, path)


def load_latents(path: Path, device: torch.device) -> torch.Tensor:
    """Read what `save_latents` wrote.

    Raises:
        StoreFailed: when the file is damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)[_NAME].to(device)
    except (SafetensorError, KeyError) as error:
        raise StoreFailed(f"{path} holds no latents: {error}") from error
