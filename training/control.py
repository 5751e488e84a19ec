"""The ControlNet beside the frozen base: its shape, its loss, and pictures under its guidance.

Unaware of where pictures and maps come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from diffusers import ControlNetModel, DPMSolverMultistepScheduler
from torch import nn

from training import base as base_model
from training import finished
from training.noise import SCHEDULE, STEPS, Noise

if TYPE_CHECKING:
    from training.job import Job
    from training.pool import Rows

_ZEROED = 0.13  # share of captions whose embeddings are zero, as guidance uses them
_EMPTY = 0.05  # share of empty captions
# Maps say what is where, which is decided while there is much noise.
_EARLY = 1.5
_PEOPLE = 1.0  # how much more errors count where people are
_GUIDANCE = 4.0
_STEPS = 15
# Of the layers that read a map; SiLU takes more than half of what comes in.
_GAIN = 1.7
_LAST_GAIN = 2.2


def control_net(unet: nn.Module, channels: tuple[int, ...]) -> ControlNetModel:
    """Make a ControlNet on a copy of `unet`'s first half.

    `channels` are of the layers that read a map, from full size to an eighth.
    """
    made = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=channels)
    _open(made.controlnet_cond_embedding)
    return made


def _open(reader: nn.Module) -> None:
    """Let a map come through the layers that read it about as strong as latents are.

    As they are made, each weakens it and the last is zero, so that little is learnt at first. The
    network's zero convolutions are enough to begin as nothing.
    """
    for layer in reader.modules():
        if isinstance(layer, nn.Conv2d):
            gain = _LAST_GAIN if layer is reader.conv_out else _GAIN
            nn.init.normal_(layer.weight, std=gain / layer.weight[0].numel() ** 0.5)
            nn.init.zeros_(layer.bias)


class Guided:
    """The frozen base under the guidance of the ControlNet, and their loss."""

    def __init__(self, job: Job, channels: tuple[int, ...]) -> None:
        self._job = job
        base = finished.base(job)
        self.text = base.text
        self.net = control_net(base.unet, channels).to(job.device).requires_grad_(True).train()
        self.net.to(memory_format=torch.channels_last)
        # Frozen weights may be rough: only gradients pass through here.
        self._dtype = torch.bfloat16 if job.fused else torch.float32
        self._unet = base.unet.to(dtype=self._dtype, memory_format=torch.channels_last)
        self._noise = Noise(job.device)
        self._empty = torch.tensor(job.words.encode(""), device=job.device)
        # Made now: a recorded step may not bring anything to the device.
        self._sizes = {shape: base_model.size_ids(shape, job.device) for shape in job.recipe.shapes}

    def loss(self, batch: Rows) -> torch.Tensor:
        """Return the weighted squared velocity error of a batch of the pool."""
        z, size = batch["z"].float(), len(batch["z"])
        device = self._job.device
        noise = torch.randn_like(z)
        part = self._noise.timesteps(size).float() / STEPS
        t = ((1 - (1 - part) ** _EARLY) * STEPS).long().clamp(max=STEPS - 1)
        told = torch.rand(size, device=device)
        ids = torch.where((told > 1 - _EMPTY)[:, None], self._empty, batch["ids"].long())
        with self._job.mixed:
            context, pooled = self.text.embed(ids)
        kept = (told > _ZEROED).float()
        got = self.predict(
            self._noise.noisy(z, noise, t), t, context * kept[:, None, None],
            pooled * kept[:, None], batch["map"],
        )  # fmt: skip
        error = ((got - self._noise.velocity(z, noise, t)) ** 2).mean(1)
        error = error * (1 + _PEOPLE / 255 * batch["people"].float())
        return (error.mean((1, 2)) * self._noise.weight(t)).mean()

    def predict(
        self,
        z: torch.Tensor,
        t: torch.Tensor,
        context: torch.Tensor,
        pooled: torch.Tensor,
        maps: torch.Tensor,
    ) -> torch.Tensor:
        """Return the velocity (B, C, h, w) of `z` under maps (B, 8h, 8w, 3) of bytes."""
        z = z.contiguous(memory_format=torch.channels_last)
        sizes = self._sizes[maps.shape[2], maps.shape[1]].expand(len(z), 6)
        conditions = {"text_embeds": pooled, "time_ids": sizes}
        picture = (maps.permute(0, 3, 1, 2).float() / 255).contiguous(
            memory_format=torch.channels_last
        )
        with self._job.mixed:
            down, mid = self.net(
                z, t, encoder_hidden_states=context, controlnet_cond=picture,
                added_cond_kwargs=conditions, return_dict=False,
            )  # fmt: skip
        conditions["text_embeds"] = pooled.to(self._dtype)
        velocity: torch.Tensor = self._unet(
            z.to(self._dtype), t, context.to(self._dtype), added_cond_kwargs=conditions,
            down_block_additional_residuals=[one.to(self._dtype) for one in down],
            mid_block_additional_residual=mid.to(self._dtype),
            return_dict=False,
        )[0]  # fmt: skip
        return velocity.float()

    @torch.no_grad()
    def draw(self, ids: torch.Tensor, maps: torch.Tensor) -> torch.Tensor:
        """Return latents (B, C, h, w) for token ids (B, 77) under maps, always the same."""
        count, (height, width) = len(ids), maps.shape[1:3]
        with self._job.mixed:
            context, pooled = self.text.embed(ids)
        both = [torch.cat([torch.zeros_like(x), x]) for x in (context, pooled)]
        scheduler = DPMSolverMultistepScheduler(**SCHEDULE, use_karras_sigmas=True)
        scheduler.set_timesteps(_STEPS, device=self._job.device)
        chance = torch.Generator().manual_seed(5)
        shape = (count, self._job.recipe.latent_channels, height // 8, width // 8)
        z = torch.randn(shape, generator=chance).to(self._job.device)
        z = z * scheduler.init_noise_sigma
        for t in scheduler.timesteps:
            seen = scheduler.scale_model_input(torch.cat([z, z]), t)
            got = self.predict(seen, t.expand(2 * count), *both, torch.cat([maps, maps]))
            free, told = got.chunk(2)
            z = scheduler.step(free + _GUIDANCE * (told - free), t, z, return_dict=False)[0]
        return z
