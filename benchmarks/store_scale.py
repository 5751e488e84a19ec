"""`cache ls`, `du` and `gc` on 100,000 made-up entries, and `verify` beside raw SHA-256.

python -m benchmarks.store_scale [ENTRIES]
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from animegen.store.artifact import Artifact, Blob
from animegen.store.entry import encode
from animegen.store.layout import VERSION, Layout
from animegen.store.record import Record

ENTRIES = 100_000
NODES = 400
"""Of one film; each film has three renders in its history."""
BIG = 24 << 20
BIG_BLOBS = 32
_GOAL = 3.0


def record(number: int) -> Record:
    """Return a record about as long as a real keyframe's."""
    prompt = f"1girl, solo, mina, red hair, short hair, green eyes, school uniform, scene {number}"
    fields = {
        "conditioning": {
            "prompts": [{"at": "0", "text": prompt, "negative": "lowres, bad hands, text"}],
            "loras": [{"digest": hashlib.sha256(b"lora").hexdigest(), "weight": 0.8}],
            "seed": number,
        },
        "weights": {part: hashlib.sha256(part.encode()).hexdigest() for part in "abcdef"},
        "sampling": {"steps": 4, "guidance": 1.5, "scheduler": "lcm"},
        "width": 256,
        "height": 256,
    }
    inputs = {"keyframe": hashlib.sha256(str(number).encode()).hexdigest()}
    return Record(kind="segment", revision=1, fields=fields, inputs=inputs)


def fill(root: Path, entries: int) -> None:
    """Make a store of `entries` small artifacts, two blobs each, and the histories of its films."""
    layout, made = Layout(root), {"seconds": 1.5, "device": "cpu", "versions": {}, "notes": []}
    for folder in layout.folders:
        folder.mkdir(parents=True)
    for folder in (layout.entries, layout.objects):
        for shard in range(256):
            (folder / f"{shard:02x}").mkdir()
    layout.version.write_text(VERSION)
    keys = []
    for number in range(entries):
        blobs = {}
        for name in ("frames.mkv", "latents.safetensors"):
            content = f"{name} {number}".encode()
            digest = hashlib.sha256(content).hexdigest()
            path = layout.object(digest)
            blobs[name] = Blob(digest=digest, size=len(content), path=path)
            path.write_bytes(content)
        artifact = Artifact(record=record(number), blobs=blobs, made=made)
        layout.entry(artifact.key).write_bytes(encode(artifact))
        keys.append(artifact.key)
    for film in range(entries // (4 * NODES)):
        lines = []
        for render in range(3):
            first = (film * 4 + render) * NODES
            nodes = {f"s{n}/segment": key for n, key in enumerate(keys[first : first + NODES])}
            lines.append(json.dumps({"film": f"film-{film}.yaml", "at": 0, "nodes": nodes}))
        (layout.history / f"film-{film}-{film:012x}.renders").write_text("\n".join(lines))


def measure(*arguments: str) -> tuple[float, float, int]:
    """Run the command in its own process; return wall and CPU seconds and lines of output."""
    start = time.perf_counter()
    before = os.times()
    done = subprocess.run(
        [sys.executable, "-m", "animegen", "cache", *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    after = os.times()
    cpu = (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )
    return time.perf_counter() - start, cpu, len(done.stdout.splitlines())


def scale(root: Path, entries: int) -> None:
    """Print the times of the verbs that look through everything."""
    print(f"{entries} entries, {2 * entries} blobs")
    print(f"{'command':24} {'wall s':>7} {'cpu s':>7} {'lines':>8}   goal {_GOAL} s")
    for words in (["gc"], ["gc", "--max-size", "1MB"], ["ls"], ["ls", "--json"], ["du"]):
        wall, cpu, lines = min(measure(*words, "--store", str(root)) for _ in range(3))
        print(f"cache {' '.join(words):18} {wall:7.2f} {cpu:7.2f} {lines:8}")


def throughput(scratch: Path) -> None:
    """Print verify's bytes a second beside those of hashlib over the same files."""
    from animegen.store.store import Store
    from animegen.store.verify import verify

    store, dice = Store(scratch / "big"), random.Random(1)
    for number in range(BIG_BLOBS):
        with store.workspace() as folder:
            (folder / "frames.mkv").write_bytes(dice.randbytes(BIG))
            store.publish(record(number), folder, {"seconds": 1})
    paths = [path for path in store.layout.objects.glob("*/*") if path.is_file()]
    total = sum(path.stat().st_size for path in paths)
    best = {"raw SHA-256": float("inf")}
    for _ in range(3):
        start = time.perf_counter()
        for path in paths:
            hashlib.sha256(path.read_bytes()).hexdigest()
        best["raw SHA-256"] = min(best["raw SHA-256"], time.perf_counter() - start)
        for workers in sorted({1, os.cpu_count() or 1}):
            start = time.perf_counter()
            found = verify(store, workers=workers)
            seconds = time.perf_counter() - start
            assert found.whole, found
            assert found.read == total, found
            name = f"verify, {workers} at a time"
            best[name] = min(best.get(name, seconds), seconds)
    for name, seconds in best.items():
        share = best["raw SHA-256"] / seconds
        print(f"{name:22} {total / seconds / 1e6:7.0f} MB/s   {share:.0%} of raw")


def main() -> None:
    """Print both tables."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    with tempfile.TemporaryDirectory() as scratch:
        fill(Path(scratch) / "store", entries)
        scale(Path(scratch) / "store", entries)
        throughput(Path(scratch))


if __name__ == "__main__":
    main()
