"""Turns pictures into vectors that lie near each other where they show the same.

By CLIP's vision tower in transformers' layout, in a pack's `embedder` folder. Unaware of what the
vectors are compared for.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch

from animegen.errors import WeightsUnusable
from animegen.render.explained import gist

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from animegen.video.quality import Embed


@contextmanager
def embedder(folder: Path, device: str) -> Iterator[Embed]:
    """Lend the embedder in `folder` for the block.

    Raises:
        WeightsUnusable: when the folder holds something else.
        RenderFailed: when torch cannot use the device.
    """
    from animegen.render.session import session

    with session(device) as place:
        tower, processor = _load(folder, place)

        def embed(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
            pixels = processor(images=list(pictures), return_tensors="pt")["pixel_values"]
            found = tower(pixel_values=pixels.to(place)).image_embeds
            vectors: NDArray[np.float32] = (
                torch.nn.functional.normalize(found.float()).cpu().numpy()
            )
            return vectors

        yield embed


def _load(folder: Path, device: torch.device) -> tuple[Any, Any]:
    from transformers import CLIPImageProcessor, CLIPVisionModelWithProjection

    try:
        tower: Any = CLIPVisionModelWithProjection.from_pretrained(
            folder, use_safetensors=True, dtype=torch.float32
        )
        return tower.to(device).eval(), CLIPImageProcessor.from_pretrained(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsUnusable(
            f"the weights in {folder} cannot be used: {gist(error)}",
            remedy="they must be a CLIP vision tower of transformers, in safetensors",
        ) from error
