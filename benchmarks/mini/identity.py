"""Does the frame embedder know a character again, in another place, pose and style?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from benchmarks.mini.sharpness import rebuilt
from benchmarks.mini.table import Row, at_least, percent
from training.embedder import top_one
from training.sights import pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from benchmarks.mini.context import Context

    Picture = NDArray[np.uint8]

_AMONG = 64


@torch.no_grad()
def measure(context: Context) -> list[Row]:
    """Return how often the other picture of a character is the nearest of as many others."""
    from transformers import CLIPImageProcessor, CLIPVisionModelWithProjection

    folder = context.studio.place("embedder")
    tower = CLIPVisionModelWithProjection.from_pretrained(folder, dtype=torch.float32).eval()
    processor = CLIPImageProcessor.from_pretrained(folder)
    both = [scene for seed in range(context.effort.pairs) for scene in pair(seed)]
    drawn = context.true(both)

    def share(pictures: Sequence[Picture]) -> float:
        return top_one(_embedded(tower, processor, pictures).unflatten(0, (-1, 2)), _AMONG)

    beside = f"chance {percent(1 / min(_AMONG, len(both) // 2))}; {len(both) // 2} pairs"
    return [
        at_least(f"the same one among {_AMONG}, drawn", share(drawn), None, beside=beside,
                 form=percent),
        at_least(f"the same one among {_AMONG}, through the autoencoder",
                 share(rebuilt(context, drawn)), None, beside=beside, form=percent),
    ]  # fmt: skip


def _embedded(tower: Any, processor: Any, pictures: Sequence[Picture]) -> torch.Tensor:
    parts = []
    for start in range(0, len(pictures), _AMONG):
        part = list(pictures[start : start + _AMONG])
        parts.append(tower(**processor(images=part, return_tensors="pt")).image_embeds)
    return torch.cat(parts)
