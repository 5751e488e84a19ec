"""`validate` and `plan` for films of 10 to 10,000 shots: process time and memory, as a table.

python -m benchmarks.plan_scale
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (10, 100, 1_000, 10_000)
_HEAD = "version: 1\ntitle: Scale\nlet: {weather: rain}\nshots:\n"
_LONG = """  - id: shot-{0}
    duration: 3s
    transition: {{crossfade: 500ms}}
    prompt: "1girl, {{{{ weather }}}}, scene {0}"
    camera: {{zoom: [1.0, 1.1]}}
"""
_SHORT = '  - {{id: s{0}, duration: 1s, prompt: "{{{{ weather }}}} {0}"}}\n'
_PROBE = """
import sys
from animegen.cli.main import main
try:
    main()
finally:
    assert "torch" not in sys.modules, "torch was imported"
"""


def film(folder: Path, shots: int) -> Path:
    """Write a storyboard; beyond 1,000 shots the short form keeps it under the size limit."""
    row = _SHORT if shots > 1_000 else _LONG
    rows = [row.format(index) for index in range(shots)]
    rows[0] = rows[0].replace("    transition: {crossfade: 500ms}\n", "")
    path = folder / f"film{shots}.yaml"
    path.write_text(_HEAD + "".join(rows), encoding="utf-8")
    return path


def measure(*arguments: str) -> tuple[float, float, float]:
    """Run the command in its own process; return wall and CPU seconds and peak MiB."""
    start = time.perf_counter()
    with Path(os.devnull).open("w") as nowhere:
        child = subprocess.Popen(
            [sys.executable, "-c", _PROBE, *arguments], stdout=nowhere, stderr=nowhere
        )
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"storyboard {' '.join(arguments)} exited with {child.returncode}")
    wall = time.perf_counter() - start
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Print the table; the last column is the CPU time per shot beyond an empty process."""
    print(f"{'command':10} {'shots':>6} {'wall s':>8} {'cpu s':>8} {'peak MiB':>9} {'us/shot':>9}")
    with tempfile.TemporaryDirectory() as scratch:
        for verb in ("validate", "plan"):
            floor = measure("--help")[1]
            for shots in SIZES:
                path = film(Path(scratch), shots)
                wall, cpu, peak = min(measure(verb, str(path)) for _ in range(3))
                each = (cpu - floor) / shots * 1e6
                print(f"{verb:10} {shots:6} {wall:8.2f} {cpu:8.2f} {peak:9.0f} {each:9.0f}")


if __name__ == "__main__":
    main()
