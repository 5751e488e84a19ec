"""How much is measured: a full run takes at most 40 minutes on two cores, a quick one 8."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Effort:
    """Numbers of pictures and clips."""

    prompts: int  # half of them with held-out combinations
    scenes: int  # drawn, for the autoencoder and the Frechet distance
    rebuilt: int  # of them, through the autoencoder
    camera_clips: int  # of each motion word
    still_clips: int  # without a motion word
    style_prompts: int  # at each of five weights
    character_seeds: int  # of each of ten prompts
    poses: int  # guided, and as many unguided
    chains: int  # of two segments
    pairs: int  # of pictures of one character, for the embedder


FULL = Effort(
    prompts=128, scenes=1_024, rebuilt=128, camera_clips=6, still_clips=10, style_prompts=12,
    character_seeds=2, poses=24, chains=6, pairs=128,
)  # fmt: skip
QUICK = Effort(
    prompts=32, scenes=384, rebuilt=32, camera_clips=1, still_clips=2, style_prompts=4,
    character_seeds=1, poses=8, chains=2, pairs=64,
)  # fmt: skip
