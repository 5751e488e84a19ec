"""Turns clean latents into pictures and refuses broken ones. Unaware of how they were denoised."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from animegen.errors import RenderFailed
from animegen.render.memory import let_go, with_room

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import numpy as np
    import torch
    from numpy.typing import NDArray

    from animegen.render.job import Bench

_AT_ONCE = {"cuda": 4}
"""Frames that are decoded together, elsewhere one: more cost memory (16 of 1024 x 1024 explode),
and on a CPU they take longer. Always as many, so that a GPU needs compiled code for one shape."""
_FLAT = 2
"""A picture whose levels lie this close together shows nothing."""
_LEAST_TILE = 4
"""In latents: a quarter of a tile overlaps the next, so sides are multiples of it."""

_TILING = ("use_tiling", "tile_latent_min_size", "tile_sample_min_size")
"""What says whether and how diffusers' AutoencoderKL works in tiles."""


def decode_frames(
    vae: Any, z: torch.Tensor, bench: Bench, *, allow_black: bool = False
) -> Generator[NDArray[np.uint8], None, None]:
    """Yield the frames of scaled latents z (1, C, F, h, w) as uint8 RGB (8h, 8w, 3).

    A VAE in half precision that overflows works on in float32 until the last frame; one that runs
    out of memory although nothing else is on the device works on in tiles.

    Raises:
        RenderFailed: for NaN, infinite, and unless `allow_black`, black or flat pictures; they
            must never be cached.
        torch.OutOfMemoryError: when a tile is too large, too.
    """
    if not bool(z.isfinite().all()):
        raise RenderFailed(
            "the model's output is not finite (NaN)",
            remedy="render with --dtype bfloat16 or float32; if it stays, the weights are damaged",
        )
    latents = z[0].transpose(0, 1) / vae.config.scaling_factor
    with _put_back(vae):
        size = _AT_ONCE.get(z.device.type, 1)
        for some in latents.split(size):
            pixels = _decode_or_tile(vae, _filled_up(some, size), bench)[: len(some)]
            levels = (pixels.float() / 2 + 0.5).clamp(0, 1).mul(255).round()
            for picture in levels.byte().permute(0, 2, 3, 1).cpu().numpy():
                yield picture if allow_black else _sound(picture)


def _filled_up(latents: torch.Tensor, size: int) -> torch.Tensor:
    """Return `size` latents: the last one is repeated where some are missing."""
    import torch

    missing = size - len(latents)
    return torch.cat([latents, *[latents[-1:]] * missing]) if missing else latents


@contextmanager
def _put_back(vae: Any) -> Iterator[None]:
    """Undo changes: the resident VAE renders the next node, which must not depend on this one."""
    own = vae.dtype
    tiling = {name: getattr(vae, name) for name in _TILING}
    compiled = vae.decoder._compiled_call_impl
    try:
        yield
    finally:
        vae.to(own)
        vae.decoder._compiled_call_impl = compiled
        for name, value in tiling.items():
            setattr(vae, name, value)


def _decode_or_tile(vae: Any, latent: torch.Tensor, bench: Bench) -> torch.Tensor:
    import torch

    try:
        return with_room(lambda: _decode(vae, latent, bench), bench)
    except torch.OutOfMemoryError as error:
        let_go(error)
    bench.note("decoding ran out of memory: it goes on in tiles, tones may differ, joints may show")
    _tile(vae, latent)
    return _decode(vae, latent, bench)


def _tile(vae: Any, latent: torch.Tensor) -> None:
    """Let the VAE decode latents of this size (N, C, h, w) in tiles of half their longer side."""
    _run_as_written(vae)
    half = max(_LEAST_TILE, max(latent.shape[2:]) // 2 // _LEAST_TILE * _LEAST_TILE)
    vae.tile_latent_min_size = half
    vae.tile_sample_min_size = half * 2 ** (len(vae.config.block_out_channels) - 1)
    vae.enable_tiling()


def _decode(vae: Any, latents: torch.Tensor, bench: Bench) -> torch.Tensor:
    """Return pixels (N, 3, 8h, 8w); leaves a VAE that overflows in float32."""
    import torch

    pixels: torch.Tensor = vae.decode(latents.to(vae.dtype), return_dict=False)[0]
    if not bool(pixels.isfinite().all()) and vae.dtype != torch.float32:
        name = str(vae.dtype).removeprefix("torch.")
        bench.note(f"the VAE overflowed in {name}: decoding in float32")
        _run_as_written(vae)
        pixels = vae.to(torch.float32).decode(latents.float(), return_dict=False)[0]
    if not bool(pixels.isfinite().all()):
        raise RenderFailed(
            "the VAE's pictures are not finite (NaN)",
            remedy="the VAE's weights are damaged: put the pack's own back",
        )
    return pixels


def _run_as_written(vae: Any) -> None:
    """Leave compiled code aside: shapes and types that are rare are not worth compiling for."""
    vae.decoder._compiled_call_impl = None


def _sound(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if int(picture.max()) - int(picture.min()) <= _FLAT:
        raise RenderFailed(
            f"a picture came out flat (every pixel is about {int(picture.mean())} of 255)",
            remedy="the weights are damaged or overflow: try --dtype float32; "
            "if the shot is meant to be so, give it `allow_black: true`",
        )
    return picture
