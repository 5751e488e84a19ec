"""The motion UNet in training: a frozen UNet, motion modules, the camera's LoRAs, and their loss.

Unaware of which of them a stage trains, and of where clips come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from training import finished
from training.camera_loras import CameraLoras, Layout
from training.clip_loss import ClipLoss
from training.clips import FRAMES, WORDS
from training.motion_unet import bind, compile_parts
from training.tokenizer import LENGTH

if TYPE_CHECKING:
    from diffusers import MotionAdapter

    from training.clip_pools import ClipPools
    from training.job import Job
    from training.pool import Rows


class ClipModel:
    """Everything that predicts, on the job's device; `layout` deals its batches."""

    def __init__(self, job: Job, adapter: MotionAdapter, layout: Layout) -> None:
        self.job = job
        self.base = finished.base(job)
        if job.fused:
            # What is never trained needs no full precision: half the memory, no casts.
            self.base.unet.to(torch.bfloat16, memory_format=torch.channels_last)
        self.adapter = adapter.to(job.device).eval()
        self.cameras = CameraLoras(adapter, layout).to(job.device)
        self.cameras.put_on(self.adapter)
        self.unet = bind(self.base.unet, self.adapter)
        self.loss = ClipLoss(job, self.unet, self.base.text)

    def batch(self, pools: ClipPools) -> Rows:
        """Draw one batch, dealt as the layout says, with its texts embedded."""
        layout = self.cameras.layout
        drawn = pools.sample(layout.still, layout.moving)
        return {"z": drawn["z"]} | self.loss.told(drawn["ids"])

    def warm(self) -> None:
        """Compile on nothing, while the first clips are drawn: the slice's schedule waits."""
        if not self.job.compiled:
            return
        compile_parts(self.unet, self._step_on_nothing)

    def _step_on_nothing(self) -> None:
        layout, recipe = self.cameras.layout, self.job.recipe
        size = layout.still + layout.moving * len(WORDS)
        width, height = (side // 8 for side in recipe.native)
        z = torch.zeros(size, recipe.latent_channels, FRAMES, height, width, dtype=torch.float16)
        ids = torch.zeros(size, LENGTH, dtype=torch.long, device=self.job.device)
        batch = {"z": z.to(self.job.device)} | self.loss.told(ids)
        self.loss(batch).backward()
        self.adapter.zero_grad(set_to_none=True)
        self.cameras.zero_grad(set_to_none=True)
