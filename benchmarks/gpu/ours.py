"""Our renderer at full size: whole shots as evidence, and its parts by the stopwatch."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from animegen.render.control import Maps
from animegen.render.decode import decode_frames
from animegen.render.denoise import denoise, predict_with
from animegen.render.guidance import guidances
from animegen.render.loras import dress, outfit_of
from animegen.render.models import load_checkpoint, load_controlnets, load_motion_unet
from animegen.render.noise import noise_source
from animegen.render.numerics import follow_weights
from animegen.render.schedulers import lay_out
from animegen.render.session import session
from animegen.render.text import encode
from animegen.steps.diffusion import Conditioning, Guide, Lora, Model, PromptKey, Sampler
from animegen.steps.segment import Betas, Segment
from benchmarks.gpu.bench import Bench, floating_operations, peak, seconds
from benchmarks.gpu.weights import LORAS

if TYPE_CHECKING:
    from benchmarks.gpu.bench import Findings

FRAMES, OVERLAP = 16, 4
PROMPT = "masterpiece, 1girl, red hair, short hair, school uniform, rooftop, night, rain, city"
NEGATIVE = "lowres, blurry"
LCM = Sampler(scheduler="lcm", steps=4, guidance=1.7)
TCD = Sampler(scheduler="tcd", steps=4, guidance=1.7)
DPM = Sampler(scheduler="dpmpp-2m-karras", steps=25, guidance=6.0)

BETAS = {"sdxl": Betas(end=0.020), "sd2": Betas(schedule="linear")}
_APART = ("float16", "float8")
"""Numerics that figures are named after, beside the usual ones."""


@dataclass(frozen=True, kw_only=True)
class Shot:
    """What the parts below share."""

    root: Path
    device: str
    dtype: str
    side: int
    compile: str
    base: str = "sdxl"
    offload: str = "none"

    @property
    def label(self) -> str:
        """What its figures are called."""
        return " ".join(["ours", str(self.side), *([self.dtype] if self.dtype in _APART else [])])

    def bench(self, folder: Path) -> Bench:
        """Return a bench that leaves its results in `folder`."""
        return Bench(
            root=self.root / self.base, folder=folder, device=self.device, compile=self.compile,
            offload=self.offload,
        )  # fmt: skip

    def segment(self, sampler: Sampler, loras: tuple[str, ...] = (), index: int = 0) -> Segment:
        """Return a segment from the shot's keyframe, or the one after it."""
        return Segment(
            model=Model(base=self.base, weights="base", motion="motion", dtype=self.dtype),
            loras=tuple(Lora(weights=name, weight=0.7) for name in loras),
            sampler=sampler,
            conditioning=Conditioning(
                prompts=(PromptKey(frame=0, text=PROMPT),), negative=NEGATIVE
            ),
            width=self.side,
            height=self.side,
            seed=7,
            first=index * (FRAMES - OVERLAP),
            frames=FRAMES,
            overlap=OVERLAP if index else 0,
            keep=OVERLAP,
            strength=1.0,
            betas=BETAS[self.base],
        )


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A segment's models and inputs, ready to run."""

    shot: Shot
    job: Segment
    checkpoint: Any
    unet: Any
    predict: Any
    latents: torch.Tensor

    def call(self) -> torch.Tensor:
        """Run the UNet once, guidance included."""
        out: torch.Tensor = self.predict(self.latents, self._timestep, 0.5)
        return out

    @property
    def _timestep(self) -> torch.Tensor:
        return torch.tensor(499, device=self.latents.device)

    def denoise(self) -> torch.Tensor:
        """Run the whole loop."""
        job = self.job
        betas = {"beta_end": job.betas.end, "trained_betas": None}
        schedule = lay_out(
            job.sampler.scheduler, self.checkpoint.scheduler_config() | betas,
            steps=job.sampler.steps, strength=1.0,
        )  # fmt: skip
        size = self.checkpoint.latent_size(job.width, job.height)
        noise = noise_source(job.seed, range(job.frames), size, self.latents.device)
        return denoise(self.predict, schedule, noise, lambda _done, _total: None)

    def decode(self, z: torch.Tensor) -> list[Any]:
        """Decode every frame."""
        bench = self.shot.bench(Path())
        return list(decode_frames(self.checkpoint.vae, z, bench))


def load(
    shot: Shot, sampler: Sampler, loras: tuple[str, ...] = (), guides: tuple[str, ...] = ()
) -> Loaded:
    """Load what a segment needs; call it inside a session."""
    job = replace(
        shot.segment(sampler, loras),
        guides=tuple(Guide(use=word, weights=f"controls/{word}") for word in guides),
    )
    bench, device = shot.bench(Path()), torch.device(shot.device)
    checkpoint = load_checkpoint(job.model, bench, device)
    unet = load_motion_unet(job.model, checkpoint, bench)
    dress(checkpoint.wearers(unet), job.loras, bench)
    follow_weights(job.model, unet, outfit_of(job.loras))
    maps = {word: _grid(shot, word) for word in guides}
    predict = predict_with(
        unet, encode(job.conditioning, range(FRAMES), checkpoint), sampler.guidance,
        width=job.width, height=job.height,
        guides=guidances(job, maps, load_controlnets(job, checkpoint, bench), device),
    )  # fmt: skip
    size = checkpoint.latent_size(job.width, job.height)
    latents = noise_source(1, range(FRAMES), size, device)("benchmark")
    return Loaded(
        shot=shot, job=job, checkpoint=checkpoint, unet=unet, predict=predict, latents=latents
    )


def _grid(shot: Shot, word: str) -> Maps:
    path = shot.root / f"{word}-{shot.side}.png"
    Image.fromarray(np.indices((shot.side, shot.side)).sum(0).astype(np.uint8)).save(path)
    return Maps(words=(word,), paths=(path,))


def measure(shot: Shot, label: str, ceiling: float, found: Findings) -> None:
    """Time one UNet call, the loop around it, the VAE, a whole segment and a ControlNet."""
    with session(shot.device):
        start = time.perf_counter()
        loaded = load(shot, LCM)
        found.add(f"{label}: load, s", round(time.perf_counter() - start, 1))
        peak(shot.device)
        start = time.perf_counter()
        loaded.call()
        z = loaded.denoise()
        loaded.decode(z)
        found.add(f"{label}: first segment (compiles), s", round(time.perf_counter() - start, 1))
        call = seconds(loaded.call, shot.device)
        found.add(f"{label}: UNet call, ms", round(1e3 * call, 1))
        work = found.rows.get(f"{shot.side}: UNet call, TFLOP")
        if work and ceiling:
            found.add(f"{label}: TFLOP/s", round(work / call, 1))
            found.add(f"{label}: share of the ceiling", round(work / call / ceiling, 3))
        loop = seconds(loaded.denoise, shot.device)
        around = loop - LCM.steps * call
        found.add(f"{label}: 4 steps, s", round(loop, 3))
        found.add(f"{label}: around the UNet, share", round(around / loop, 4))
        found.add(f"{label}: denoising, peak GB", peak(shot.device))
        decode = seconds(lambda: loaded.decode(z), shot.device)
        found.add(f"{label}: decode 16 frames, ms", round(1e3 * decode, 1))
        found.add(f"{label}: decode, peak GB", peak(shot.device))
        found.add(f"{label}: segment, s", round(loop + decode, 3))


def count(shot: Shot, found: Findings) -> None:
    """Count the operations of a UNet call; nothing may be compiled for that."""
    with session(shot.device):
        loaded = load(shot, LCM)
        work = floating_operations(loaded.call)
        found.add(f"{shot.side}: UNet call, TFLOP", round(work, 2))


def compare(shot: Shot, found: Findings) -> None:
    """How far compiled numbers are from the same type's uncompiled ones, UNet and VAE."""
    outputs, pictures = [], []
    for mode in (shot.compile, "none"):
        with session(shot.device):
            forget()
            loaded = load(replace(shot, compile=mode), LCM)
            outputs.append(loaded.call().float().cpu())
            z = loaded.latents * 0.5
            pictures.append(np.stack(loaded.decode(z)).astype(float))
    ours, plain = outputs
    found.add(
        f"{shot.side}: UNet, compiled against not, relative error",
        round(float((ours - plain).norm() / plain.norm()), 5),
    )
    off = np.abs(pictures[0] - pictures[1])
    found.add(f"{shot.side}: decoded levels off, mean and most", [off.mean(), off.max()])
    forget()


def recompiles(shot: Shot, found: Findings) -> None:
    """Count compilations after another prompt, seed and set of LoRAs of the same shapes."""
    from torch._dynamo.utils import counters

    with session(shot.device):
        load(shot, LCM).denoise()
        before = counters["stats"]["unique_graphs"]
        bare = seconds(load(shot, LCM).call, shot.device)
        for worn in (("lcm",), ("lcm", "style"), ("style", "character"), LORAS, ()):
            start = time.perf_counter()
            loaded = load(shot, LCM, worn)
            loaded.call()
            name = " and ".join(worn) or "none"
            found.add(
                f"{shot.side}: to {name}, one UNet call, s", round(time.perf_counter() - start, 2)
            )
            if worn == LORAS:
                dressed = seconds(loaded.call, shot.device)
                ratio = round(dressed / bare, 3)
                found.add(f"{shot.side}: UNet call with 3 LoRAs against none", ratio)
        found.add(f"{shot.side}: recompiles", counters["stats"]["unique_graphs"] - before)


def control(shot: Shot, found: Findings) -> None:
    """What a ControlNet adds to a UNet call."""
    with session(shot.device):
        bare = seconds(load(shot, LCM).call, shot.device)
        guided = seconds(load(shot, LCM, guides=("depth",)).call, shot.device)
        found.add(f"{shot.label}: a ControlNet, in UNet calls", round((guided - bare) / bare, 3))


def forget() -> None:
    """Drop the resident model."""
    from animegen.render import models

    models._SHELF.label = models._SHELF.checkpoint = None
    torch._dynamo.reset()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
