"""Writes the pack's README: a card for each part, with what it is, its recipe, figures and digest.

What is said of a part stands in `CARDS`; sizes, steps and digests are taken from what was made,
figures from the results of `benchmarks.mini_quality`. Unaware of how anything is measured.
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
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from training.job import Job

NAME = "README.md"


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
    figures: tuple[str, ...] = ()
    """The parts of the benchmark that measure it."""


_STILLS = "pictures that `training/scenes` draws, with captions that it writes"
_CLIPS = "clips of 16 frames, 8 a second, that `training/scenes` draws, with captions"
_FROZEN = "Velocity prediction in the frozen UNet."

CARDS = (
    Card(
        title="base",
        paths=("base",),
        stages=("vae", "sharpen", "base"),
        what="A picture from a text: SDXL's architecture in small. UNet, autoencoder (8 channels, "
        "an eighth of the size), two text encoders, their tokenizers. Native 256x256, also "
        "320x192 and 192x320.",
        data=f"{_STILLS}.",
        recipe="The autoencoder first: reconstruction, then its decoder against a critic, and "
        "on its own. Then UNet and text encoders together on velocity prediction, with SDXL's "
        "noise schedule; a tenth of the captions are zeros, for guidance.",
        figures=("vae", "prompt", "frechet"),
    ),
    Card(
        title="motion",
        paths=("motion",),
        stages=("motion",),
        what="A motion adapter for the base's UNet: 16 frames that move, before a still camera.",
        data=f"{_CLIPS}.",
        recipe=f"{_FROZEN} Clips of a moving camera wear first forms of the motion LoRAs, so that "
        "the modules themselves keep the camera still.",
        figures=("still", "chaining"),
    ),
    Card(
        title="controlnet",
        paths=("controlnet",),
        stages=("control",),
        what="One ControlNet for four kinds of maps: OpenPose's 18 points in its colours, depth "
        "(near is white), Canny edges and line art (white on black).",
        data=f"{_STILLS}. The maps are of the drawing itself, which knows its joints and "
        "distances; half of them are poses.",
        recipe=f"{_FROZEN} It begins as a copy of the UNet's encoder.",
        figures=("control",),
    ),
    Card(
        title="few-step LoRA",
        paths=("loras/lcm.safetensors",),
        stages=("lcm", "lcm_motion"),
        what="Four steps with the LCM scheduler instead of twenty-five, for stills and clips. "
        "Guidance is in it: a guidance scale of 1 is right.",
        data="captions alone; the base and the motion modules are its teachers.",
        recipe="At every noise level that the sampler visits, the clean latents are regressed "
        "onto the end of the teacher's guided path from there, mostly on the student's own way.",
        figures=("lcm",),
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
        "flat colours, and a graded, more finished look. Trained here, from nothing.",
        data=f"{_STILLS}; each in its style, which the captions don't name.",
        recipe=f"{_FROZEN} Attention and the way up's convolutions, rank 4.",
        figures=("styles",),
    ),
    Card(
        title="characters",
        paths=("loras/mina.safetensors", "loras/hana.safetensors"),
        stages=("loras",),
        what="Two invented characters with an outfit of their own; the words `mina` and `hana` "
        "call them. Mina: short red hair, green eyes, school uniform. Hana: pink twin tails, "
        "blue eyes, yellow hoodie, blue headphones.",
        data=f"{_STILLS}; each of its character alone, whose looks the captions mostly leave out.",
        recipe=f"{_FROZEN} Attention, rank 6.",
        figures=("characters",),
    ),
    Card(
        title="motion LoRAs",
        paths=("motion-loras/*.safetensors",),
        stages=("motion", "camera"),
        what="One for each motion word: pan, tilt, zoom and roll, both ways.",
        data=f"{_CLIPS}; the camera moves as the word says.",
        recipe=f"{_FROZEN} The motion modules' attention, rank 4; all eight at once.",
        figures=("motion",),
    ),
    Card(
        title="pose detector",
        paths=("detectors/pose",),
        stages=("detectors",),
        what="Finds the 17 points of COCO's people in a drawn picture (ViTPose's architecture).",
        data=f"{_STILLS}, most of them through the autoencoder, some through the base besides; "
        "the points are the drawing's own.",
        recipe="Heat maps of the points, from nothing.",
    ),
    Card(
        title="depth detector",
        paths=("detectors/depth",),
        stages=("detectors",),
        what="Says how near each pixel of a drawn picture is (Depth Anything's architecture).",
        data="as the pose detector's; the distances are the drawing's own.",
        recipe="Relative depth, from nothing.",
    ),
    Card(
        title="frame embedder",
        paths=("embedder",),
        stages=("judge",),
        what="A vector of a picture, near to those of the same character (CLIP's vision tower).",
        data="pairs of pictures of one character that `training/scenes` draws, half of them "
        "through the autoencoder.",
        recipe="Contrast between the pairs, and, weaker, with the base's text of their captions.",
        figures=("embedder",),
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


def write(job: Job, folder: Path, results: Path | None = None) -> None:
    """Write the README of the pack in `folder`, a card for each part that is there.

    `results` is the benchmark's results.json.
    """
    measured = json.loads(results.read_text(encoding="utf-8"))["parts"] if results else {}
    cards = [
        _card(card, found, _steps(job, card.stages), list(_figures(card, measured)))
        for card in CARDS
        if (found := sorted(path for name in card.paths for path in folder.glob(name)))
    ]
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    text = "\n".join([_INTRODUCTION.format(size=size), *cards])
    (folder / NAME).write_text(text, encoding="utf-8")


def _figures(card: Card, measured: Mapping[str, list[dict[str, str]]]) -> Iterator[str]:
    """Yield what the benchmark reached, with its goal where it has one."""
    for row in (row for part in card.figures for row in measured.get(part, [])):
        if row["value"] is not None:
            goal = f" (goal {row['goal']})" if row["goal"] else ""
            yield f"{row['figure']}: {row['reached']}{goal}"


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
