"""A segment of SDXL at full size on a GPU: ours beside diffusers' own pipeline, in one run.

python -m benchmarks.segment_gpu [--sizes 768,1024] [--out FILE] [--seconds 540] [--tiny]

Weights are random, in SDXL's and SD 2.1's true shapes and layout. First the stopwatch; then whole
shots through our steps, with two ControlNets, three LoRAs (in kohya's, PEFT's and diffusers' names)
and either sampler, twice each: are the frames finite and the bits equal? What is found is kept in
FILE as soon as it is known, and no part begins after the time is up. `--tiny` runs it on a CPU.
"""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import diffusers
import torch

from benchmarks.gpu import evidence, ours, stock, weights
from benchmarks.gpu.bench import Findings, seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS = Path("animegen/packs/mini/base/tokenizer")
_PARTS = (
    "count", "stock", "ours", "long", "again", "compare", "recompiles", "control",
    "float8", "float16", "twice", "offloads", "tight",
)  # fmt: skip
_SIZES = {
    ("sdxl", False): weights.SDXL, ("sdxl", True): weights.TINY_SDXL,
    ("sd2", False): weights.SD2, ("sd2", True): weights.TINY_SD2,
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    options = _parser().parse_args(arguments)
    device = "cuda" if torch.cuda.is_available() and not options.tiny else "cpu"
    found = Findings(path=options.out, deadline=time.monotonic() + options.seconds)
    found.add("versions", {"torch": torch.__version__, "diffusers": diffusers.__version__})
    found.add("device", torch.cuda.get_device_name() if device == "cuda" else "cpu")
    with tempfile.TemporaryDirectory(dir=options.scratch) as name:
        for base in options.bases.split(","):
            start = time.perf_counter()
            size = _SIZES[base, options.tiny]
            weights.write(Path(name) / base, options.words, size, device)
            found.add(f"{base} written, s", round(time.perf_counter() - start, 1))
        _run(Path(name), device, options, found)
    print(json.dumps(found.rows))


def _run(root: Path, device: str, options: argparse.Namespace, found: Findings) -> None:
    ceiling = _ceiling(device)
    found.add("matmul 8192, TFLOP/s", round(ceiling, 1))
    dtype = options.dtype or ("bfloat16" if device == "cuda" else "float32")
    for part in options.parts.split(","):
        for side in (int(word) for word in options.sizes.split(",")):
            if found.late:
                found.add(f"{part} {side}", "no time")
                continue
            shot = ours.Shot(
                root=root, device=device, dtype=dtype, side=side, compile=options.compile
            )
            _part(part, shot, ceiling, found)
            gc.collect()


def _part(part: str, shot: ours.Shot, ceiling: float, found: Findings) -> None:
    if part == "stock":
        ours.forget()
        stock.measure(shot.root / "sdxl", shot.device, shot.side, ceiling, found)
        ours.forget()
    elif part == "count":
        ours.forget()
        ours.count(replace(shot, compile="none"), found)
        ours.forget()
    elif part == "ours":
        ours.measure(shot, shot.label, ceiling, found)
    elif part in ("float8", "float16"):
        ours.forget()
        other = replace(shot, dtype=part)
        ours.measure(other, other.label, ceiling, found)
        ours.forget()
    elif part in _EVIDENCE:
        _EVIDENCE[part](shot, found)
    else:
        {"compare": ours.compare, "recompiles": ours.recompiles, "control": ours.control}[part](
            shot, found
        )


def _twice(shot: ours.Shot, found: Findings) -> None:
    for base, fast in evidence.FAST.items():
        if (shot.root / base).is_dir():
            ours.forget()
            for sampler in (fast, ours.DPM):
                evidence.twice(replace(shot, base=base), sampler, found)


def _tight(shot: ours.Shot, found: Findings) -> None:
    for gigabytes in (11.0, 9.0, 4.0):
        evidence.tight(shot, gigabytes, found)


_EVIDENCE = {
    "twice": _twice,
    "long": evidence.long_shot,
    "again": evidence.again,
    "offloads": evidence.offloads,
    "tight": _tight,
}


def _ceiling(device: str) -> float:
    """Return what a large product of matrices reaches, in TFLOP/s."""
    if device == "cpu":
        return 0.0
    a = torch.randn(8192, 8192, device=device, dtype=torch.bfloat16)
    return 2 * 8192**3 / seconds(lambda: [a @ a for _ in range(10)], device) * 10 / 1e12


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.segment_gpu", description=__doc__)
    parser.add_argument("--sizes", default="768,1024", help="sides of the frames")
    parser.add_argument("--parts", default=",".join(_PARTS))
    parser.add_argument("--bases", default="sdxl,sd2")
    parser.add_argument("--dtype", help="of ours; bfloat16 on a GPU")
    parser.add_argument("--compile", default="regional", help="none, regional or max-autotune")
    parser.add_argument("--out", type=Path, default=Path("segment_gpu.json"))
    parser.add_argument("--seconds", type=float, default=540, help="when to begin nothing more")
    parser.add_argument("--scratch", type=Path, help="where 14 GB of weights may lie")
    parser.add_argument("--words", type=Path, default=_WORDS, help="a tokenizer's folder")
    parser.add_argument("--tiny", action="store_true")
    return parser


if __name__ == "__main__":
    main()
