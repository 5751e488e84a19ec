"""Turns clean latents into pictures and refuses broken ones. Unaware of how they were denoised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from animegen.errors import RenderFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import torch
    from numpy.typing import NDArray

    from animegen.render.job import Bench

_AT_ONCE = {"cuda": 2}
"""Frames that are decoded together, elsewhere one: more cost memory (16 of 1024 x 1024 explode),
and on a CPU they take longer."""
_FLAT = 2
"""A picture whose levels lie this close together shows nothing."""


def decode_frames(vae: Any, z: torch.Tensor, bench: Bench) -> Iterator[NDArray[np.uint8]]:
    """Yield the frames of scaled latents z (1, C, F, h, w) as uint8 RGB (8h, 8w, 3).

    A VAE in half precision that overflows works on in float32 until the last frame.

    Raises:
        RenderFailed: for NaN, infinite, black or flat pictures; they must never be cached.
    """
    if not bool(z.isfinite().all()):
        raise RenderFailed(
            "the model's output is not finite (NaN)",
            remedy="set the pack's dtype to bfloat16 or float32",
        )
    latents = z[0].transpose(0, 1) / vae.config.scaling_factor
    own = vae.dtype
    try:
        for some in latents.split(_AT_ONCE.get(z.device.type, 1)):
            pixels = _decode(vae, some, bench)
            levels = (pixels.float() / 2 + 0.5).clamp(0, 1).mul(255).round()
            for picture in levels.byte().permute(0, 2, 3, 1).cpu().numpy():
                yield _sound(picture)
    finally:
        vae.to(own)  # the resident VAE renders the next node, which must not depend on this one


def _decode(vae: Any, latents: torch.Tensor, bench: Bench) -> torch.Tensor:
    """Return pixels (N, 3, 8h, 8w); leaves a VAE that overflows in float32."""
    import torch

    pixels: torch.Tensor = vae.decode(latents.to(vae.dtype), return_dict=False)[0]
    if not bool(pixels.isfinite().all()) and vae.dtype != torch.float32:
        name = str(vae.dtype).removeprefix("torch.")
        bench.note(f"the VAE overflowed in {name}: decoding in float32")
        pixels = vae.to(torch.float32).decode(latents.float(), return_dict=False)[0]
    if not bool(pixels.isfinite().all()):
        raise RenderFailed("the VAE's pictures are not finite (NaN)")
    return pixels


def _sound(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if int(picture.max()) - int(picture.min()) <= _FLAT:
        raise RenderFailed(
            f"a picture came out flat (every pixel is about {int(picture.mean())} of 255)",
            remedy="the weights are damaged or overflow: try dtype float32",
        )
    return picture
