"""Loads a checkpoint's components and keeps the last one resident. Unaware of prompts and noise.

A motion UNet shares its weights with the 2D UNet that it was built from: one copy in memory
serves keyframes and segments alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from animegen.errors import WeightsUnusable
from animegen.render.bases import base_of
from animegen.render.checkpoint import Checkpoint
from animegen.render.compiling import compile_blocks
from animegen.render.explained import explained
from animegen.render.folder import load_folder
from animegen.render.numerics import follow_weights, ready_for, torch_dtype
from animegen.render.offload import Stage
from animegen.render.quicken import quicken_motion, quicken_vae
from animegen.render.single_file import (
    load_single_file,
    predicting,
    says_what_it_predicts,
)
from animegen.render.single_parts import load_adapter, load_controlnet
from animegen.render.vae import vae_dtype

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from animegen.render.bases import Base
    from animegen.render.checkpoint import Parts
    from animegen.render.job import Bench, Clip, Model

_SHARED = ("in_channels", "block_out_channels", "layers_per_block", "cross_attention_dim")
"""In what a ControlNet must equal the UNet whose features it changes."""
_FORMS = "in diffusers' layout, or in one file, for this base model"


@dataclass(kw_only=True)
class _Shelf:
    """Room for one checkpoint: two of SDXL's size rarely fit a device."""

    label: tuple[str | None, ...] | None = None
    checkpoint: Checkpoint | None = None
    tight: bool = False
    """Whether memory ended with it, so that only what is in use may lie on the device."""


# A process renders one node after another, mostly with one model; loading it for each would cost
# more than the denoising. Nothing that is kept here changes what a node renders.
_SHELF = _Shelf()


def load_checkpoint(model: Model, bench: Bench, device: torch.device) -> Checkpoint:
    """Return the resident checkpoint of `model`, loading it when another one is resident.

    Raises:
        WeightsMissing: when the weights are not on this machine.
        WeightsUnusable: when they are no checkpoint of the base model.
    """
    label = (
        model.base, model.weights, model.vae, model.dtype, model.prediction,
        str(device), bench.compile, bench.offload,
    )  # fmt: skip
    if _SHELF.label != label:
        _SHELF.label, _SHELF.tight = label, False
        _SHELF.checkpoint = None  # free the old one before the new one is loaded
    if _SHELF.checkpoint is None:
        place = bench.weights(model.weights)
        tight = _SHELF.tight and bench.offload == "none"
        stage = Stage(device, "model" if tight else bench.offload)
        checkpoint = _load(place, model, bench, stage.home)
        ready_for(model, checkpoint.unet, device)
        _SHELF.checkpoint = _on_stage(checkpoint, stage, bench)
    return _SHELF.checkpoint


def make_room() -> None:
    """Take off the device what is not in use, and let nothing stay there unused from now on.

    That goes for the resident checkpoint, or the one whose loading did not succeed.
    """
    _SHELF.tight = True
    if _SHELF.checkpoint is not None:
        _SHELF.checkpoint.stage.tighten()


def load_motion_unet(model: Model, checkpoint: Checkpoint, bench: Bench) -> Any:
    """Return the `UNetMotionModel` of the checkpoint's UNet and the model's motion adapter.

    Raises:
        WeightsUnusable: when the adapter does not fit the UNet.
    """
    if model.motion is None:
        raise WeightsUnusable("a segment needs a pack with a motion module")
    if model.motion not in checkpoint.motion:
        folder = bench.weights(model.motion)
        checkpoint.motion.clear()
        with explained(folder, f"a motion adapter {_FORMS}"):
            adapter = load_adapter(folder)
            unet = build_motion_unet(checkpoint.unet, adapter)
        ready_for(model, unet, checkpoint.device)
        compile_blocks(quicken_motion(unet, checkpoint.device), bench.compile)
        checkpoint.motion[model.motion] = checkpoint.stage.admit(unet, "unet")
        if checkpoint.base.motion_note:
            bench.note(checkpoint.base.motion_note)
    return checkpoint.motion[model.motion]


def load_controlnets(job: Clip, checkpoint: Checkpoint, bench: Bench) -> dict[str, Any]:
    """Return the ControlNets that may guide a segment, by digest; each is loaded once.

    Raises:
        WeightsUnusable: when one does not fit the checkpoint's UNet.
    """
    wanted = {
        digest for guide in job.guides for digest in (guide.weights, guide.fallback) if digest
    }
    if not wanted:
        return {}
    for digest in checkpoint.controls.keys() - wanted:
        del checkpoint.controls[digest]
    for digest in sorted(wanted - checkpoint.controls.keys()):
        network = _load_controlnet(bench.weights(digest), checkpoint)
        ready_for(job.model, network, checkpoint.device)
        follow_weights(job.model, network, worn=())
        compile_blocks(network, bench.compile)
        checkpoint.controls[digest] = checkpoint.stage.admit(network, "unet")
    return checkpoint.controls


def _load_controlnet(folder: Path, checkpoint: Checkpoint) -> Any:
    unet = checkpoint.unet
    with explained(folder, f"a ControlNet {_FORMS}"):
        network = load_controlnet(folder, unet)
    for name in _SHARED:
        ours, theirs = unet.config[name], network.config[name]
        if ours != theirs:
            raise WeightsUnusable(
                f"the ControlNet in {folder} does not fit this model: "
                f"its {name} is {theirs}, the UNet's {ours}",
                remedy="use a ControlNet that was made for the pack's base model",
            )
    return _ready(network, checkpoint.stage.home)


def build_motion_unet(unet: Any, adapter: Any) -> Any:
    """Return a motion UNet on the weights of `unet`.

    `UNetMotionModel.from_unet2d` would fill a second UNet, and leaves out `add_embedding`, SDXL's
    pooled text and size conditioning, which then stays random. So it only makes the shape, without
    memory; all three name their tensors alike, and every tensor is handed over and shared: the same
    parameters, so that where one UNet goes, the other goes.

    Raises:
        RuntimeError: when a tensor is missing, left over or of another shape.
    """
    import torch
    from diffusers import UNetMotionModel

    with torch.device("meta"):
        motion = UNetMotionModel.from_unet2d(unet, adapter, load_weights=False)
    motion.load_state_dict(unet.state_dict(keep_vars=True) | adapter.state_dict(), assign=True)
    return motion.to(device=unet.device, dtype=unet.dtype).eval().requires_grad_(False)


def _load(place: Path, model: Model, bench: Bench, device: torch.device) -> Checkpoint:
    base, dtype = base_of(model.base), torch_dtype(model.dtype)
    vae = bench.weights(model.vae) if model.vae else None
    load = load_folder if place.is_dir() else load_single_file
    with explained(place, f"{base.title} in diffusers' layout, or in one file"):
        parts = load(place, base, dtype, vae=vae)
        _check_family(parts, base)
        told = model.prediction or place.is_dir() or says_what_it_predicts(place)
        if not told:
            bench.note(f"{place.name} does not say what it predicts: taken as {base.prediction}")
    return Checkpoint(
        base=base,
        device=device,
        unet=_ready(parts.unet, device),
        vae=_ready(parts.vae, device).to(vae_dtype(parts.vae, base, dtype)),
        tokenizers=parts.tokenizers,
        encoders=tuple(_ready(encoder, device) for encoder in parts.encoders),
        schedule={**parts.schedule, **predicting(model.prediction)},
        zero_empty=parts.zero_empty,
    )


def _check_family(parts: Parts, base: Base) -> None:
    """Raise ValueError when the UNet does not read what the base's text encoders say."""
    config = parts.unet.config
    if bool(config.addition_embed_type) != any(reader.pooled for reader in base.readers):
        raise ValueError(f"its UNet is not that of {base.title}")
    width = sum(encoder.config.hidden_size for encoder in parts.encoders)
    if config.cross_attention_dim != width:
        raise ValueError(
            f"its UNet reads text of width {config.cross_attention_dim}, its encoders say {width}"
        )


def _on_stage(checkpoint: Checkpoint, stage: Stage, bench: Bench) -> Checkpoint:
    checkpoint.device, checkpoint.stage = stage.device, stage
    quicken_vae(checkpoint.vae, stage.device)
    for model in (checkpoint.unet, checkpoint.vae):
        compile_blocks(model, bench.compile)
    for encoder in checkpoint.encoders:
        stage.admit(encoder, "text")
    stage.admit(checkpoint.unet, "unet")
    stage.admit(checkpoint.vae, "vae")
    return checkpoint


def _ready(model: Any, device: torch.device) -> Any:
    return model.to(device).eval().requires_grad_(False)
