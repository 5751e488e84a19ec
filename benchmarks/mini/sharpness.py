"""How sharp the autoencoder is, and how near samples are to true scenes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from benchmarks.mini import prompts
from benchmarks.mini.judging import frechet
from benchmarks.mini.table import Row, at_least, at_most
from training import vae as vae_parts
from training.figures import feature_distance, psnr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.mini.context import Context

    Picture = NDArray[np.uint8]

_SHARP = 30.0
_BATCH = 4


def autoencoder(context: Context) -> list[Row]:
    """Return how well the autoencoder gives back held-out scenes: fp16 weights, fp32 arithmetic."""
    pictures = context.true(prompts.anything(context.effort.rebuilt))
    got = rebuilt(context, pictures)
    want = vae_parts.signal(torch.from_numpy(np.stack(pictures)))
    back = vae_parts.signal(torch.from_numpy(np.stack(got)))
    pairs = [picture for both in zip(pictures[:24], got[:24], strict=True) for picture in both]
    context.show("vae", pairs)
    number = f"{len(pictures)} held-out scenes"
    return [
        at_least(
            "autoencoder: PSNR, dB",
            psnr(back, want),
            _SHARP,
            beside=number,
            form="{:.1f}".format,
        ),
        at_most(
            "autoencoder: feature distance",
            feature_distance(back, want),
            None,
            beside="LPIPS's form on a random network, compares with itself only",
            form="{:.4f}".format,
        ),
    ]


def distance(context: Context) -> list[Row]:
    """Return the Frechet distance of samples to held-out scenes, and the autoencoder's own.

    Reference, floor and samples show different scenes; floor and samples are equally many, for
    few pictures alone make the distance larger.
    """
    number = context.effort.prompts
    drawn = context.true(prompts.anything(context.effort.scenes + number))
    panel = context.panel
    reference = panel.summaries(drawn[number:])
    floor = frechet(panel.summaries(rebuilt(context, drawn[:number])), reference)
    same = frechet(panel.summaries(drawn[:number]), reference)
    beside = f"floor {floor:.3f} (the autoencoder's), true scenes {same:.3f}"
    samples = {quality: context.answered(quality) for quality in ("high", "fast")}
    if half := context.answered_by_half():
        samples["high, half the training"] = half
    return [
        at_most(
            f"Frechet distance, {name}",
            frechet(panel.summaries(pictures), reference),
            None,
            beside=beside,
            form="{:.3f}".format,
        )
        for name, pictures in samples.items()
    ]


@torch.no_grad()
def rebuilt(context: Context, pictures: Sequence[Picture]) -> list[Picture]:
    """Return pictures as the pack's autoencoder gives them back."""
    vae = context.studio.checkpoint().vae
    back: list[Picture] = []
    for start in range(0, len(pictures), _BATCH):
        part = vae_parts.signal(torch.from_numpy(np.stack(pictures[start : start + _BATCH])))
        got = vae.decode(vae.encode(part.to(vae.device)).latent_dist.mode()).sample
        levels = (got / 2 + 0.5).clamp(0, 1).mul(255).round().byte()
        back += list(levels.permute(0, 2, 3, 1).cpu().numpy())
    return back
