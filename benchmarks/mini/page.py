"""Writes docs/mini.md from what a run of the benchmark measured: its tables and its pictures.

python -m benchmarks.mini.page [--results out/mini-quality/results.json] [--docs docs]

Nothing is measured here, and no figure stands in the text: a part that was not run has no table.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from benchmarks.mini import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.mini.table import Results

_WIDEST = 1_536
_INTRODUCTION = """\
# What the mini pack can do, measured

    python -m benchmarks.mini_quality            # all of it, on a CPU
    python -m benchmarks.mini_quality --quick    # a quarter of the pictures
    python -m benchmarks.mini.page               # writes this page from the results

Everything is drawn with the shipped pack, at the settings of `animegen/packs/mini.toml`, from
prompts that name what scenes of held-out seeds show; half of them join words that no stage of the
training has seen together (`training/held_out.py`). Clips are rendered by the very code that
renders storyboards; stills by its parts, several at once. Pictures are 256x256.

The judge is a small network that answers questions about a picture. It has seen nothing but
drawings of our own program, half of them through the autoencoder (`training/judge_stage.py`). It
errs, too: beside each figure stands what it reaches on the true scenes of the same prompts. A
figure near that is as good as can be told this way. **Bold** figures reach their goal.

Written from a {run} run with torch {torch} on `{device}`, on a machine with {cores} CPU cores.
"""


@dataclass(frozen=True)
class _Section:
    """A part's heading, what is said of it, and its sheets with their captions."""

    title: str
    text: str
    sheets: tuple[tuple[str, str], ...] = ()


def _part(title: str, text: str, *sheets: tuple[str, str]) -> _Section:
    return _Section(title, text, sheets)


_PARTS = {
    "prompt": _part(
        "Prompts",
        "The share of right answers to each question that the prompt decides: `high` is "
        "DPM++ 2M Karras with guidance, `fast` the LCM LoRA. Clear weather has no word, so nobody "
        "asks for it; what a framing hides isn't asked for either.",
        ("prompts-high", "The first prompts at `high`"),
        ("prompts-fast", "The same prompts at `fast`"),
    ),
    "lcm": _part("Few steps", "What four steps cost, in points of the mean above."),
    "vae": _part(
        "Sharpness",
        "Held-out scenes, encoded and decoded with the weights as shipped.",
        ("vae", "Scenes, and beside each what the autoencoder gives back"),
    ),
    "frechet": _part(
        "Likeness",
        "The Frechet distance of samples to other held-out scenes, in the judge's features. It "
        "compares with itself only: the floor is that of true scenes through the autoencoder, "
        "equally many.",
    ),
    "embedder": _part(
        "Frame embedder",
        "Pairs of held-out pictures of one character, in other places, poses, framings and styles: "
        "how often the nearest of all second pictures is the right one.",
    ),
    "styles": _part(
        "Style LoRAs",
        "The judge's mean probability of the style, as the LoRA's weight rises.",
        ("style-pastel-anime-xl", "`pastel-anime-xl` at 0, 0.25, 0.5, 0.75 and 1, row by row"),
        ("style-anime-flat-color-xl", "`anime-flat-color-xl`, likewise"),
    ),
    "characters": _part(
        "Character LoRAs",
        "Hair, eyes and clothes in ten situations whose prompts name the character and none of "
        "them.",
        ("character-mina", "`mina`"),
        ("character-hana", "`hana`"),
    ),
    "control": _part(
        "Control",
        "Maps of held-out scenes, prompts that name neither pose nor framing, at `fast`. What the "
        "pictures show is found by the pack's own detectors, which stand beside it on the true "
        "pictures.",
        ("control-openpose", "Map, guided, unguided: pose"),
        ("control-depth", "Map, guided, unguided: depth"),
        ("control-canny", "Map, guided, unguided: edges"),
    ),
    "motion": _part(
        "Motion words",
        "Optical flow over a clip, fitted by shift, growth and turn: the strongest must be the "
        "one that the motion LoRA's word names, in its direction.",
        ("motion-words", "One clip of each word"),
    ),
    "still": _part(
        "Without a motion word",
        "Optical flow on edges beside the people and in the middle, and what differs from frame "
        "to frame that flow does not explain.",
        ("motion-still", "Clips at `fast`, a row each"),
    ),
    "chaining": _part(
        "Chained segments",
        "The mean difference of the two frames at a seam, in mean differences inside segments; "
        "and of the frames in the same place when the whole shot is drawn through windows.",
        ("chaining", "Four frames before and four after each seam"),
    ),
    "speed": _part(
        "Seconds and memory", "In a process of its own; loading counts only where that is said."
    ),
}  # fmt: skip


def page(results: Results, pictures: Sequence[str]) -> str:
    """Return the page; `pictures` are the names of the sheets that there are."""
    return "\n".join(_lines(results, pictures)) + "\n"


def _lines(results: Results, pictures: Sequence[str]) -> Iterator[str]:
    yield _INTRODUCTION.format(**results.about)
    for part, section in _PARTS.items():
        if part not in results.parts:
            continue
        yield f"## {section.title}\n\n{section.text}\n"
        yield table.markdown(results.parts[part]) + "\n"
        for name, said in section.sheets:
            if name in pictures:
                yield f"{said}:\n\n![{said}](pictures/mini-{name}.jpg)\n"


def _copy(sheets: Path, folder: Path) -> list[str]:
    """Write the sheets as JPEG for the page; return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for path in sorted(sheets.glob("*.png")):
        picture = Image.open(path).convert("RGB")
        picture.thumbnail((_WIDEST, 4 * _WIDEST))
        picture.save(folder / f"mini-{path.stem}.jpg", quality=82, optimize=True)
        names.append(path.stem)
    return names


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mini.page")
    parser.add_argument("--results", type=Path, default=Path("out/mini-quality/results.json"))
    parser.add_argument("--docs", type=Path, default=Path("docs"))
    options = parser.parse_args(arguments)
    results = table.read(options.results)
    names = _copy(options.results.parent, options.docs / "pictures")
    path = options.docs / "mini.md"
    path.write_text(page(results, names), encoding="utf-8")
    print(f"{path}: {len(results.parts)} parts, {len(names)} pictures")


if __name__ == "__main__":
    main()
