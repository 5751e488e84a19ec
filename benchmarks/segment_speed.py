"""A segment of 16 frames on the CPU, ours beside diffusers' own pipeline with the same weights.

python -m benchmarks.segment_speed [--pack FOLDER] [--rounds N]

Both draw 16 frames of 256x256 at 4 LCM steps in float32, with the few-step LoRA and a character's,
text encoding and decoding included; ours writes the frames to disk, too. Each works in processes
of its own, which take turns, so that a busy machine slows both down. The first segment, which
loads the models, is not counted. Their pictures differ: ours grow out of a keyframe.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from animegen.packs.catalog import load_pack, pack_folder
from benchmarks.mini.studio import Studio

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SIZE = 256
_STEPS = 4
_REPEATS = 3
_PROMPT = "masterpiece, 1girl, red hair, short hair, green eyes, smile, upper body, city, night"
_CHARACTER = ("mina", 0.7)


def ours(folder: Path, scratch: Path) -> Callable[[], object]:
    """Return what renders a segment as the product does."""
    studio = Studio(folder=folder, scratch=scratch, size=_SIZE)
    worn = (_CHARACTER,)
    studio.keyframe(_PROMPT, 1, scratch, quality="fast", more=worn)

    def segment() -> object:
        with tempfile.TemporaryDirectory(dir=scratch) as name:
            place = Path(name)
            for file in scratch.glob("keyframe.*"):
                (place / file.name).write_bytes(file.read_bytes())
            return studio.segment(_PROMPT, 1, place, quality="fast", more=worn)

    return segment


def stock(folder: Path, _scratch: Path) -> Callable[[], object]:
    """Return what draws a clip with the pipeline that diffusers has for it."""
    import torch
    from diffusers import (
        AnimateDiffSDXLPipeline,
        LCMScheduler,
        MotionAdapter,
        StableDiffusionXLPipeline,
    )

    pack = load_pack("mini", Path())
    still = StableDiffusionXLPipeline.from_pretrained(folder / pack.base.path)
    adapter = MotionAdapter.from_pretrained(folder / pack.motion.path)
    pipeline = AnimateDiffSDXLPipeline(**still.components | {"motion_adapter": adapter})
    # The pipeline leaves SDXL's second condition random.
    pipeline.unet.add_embedding.load_state_dict(still.unet.add_embedding.state_dict())
    pipeline.scheduler = LCMScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    worn = {pack.qualities["fast"].lora: 1.0} | dict([_CHARACTER])
    for name in worn:
        pipeline.load_lora_weights(folder / pack.loras[name].path, adapter_name=name)
    pipeline.set_adapters(list(worn), list(worn.values()))

    def clip() -> object:
        return pipeline(
            _PROMPT,
            height=_SIZE,
            width=_SIZE,
            num_frames=pack.motion.frames,
            num_inference_steps=_STEPS,
            guidance_scale=1.0,
            generator=torch.Generator().manual_seed(1),
            output_type="np",
        ).frames

    return clip


WAYS = {"ours": ours, "stock": stock}


def _time(way: str, folder: Path) -> dict[str, float]:
    """Return the best of a few segments in this process."""
    with tempfile.TemporaryDirectory() as name:
        work = WAYS[way](folder, Path(name))
        work()
        times = []
        for _ in range(_REPEATS):
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            times.append((time.perf_counter() - wall, time.process_time() - cpu))
    # In kilobytes on Linux.
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    return {
        "wall": min(wall for wall, _ in times),
        "cpu": min(cpu for _, cpu in times),
        "memory": memory,
    }


def _ask(way: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.segment_speed", "--pack", str(folder)]
    done = subprocess.run(
        [*command, "--way", way], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _line(way: str, rows: Sequence[dict[str, float]], unit: float) -> str:
    memory = max(row["memory"] for row in rows)
    wall, cpu = _best(rows, "wall"), _best(rows, "cpu")
    return f"{way:6} {wall:6.1f} s   ratio {wall / unit:5.2f}   CPU {cpu:6.1f} s   {memory:.2f} GB"


def _best(rows: Sequence[dict[str, float]], figure: str) -> float:
    return min(row[figure] for row in rows)


def main() -> None:
    """Print our time, and stock diffusers' as a multiple of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.segment_speed")
    parser.add_argument("--pack", type=Path, help="folder of weights (default: the shipped ones)")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--way", choices=WAYS, help="time only this, as JSON")
    options = parser.parse_args()
    folder = options.pack or pack_folder("mini", Path()) / load_pack("mini", Path()).weights
    if options.way:
        print(json.dumps(_time(options.way, folder)))
        return
    rows: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(options.rounds):
        for way, found in rows.items():
            found.append(_ask(way, folder))
    for way, found in rows.items():
        print(_line(way, found, _best(rows["ours"], "wall")))


if __name__ == "__main__":
    main()
