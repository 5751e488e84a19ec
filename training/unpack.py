"""Turns a finished pack back into checkpoints, so that any part of it can be trained further.

What a stage exports is all that its checkpoint holds. Unaware of how a stage trains.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from safetensors.torch import load_file

from training import cards, checkpoint, detector_stage
from training.camera_loras import CameraLoras, Layout
from training.camera_stage import FOLDER as CAMERA
from training.camera_stage import tensors as camera_tensors
from training.checkpoint import State
from training.clips import WORDS
from training.lora_data import NAMES
from training.motion_unet import build as build_motion

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import torch

    from training.recipe import Recipe
    from training.tokenizer import Words

    Models = dict[str, dict[str, torch.Tensor]]

_WEIGHTS = "diffusion_pytorch_model.safetensors"
_PLAIN = "model.safetensors"
_TRAINED = r"`(\w+)` ([\d,]+) steps(?: \((\d+)% of the schedule\))?"
_ENDS = {"down": ("lora_down", "lora_A"), "up": ("lora_up", "lora_B")}


def unpack(pack: Path, work: Path, recipe: Recipe, words: Words) -> tuple[str, ...]:
    """Write a checkpoint in `work` for every stage of `pack` that is there; return which.

    How far each is, the pack's card tells; finished, if it doesn't. A checkpoint that `work`
    already holds is kept. A pack doesn't hold the judge, so that stage is left out.
    """
    states = _states(pack / cards.NAME, words.digest)
    finished = State(step=0, progress=1.0, words=words.digest)
    written = []
    for stage, (part, read) in _PARTS.items():
        if checkpoint.exists(work, stage) or not (pack / part).exists():
            continue
        checkpoint.write(work, stage, read(pack, recipe), states.get(stage, finished))
        written.append(stage)
    return tuple(written)


def _states(card: Path, words: str) -> dict[str, State]:
    """Return what a pack's card says of each stage."""
    text = card.read_text(encoding="utf-8") if card.exists() else ""
    return {
        stage: State(step=int(steps.replace(",", "")), progress=int(part or 100) / 100, words=words)
        for stage, steps, part in re.findall(_TRAINED, text)
    }


def _folders(**places: str) -> Callable[[Path, Recipe], Models]:
    def read(pack: Path, recipe: Recipe) -> Models:
        del recipe
        return {model: load_file(pack / place) for model, place in places.items()}

    return read


def _detectors(pack: Path, recipe: Recipe) -> Models:
    # transformers names some weights otherwise in files than in models.
    return {
        name: type(model).from_pretrained(pack / "detectors" / name).state_dict()
        for name, model in detector_stage.build(recipe).items()
    }


def _lcm(pack: Path, recipe: Recipe) -> Models:
    del recipe
    return {"lcm": _adapters(pack / "loras" / "lcm.safetensors")}


def _loras(pack: Path, recipe: Recipe) -> Models:
    del recipe
    return {name: _adapters(pack / "loras" / f"{name}.safetensors") for name in NAMES}


def _adapters(file: Path) -> dict[str, torch.Tensor]:
    """Return what `training.adapters.Adapters` holds, of kohya's or diffusers' names."""
    found = {}
    for key, tensor in load_file(file).items():
        for end, names in _ENDS.items():
            layer, _, rest = key.rpartition(f".{next((n for n in names if n in key), '-')}")
            if rest == ".weight":
                slug = layer.removeprefix("lora_unet_").removeprefix("unet.").replace(".", "_")
                found[f"{end}.{slug}"] = tensor.flatten(1)
    return found


def _motion(pack: Path, recipe: Recipe) -> Models:
    return {"motion": load_file(pack / "motion" / _WEIGHTS)} | _cameras(pack, recipe)


def _cameras(pack: Path, recipe: Recipe) -> Models:
    cameras = CameraLoras(build_motion(recipe), Layout(still=0, moving=1))
    for word in WORDS:
        ours = camera_tensors(cameras, word)
        theirs = load_file(pack / CAMERA / f"{word}.safetensors")
        pairs = [m.data for _, *pair in cameras.pairs(word) for m in pair]
        for matrix, key in zip(pairs, ours, strict=True):
            matrix.copy_(theirs[key])
    return {"cameras": cameras.state_dict()}


_PARTS: dict[str, tuple[str, Callable[[Path, Recipe], Models]]] = {
    "vae": ("base", _folders(vae=f"base/vae/{_WEIGHTS}")),
    "base": (
        "base",
        _folders(
            unet=f"base/unet/{_WEIGHTS}",
            text_encoder=f"base/text_encoder/{_PLAIN}",
            text_encoder_2=f"base/text_encoder_2/{_PLAIN}",
        ),
    ),
    "motion": ("motion", _motion),
    "control": ("controlnet", _folders(controlnet=f"controlnet/{_WEIGHTS}")),
    "detectors": ("detectors", _detectors),
    "lcm": ("loras/lcm.safetensors", _lcm),
    "lcm_motion": ("loras/lcm.safetensors", _lcm),
    "loras": ("loras/mina.safetensors", _loras),
    "camera": (CAMERA, _cameras),
}
"""Of each stage: what of the pack must be there, and how its models are read."""
