"""Every number of a training in one row: sizes of the models, batches, rates. Knows no code."""

from __future__ import annotations

from dataclasses import dataclass

# Width x height in pixels. The first is the native size.
Shape = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The sizes of one variant of the model and how it is trained."""

    shapes: tuple[Shape, ...]
    wide: float  # share of pictures, and of batches, that aren't square
    captions: int  # per picture
    slots: int  # pictures that may wait in shared memory
    tiny: bool  # whether this proves the code and no more

    latent_channels: int
    vae_channels: tuple[int, ...]
    vae_batch: int
    vae_rate: float
    vae_pool: int  # pictures on the GPU
    held_out: int  # pictures that measure the autoencoder

    text_width: int  # of each encoder
    text_layers: int
    text_heads: int
    unet_channels: tuple[int, ...]
    unet_heads: tuple[int, ...]
    unet_depth: tuple[int, ...]  # transformer layers of each level
    unet_norm_groups: int
    base_batch: int
    base_rate: float
    base_pool: int  # latents on the GPU
    fresh: int  # a chunk of new pictures is encoded every so many steps
    chunk: int
    first: int  # latents to wait for before the first step

    sheet_prompts: int
    sheet_steps: int
    warmup: int  # steps
    reserve: float  # seconds of a slice kept for its last sheet and checkpoint

    @property
    def native(self) -> Shape:
        """The size that most pictures have."""
        return self.shapes[0]

    def share(self, shape: Shape) -> float:
        """The share of pictures that have this shape."""
        others = len(self.shapes) - 1
        return 1 - self.wide if shape == self.native else self.wide / others


MINI = Recipe(
    shapes=((256, 256), (320, 192), (192, 320)),
    wide=0.08,
    captions=4,
    slots=32_768,
    tiny=False,
    latent_channels=8,
    vae_channels=(32, 64, 96, 128),
    vae_batch=32,
    vae_rate=1e-3,
    vae_pool=80_000,
    held_out=64,
    text_width=128,
    text_layers=3,
    text_heads=4,
    unet_channels=(96, 128, 192),
    unet_heads=(3, 4, 6),
    unet_depth=(1, 1, 1),
    unet_norm_groups=32,
    base_batch=256,
    base_rate=6e-4,
    base_pool=400_000,
    fresh=4,
    chunk=256,
    first=8_192,
    sheet_prompts=40,
    sheet_steps=20,
    warmup=200,
    reserve=25.0,
)

# The same code in seconds on a CPU: proves the stages, draws nothing worth seeing.
TINY = Recipe(
    shapes=((64, 64), (80, 48), (48, 80)),
    wide=0.25,
    captions=2,
    slots=64,
    tiny=True,
    latent_channels=8,
    vae_channels=(8, 8, 8, 8),
    vae_batch=2,
    vae_rate=1e-3,
    vae_pool=32,
    held_out=4,
    text_width=16,
    text_layers=2,
    text_heads=2,
    unet_channels=(8, 16, 16),
    unet_heads=(1, 2, 2),
    unet_depth=(1, 1, 1),
    unet_norm_groups=8,
    base_batch=2,
    base_rate=1e-3,
    base_pool=32,
    fresh=1,
    chunk=2,
    first=4,
    sheet_prompts=2,
    sheet_steps=2,
    warmup=2,
    reserve=0.0,
)
