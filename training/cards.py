"""Writes the pack's README: a card for each part, with what it is, its recipe, figures and digest.

What is said of a part stands in `CARDS`; sizes, steps and digests are taken from what was made.
Figures are those that somebody measured and wrote to `figures.json` beside the checkpoints.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.digest import digest_of, file_digest
from training import checkpoint
from training.job import find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from training.job import Job

NAME = "README.md"
FIGURES = "figures.json"
"""A mapping of a card's title to lines of figures."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is said of one part of the pack."""

    title: str
    paths: tuple[str, ...]
    """Files and folders from the pack's own, shell patterns among them."""
    stages: tuple[str, ...]
    what: str
    data: str
    recipe: str


_STILLS = "Pictures that `training/scenes` draws from a seed, with captions that it writes."
_CLIPS = "Clips of 16 frames at 8 frames per second that `training/scenes` draws from a seed."

CARDS = (
    Card(
        title="base",
        paths=("base",),
        stages=("vae", "base"),
        what="A picture from a text: SDXL's architecture in small. UNet, autoencoder (8 channels, "
        "an eighth of the size), two text encoders, their tokenizers. Native 256x256, also "
        "320x192 and 192x320.",
        data=_STILLS,
        recipe="The autoencoder first: reconstruction, then its decoder against a critic. Then "
        "UNet and text encoders together on velocity prediction, with SDXL's noise schedule.",
    ),
    Card(
        title="motion",
        paths=("motion",),
        stages=("motion",),
        what="A motion adapter for the base's UNet: 16 frames that move.",
        data=_CLIPS,
        recipe="AnimateDiff's modules, trained in the frozen UNet on whole clips.",
    ),
    Card(
        title="controlnet",
        paths=("controlnet",),
        stages=("control",),
        what="One ControlNet for four kinds of maps: OpenPose's 18 points in its colours, depth "
        "(near is white), Canny edges and line art (white on black).",
        data=f"{_STILLS} The maps are the drawing's own: it knows every joint and distance.",
        recipe="A copy of the UNet's encoder, trained beside the frozen UNet.",
    ),
    Card(
        title="few-step LoRA",
        paths=("loras/lcm.safetensors",),
        stages=("lcm", "lcm_motion"),
        what="Four steps with the LCM scheduler instead of twenty-five. Guidance is in it: a "
        "guidance scale of 1 is right.",
        data="Captions alone; the base and the motion modules are its teachers.",
        recipe="At every noise level that the sampler visits, the clean latents are regressed "
        "onto the end of the teacher's guided path; first on stills, then on clips.",
    ),
    Card(
        title="styles and looks",
        paths=(
            "loras/pastel-anime-xl.safetensors",
            "loras/anime-flat-color-xl.safetensors",
            "loras/aesthetic-anime.safetensors",
        ),
        stages=("loras",),
        what="LoRAs under the names that the storyboards of larger models use: pastel colours, "
        "flat colours, and a more finished look. They were trained here, from nothing.",
        data=f"{_STILLS} Each LoRA saw one style.",
        recipe="LoRA on the frozen base.",
    ),
    Card(
        title="characters",
        paths=("loras/mina.safetensors", "loras/hana.safetensors"),
        stages=("loras",),
        what="Two invented characters with an outfit of their own; the words `mina` and `hana` "
        "call them. Mina: short red hair, green eyes, school uniform. Hana: pink twin tails, "
        "blue eyes, yellow hoodie, blue headphones.",
        data=f"{_STILLS} Each LoRA saw its character alone, in every place and pose.",
        recipe="LoRA on the frozen base.",
    ),
    Card(
        title="motion LoRAs",
        paths=("motion-loras/*.safetensors",),
        stages=("camera",),
        what="One for each motion word: pan, tilt, zoom and roll, both ways.",
        data=f"{_CLIPS} The camera moves as the word says.",
        recipe="LoRA on the motion modules, with all else frozen.",
    ),
    Card(
        title="pose detector",
        paths=("detectors/pose",),
        stages=("detectors",),
        what="Finds the 17 points of COCO's people in a drawn picture (ViTPose's architecture).",
        data=f"{_STILLS} The points are the drawing's own.",
        recipe="Heat maps of the points, from nothing.",
    ),
    Card(
        title="depth detector",
        paths=("detectors/depth",),
        stages=("detectors",),
        what="Says how near each pixel of a drawn picture is (Depth Anything's architecture).",
        data=f"{_STILLS} The distances are the drawing's own.",
        recipe="Relative depth, from nothing.",
    ),
    Card(
        title="frame embedder",
        paths=("embedder",),
        stages=("judge",),
        what="A vector of a picture (CLIP's vision tower), near to those of pictures alike.",
        data=_STILLS,
        recipe="Pictures against their captions, from nothing.",
    ),
)

_INTRODUCTION = """\
# mini

The pack that ships with animegen: an anime model in SDXL's layout and every part that a storyboard
can ask for, in {size:.1f} MB of half-precision safetensors. It was trained from nothing on scenes
that a program of ours draws (`training/scenes`), with captions that the same program writes: no
picture and no network from elsewhere went into it. `make train-mini` makes it anew.

All of it is licensed under Apache-2.0. `digests.json` lists every file with its SHA-256.

It draws flat, clean, simple anime scenes in the words of `training/scenes`, and little else:
other words are read letter by letter and mean nothing to it. It is small: hands are simple, lines
are soft, and two people in one picture mix what they wear.
"""


def write(job: Job, folder: Path) -> None:
    """Write the README of the pack in `folder`, a card for each part that is there."""
    figures = _figures(job)
    cards = [
        _card(card, found, _steps(job, card.stages), figures.get(card.title, []))
        for card in CARDS
        if (found := sorted(path for name in card.paths for path in folder.glob(name)))
    ]
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    text = "\n".join([_INTRODUCTION.format(size=size), *cards])
    (folder / NAME).write_text(text, encoding="utf-8")


def _figures(job: Job) -> dict[str, list[str]]:
    path = next((f / FIGURES for f in job.folders if (f / FIGURES).is_file()), None)
    return json.loads(path.read_text(encoding="utf-8")) if path else {}


def _steps(job: Job, stages: tuple[str, ...]) -> str:
    """Say how far the stages went."""
    said = []
    for word in stages:
        folder = find(job.folders, word)
        if checkpoint.exists(folder, word):
            state = checkpoint.state(folder, word)
            part = "" if state.finished else f" ({state.progress:.0%} of the schedule)"
            said.append(f"`{word}` {state.step:,} steps{part}")
    return ", ".join(said)


def _card(card: Card, found: list[Path], steps: str, figures: list[str]) -> str:
    weights = [file for path in found for file in _weights(path)]
    rows = [
        f"## {card.title}",
        "",
        card.what,
        "",
        f"- Data: {card.data}",
        f"- Recipe: {card.recipe} Stages: {steps}.",
        f"- Size: {sum(map(_parameters, weights)):,} parameters, "
        f"{sum(map(_size, found)) / 1e6:.2f} MB.",
        *(f"- Measured: {line}" for line in figures),
        "- Licence: Apache-2.0",
        *(f"- `{path.name}`: `{digest(path)}`" for path in found),
        "",
    ]
    return "\n".join(rows)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file; of a folder, that of its files' names and digests."""
    if path.is_file():
        return file_digest(path)
    names = {file.relative_to(path).as_posix(): file_digest(file) for file in _within(path)}
    return digest_of(names)


def _within(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file())


def _weights(path: Path) -> list[Path]:
    return [path] if path.is_file() else [f for f in _within(path) if f.suffix == ".safetensors"]


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else sum(f.stat().st_size for f in _within(path))


def _parameters(file: Path) -> int:
    with file.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(length))
    return sum(math.prod(one["shape"]) for name, one in header.items() if name != "__metadata__")
