"""diffusers' own AnimateDiffSDXLPipeline, as its users write it: the peer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import torch

from benchmarks.gpu.bench import finished, peak, seconds
from benchmarks.gpu.ours import FRAMES, LCM, NEGATIVE, PROMPT

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.gpu.bench import Findings


def measure(root: Path, device: str, side: int, ceiling: float, found: Findings) -> None:
    """Time a UNet call, the VAE and a whole segment of 4 LCM steps in fp16."""
    pipeline = _load(root, device)
    label = f"stock {side}"
    calls = _Stopwatch(pipeline.unet, device)

    def segment() -> None:
        pipeline(
            PROMPT,
            negative_prompt=NEGATIVE,
            num_frames=FRAMES,
            num_inference_steps=LCM.steps,
            guidance_scale=LCM.guidance,
            width=side,
            height=side,
            generator=torch.Generator().manual_seed(0),
        )

    peak(device)
    whole = seconds(segment, device, rounds=3)
    found.add(f"{label}: segment, s", round(whole, 3))
    found.add(f"{label}: segment, peak GB", peak(device))
    call = calls.median()
    found.add(f"{label}: UNet call, ms", round(1e3 * call, 1))
    work = found.rows.get(f"{side}: UNet call, TFLOP")
    if work and ceiling:
        found.add(f"{label}: share of the ceiling", round(work / call / ceiling, 3))
    z = torch.randn(1, 4, FRAMES, side // 8, side // 8, device=device, dtype=pipeline.unet.dtype)

    @torch.no_grad()
    def decode() -> None:
        pipeline.upcast_vae()
        pipeline.decode_latents(z.float())
        pipeline.vae.to(dtype=pipeline.unet.dtype)

    found.add(f"{label}: decode 16 frames, ms", round(1e3 * seconds(decode, device), 1))
    found.add(f"{label}: decode, peak GB", peak(device))


class _Stopwatch:
    """Times a module's calls, waiting for the device before and after each."""

    def __init__(self, module: Any, device: str) -> None:
        self._device, self._times, self._start = device, [], 0.0
        module.register_forward_pre_hook(self._begin)
        module.register_forward_hook(self._end)

    def _now(self) -> float:
        finished(self._device)
        return time.perf_counter()

    def _begin(self, *_: Any) -> None:
        self._start = self._now()

    def _end(self, *_: Any) -> None:
        self._times.append(self._now() - self._start)

    def median(self) -> float:
        """Return the median of all but the first calls."""
        later = sorted(self._times[LCM.steps :])
        return float(later[len(later) // 2])


def _load(root: Path, device: str) -> Any:
    from diffusers import AnimateDiffSDXLPipeline, LCMScheduler, MotionAdapter

    dtype = torch.float16 if device.startswith("cuda") else torch.float32
    adapter = MotionAdapter.from_pretrained(root / "motion", torch_dtype=dtype)
    pipeline = AnimateDiffSDXLPipeline.from_pretrained(
        root / "base", motion_adapter=adapter, torch_dtype=dtype
    )
    pipeline.scheduler = LCMScheduler.from_config(pipeline.scheduler.config, beta_end=0.020)
    pipeline.set_progress_bar_config(disable=True)
    # Its own leaves parts of the decoder in fp16, where diffusers 0.42 then fails.
    pipeline.upcast_vae = lambda: pipeline.vae.to(dtype=torch.float32)
    return pipeline.to(device)
