"""What the mini pack can do, measured on scenes and combinations that it has never seen.

python -m benchmarks.mini_quality [--pack FOLDER] [--quick] [--only prompt,motion] [--out DIR]

Every part prints its rows when it is done and keeps them in results.json, so a run that is
interrupted keeps what it has; `--only` adds to the results that are there, and several such runs
may go on side by side (with `--threads 1` each). Sheets of pictures lie beside it. The judge is
trained on drawn scenes only (`python -m training --stage judge`); docs/mini.md says what the
figures mean.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from animegen.packs.catalog import load_pack, pack_folder
from benchmarks.mini import (
    chaining,
    control,
    following,
    identity,
    motion,
    sharpness,
    speed,
    styles,
    table,
)
from benchmarks.mini.context import Context
from benchmarks.mini.effort import FULL, QUICK
from benchmarks.mini.judging import JUDGE, Panel
from benchmarks.mini.studio import NotInPack, Studio
from benchmarks.mini.table import Results, Row, absent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PARTS: dict[str, Callable[[Context], list[Row]]] = {
    "speed": speed.measure,
    "vae": sharpness.autoencoder,
    "prompt": following.measure,
    "lcm": following.compare,
    "frechet": sharpness.distance,
    "embedder": identity.measure,
    "styles": styles.style,
    "characters": styles.characters,
    "control": control.measure,
    "chaining": chaining.measure,
    "still": motion.still,
    "motion": motion.words,
}
"""The parts by name, in the order of the run: what is quick and tells much comes first."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mini_quality")
    parser.add_argument("--pack", type=Path, help="folder of weights (default: the shipped ones)")
    parser.add_argument("--quick", action="store_true", help="a quarter of the pictures")
    parser.add_argument("--only", default="", help=f"some of {','.join(PARTS)}")
    parser.add_argument("--out", type=Path, default=Path("out/mini-quality"))
    parser.add_argument("--half", type=Path, help="a pack after half the training, for reference")
    parser.add_argument("--device", default="cpu", help="for all but speed, which is the CPU's")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of the CPU")
    parser.add_argument("--judge", type=Path, default=JUDGE)
    return parser


def run(context: Context, parts: Sequence[str], results: Results) -> None:
    """Measure `parts`, print and keep their rows."""
    for part in parts:
        start = time.perf_counter()
        rows = _rows(context, part)
        results.add(part, rows)
        print(f"{part} ({time.perf_counter() - start:.0f} s)")
        print(table.plain(rows), flush=True)


def _rows(context: Context, part: str) -> list[Row]:
    try:
        return PARTS[part](context)
    except NotInPack as missing:
        return [absent(part, str(missing))]
    except Exception as error:  # noqa: BLE001 - one broken part must not end an hour's run
        traceback.print_exc()
        return [Row(figure=part, reached=f"failed: {type(error).__name__}: {error}", met=False)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = _parser()
    options = parser.parse_args(arguments)
    chosen = options.only.split(",") if options.only else list(PARTS)
    unknown = [part for part in chosen if part not in PARTS]
    if unknown:
        parser.error(f"there is no part {', '.join(unknown)}: choose from {', '.join(PARTS)}")
    folder = options.pack or pack_folder("mini", Path()) / load_pack("mini", Path()).weights
    if not folder.is_dir():
        parser.error(f"there are no weights in {folder}")
    if not options.judge.exists():
        parser.error(f"there is no judge in {options.judge}: train it with --stage judge")
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as scratch:

        def studio(place: Path) -> Studio:
            return Studio(folder=place, scratch=Path(scratch), device=options.device)

        context = Context(
            studio=studio(folder),
            panel=Panel.of(options.judge),
            effort=QUICK if options.quick else FULL,
            out=options.out,
            half=studio(options.half) if options.half else None,
        )
        run(context, chosen, _results(options))


def _results(options: argparse.Namespace) -> Results:
    path = options.out / "results.json"
    if not options.only:
        path.unlink(missing_ok=True)
    about = {
        "run": "quick" if options.quick else "full",
        "device": options.device,
        "cores": str(os.cpu_count()),
        "torch": torch.__version__,
    }
    return Results(path=path, about=about, parts={})


if __name__ == "__main__":
    main()
