"""Loads a checkpoint's components and keeps the last one resident. Unaware of prompts and noise.

A motion UNet shares its weights with the 2D UNet that it was built from: one copy in memory
serves keyframes and segments alike.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from animegen.errors import WeightsUnusable
from animegen.render.loras import gist, undress
from animegen.render.offload import Stage
from animegen.render.quicken import quicken_motion, quicken_vae

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import torch

    from animegen.render.job import Bench, Clip, Model

MODEL_INDEX = "model_index.json"
"""What makes a folder a whole model in diffusers' layout."""
COMPONENTS = frozenset(
    {"unet", "vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "scheduler"}
)
"""The folders beside it that are read; a digest of the model covers these and no others."""

_SHARED = ("in_channels", "block_out_channels", "layers_per_block", "cross_attention_dim")
"""In what a ControlNet must equal the UNet whose features it changes."""


@dataclass(kw_only=True)
class Checkpoint:
    """A base model on a device, with the motion UNets built on it."""

    folder: Path
    device: torch.device
    """Where it computes."""
    stage: Stage = field(init=False)
    """Where its models are meanwhile; set once they are loaded."""
    unet: Any
    """UNet2DConditionModel."""
    vae: Any
    """AutoencoderKL, in the numerics that it was made for (see `_vae_dtype`)."""
    tokenizers: tuple[Any, Any]
    encoders: tuple[Any, Any]
    """CLIPTextModel and CLIPTextModelWithProjection."""
    zero_empty: bool
    """Whether an empty negative prompt is encoded as zeros, as SDXL was trained."""
    motion: dict[str, Any] = field(default_factory=dict)
    """The motion UNet by its adapter's digest; at most one."""
    controls: dict[str, Any] = field(default_factory=dict)
    """ControlNetModels by digest: those of the last segment that was guided."""

    def scheduler_config(self) -> dict[str, Any]:
        """Return the checkpoint's own noise schedule."""
        return _read_json(self.folder / "scheduler" / "scheduler_config.json")

    def latent_size(self, width: int, height: int) -> tuple[int, int, int]:
        """Return the (C, h, w) of the latents of a frame, from its size in pixels."""
        factor = 2 ** (len(self.vae.config.block_out_channels) - 1)
        return self.vae.config.latent_channels, height // factor, width // factor

    def wearers(self, unet: Any) -> dict[str, Any]:
        """Return the models that a LoRA may act on, by their prefix in its file."""
        return {
            "unet": unet,
            "text_encoder": self.encoders[0],
            "text_encoder_2": self.encoders[1],
        }


@dataclass(kw_only=True)
class _Shelf:
    """Room for one checkpoint: two of SDXL's size rarely fit a device."""

    label: tuple[str, ...] | None = None
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
        WeightsUnusable: when they are no SDXL checkpoint in diffusers' layout.
    """
    label = (model.base, model.weights, model.dtype, str(device), bench.offload)
    if _SHELF.label != label:
        _SHELF.label, _SHELF.tight = label, False
        _SHELF.checkpoint = None  # free the old one before the new one is loaded
    if _SHELF.checkpoint is None:
        folder = bench.weights(model.weights)
        tight = _SHELF.tight and bench.offload == "none"
        stage = Stage(device, "model" if tight else bench.offload)
        _SHELF.checkpoint = _on_stage(_load(folder, model, stage.home), stage)
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
    from diffusers import MotionAdapter

    if model.motion is None:
        raise WeightsUnusable("a segment needs a pack with a motion module")
    if model.motion not in checkpoint.motion:
        folder = bench.weights(model.motion)
        checkpoint.motion.clear()
        with _explained(folder):
            adapter = MotionAdapter.from_pretrained(folder, use_safetensors=True)
            unet = build_motion_unet(checkpoint.unet, adapter)
        if checkpoint.device.type == "cpu":
            quicken_motion(unet)
        checkpoint.motion[model.motion] = checkpoint.stage.admit(unet, "unet")
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
        checkpoint.controls[digest] = checkpoint.stage.admit(network, "unet")
    return checkpoint.controls


def _load_controlnet(folder: Path, checkpoint: Checkpoint) -> Any:
    from diffusers import ControlNetModel

    unet = checkpoint.unet
    with _explained(folder, "a ControlNet for this base model"):
        network = ControlNetModel.from_pretrained(
            folder, use_safetensors=True, torch_dtype=unet.dtype
        )
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

    undress(unet)  # a worn LoRA renames tensors
    with torch.device("meta"):
        motion = UNetMotionModel.from_unet2d(unet, adapter, load_weights=False)
    motion.load_state_dict(unet.state_dict(keep_vars=True) | adapter.state_dict(), assign=True)
    return motion.to(device=unet.device, dtype=unet.dtype).eval().requires_grad_(False)


def _load(folder: Path, model: Model, device: torch.device) -> Checkpoint:
    import torch
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

    if model.base != "sdxl":
        raise WeightsUnusable(f"base model '{model.base}' cannot be rendered yet")
    dtype: torch.dtype = getattr(torch, model.dtype)
    with _explained(folder):
        index = _read_json(folder / MODEL_INDEX)
        unet = UNet2DConditionModel.from_pretrained(
            folder / "unet", use_safetensors=True, torch_dtype=dtype
        )
        vae = AutoencoderKL.from_pretrained(folder / "vae", use_safetensors=True)
        encoder = CLIPTextModel.from_pretrained(
            folder / "text_encoder", use_safetensors=True, dtype=dtype
        )
        encoder_2 = CLIPTextModelWithProjection.from_pretrained(
            folder / "text_encoder_2", use_safetensors=True, dtype=dtype
        )
        return Checkpoint(
            folder=folder,
            device=device,
            unet=_ready(unet, device),
            vae=_ready(vae, device).to(_vae_dtype(vae, dtype)),
            tokenizers=(
                CLIPTokenizer.from_pretrained(folder / "tokenizer"),
                CLIPTokenizer.from_pretrained(folder / "tokenizer_2"),
            ),
            encoders=(_ready(encoder, device), _ready(encoder_2, device)),
            zero_empty=bool(index.get("force_zeros_for_empty_prompt", True)),
        )


def _on_stage(checkpoint: Checkpoint, stage: Stage) -> Checkpoint:
    checkpoint.device, checkpoint.stage = stage.device, stage
    if stage.device.type == "cpu":
        quicken_vae(checkpoint.vae)
    for encoder in checkpoint.encoders:
        stage.admit(encoder, "text")
    stage.admit(checkpoint.unet, "unet")
    stage.admit(checkpoint.vae, "vae")
    return checkpoint


def _ready(model: Any, device: torch.device) -> Any:
    return model.to(device).eval().requires_grad_(False)


def _vae_dtype(vae: Any, dtype: torch.dtype) -> torch.dtype:
    # SDXL's own VAE overflows in half precision and says so (force_upcast).
    import torch

    return torch.float32 if vae.config.force_upcast else dtype


def _read_json(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@contextmanager
def _explained(folder: Path, wanted: str = "an SDXL model") -> Iterator[None]:
    """Turn whatever a loader stumbles over into an error that names the folder."""
    import torch

    try:
        yield
    except torch.OutOfMemoryError:  # a RuntimeError, too, but not the weights' fault
        raise
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        raise WeightsUnusable(
            f"the weights in {folder} cannot be used: {gist(error)}",
            remedy=f"they must be {wanted} in diffusers' layout, in safetensors",
        ) from error
