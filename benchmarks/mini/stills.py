"""Draws several stills at once: the render room's parts around a batched prediction.

The render room draws one picture at a time, for its bits must not depend on the company; here a
CPU saves half of the time. Text, schedule, noise, loop and decoding are the product's own, and one
picture by itself comes out bit for bit as the product draws it (a test shows it). Unaware of packs.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animegen.render.decode import decode_frames
from animegen.render.denoise import denoise
from animegen.render.noise import noise_source
from animegen.render.schedulers import lay_out
from animegen.render.text import encode
from animegen.steps.diffusion import Conditioning, PromptKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from animegen.packs.pack import QualitySettings
    from animegen.render.job import Bench
    from animegen.render.models import Checkpoint
    from animegen.render.text import Encoded

    Picture = NDArray[np.uint8]

_BATCH = 8
NEGATIVE = (
    "worst quality, low quality, lowres, blurry, bad anatomy, extra limbs, two heads, watermark, "
    "text"
)
"""The negative prompt of everything that is drawn here."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A still: its prompt and the seed of its noise; `control` is a map (h, w, 3)."""

    prompt: str
    seed: int
    control: Picture | None = None


def conditioning(prompt: str) -> Conditioning:
    """Return what the text encoders read for `prompt`."""
    return Conditioning(prompts=(PromptKey(frame=0, text=prompt),), negative=NEGATIVE)


@dataclass(frozen=True, kw_only=True)
class Easel:
    """What draws: a dressed checkpoint, maybe a ControlNet, at `size` pixels."""

    checkpoint: Checkpoint
    controlnet: Any
    settings: QualitySettings
    size: int
    bench: Bench

    def draw(self, asked: Sequence[Asked]) -> list[Picture]:
        """Draw one picture for each of `asked`; all of them have a map, or none."""
        texts = [encode(conditioning(one.prompt), [0], self.checkpoint) for one in asked]
        lengths: dict[int, list[int]] = defaultdict(list)
        for index, (positive, _) in enumerate(texts):
            lengths[positive.tokens.shape[1]].append(index)
        drawn: dict[int, Picture] = {}
        for group in lengths.values():
            for start in range(0, len(group), _BATCH):
                part = group[start : start + _BATCH]
                found = self._draw([asked[i] for i in part], [texts[i] for i in part])
                drawn |= dict(zip(part, found, strict=True))
        return [drawn[index] for index in range(len(asked))]

    def _draw(
        self, asked: Sequence[Asked], texts: Sequence[tuple[Encoded, Encoded]]
    ) -> list[Picture]:
        device = self.checkpoint.device
        size = self.checkpoint.latent_size(self.size, self.size)
        draws = [noise_source(one.seed, [0], size, device) for one in asked]
        schedule = lay_out(
            self.settings.scheduler,
            self.checkpoint.scheduler_config(),
            steps=self.settings.steps,
            strength=1.0,
        )
        z = denoise(
            self._predict(texts, [one.control for one in asked if one.control is not None]),
            schedule,
            lambda stream: torch.cat([draw(stream) for draw in draws]),
            lambda done, total: self.bench.progress(done, total, "step"),
        )
        frames = z.transpose(0, 2)  # the decoder takes frames by twos
        return list(decode_frames(self.checkpoint.vae, frames, self.bench))

    def _predict(self, texts: Sequence[tuple[Encoded, Encoded]], maps: Sequence[Picture]) -> Any:
        unet, guidance = self.checkpoint.unet, self.settings.guidance
        sides = (0,) if guidance == 1 else (1, 0)  # negative first
        coded = [text[side] for side in sides for text in texts]
        tokens = torch.cat([text.tokens for text in coded])
        ids = tokens.new_tensor([self.size, self.size, 0, 0, self.size, self.size])
        added = {
            "text_embeds": torch.cat([text.pooled for text in coded]),
            "time_ids": ids.expand(len(coded), 6),
        }
        guides = _guides(maps, len(sides)).to(tokens) if maps else None

        def predict(z: torch.Tensor, timestep: torch.Tensor, _share: float) -> torch.Tensor:
            batch = z[:, :, 0].repeat(len(sides), 1, 1, 1)
            output = unet(
                batch,
                timestep,
                encoder_hidden_states=tokens,
                added_cond_kwargs=added,
                return_dict=False,
                **self._residuals(batch, timestep, tokens, added, guides),
            )[0][:, :, None]
            if len(sides) == 1:
                return output
            without, with_prompt = output.chunk(2)
            return without + guidance * (with_prompt - without)

        return predict

    def _residuals(
        self,
        batch: torch.Tensor,
        timestep: torch.Tensor,
        tokens: torch.Tensor,
        added: Mapping[str, torch.Tensor],
        guides: torch.Tensor | None,
    ) -> dict[str, Any]:
        if guides is None:
            return {}
        down, middle = self.controlnet(
            batch,
            timestep,
            encoder_hidden_states=tokens,
            controlnet_cond=guides,
            added_cond_kwargs=added,
            return_dict=False,
        )
        return {"down_block_additional_residuals": down, "mid_block_additional_residual": middle}


def _guides(maps: Sequence[Picture], repeats: int) -> torch.Tensor:
    levels = torch.from_numpy(np.stack(maps)).permute(0, 3, 1, 2).float() / 255
    return levels.repeat(repeats, 1, 1, 1)
