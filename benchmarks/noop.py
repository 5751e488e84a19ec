"""A re-render of a finished 100-shot film: what a second run costs when nothing changed.

python -m benchmarks.noop
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHOTS = 100
_HEAD = "version: 1\ntitle: Noop\nframe: {width: 64, height: 64}\nshots:\n"
_ROW = '  - {{id: s{0}, duration: 1s, prompt: "rain {0}"}}\n'


def render(film: Path) -> tuple[float, str]:
    """Render slates in a fresh process; return wall seconds and what was said on stderr."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "animegen", "render", "--slate", film.name]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=film.parent)
    return time.perf_counter() - start, done.stderr.strip().splitlines()[-1]


def main() -> None:
    """Print the first render's time beside the repeats'."""
    with tempfile.TemporaryDirectory() as scratch:
        film = Path(scratch) / "film.yaml"
        rows = "".join(_ROW.format(index) for index in range(SHOTS))
        film.write_text(_HEAD + rows, encoding="utf-8")
        first, said = render(film)
        print(f"first render   {first:7.2f} s   {said}")
        for _ in range(5):
            again, said = render(film)
            print(f"again          {again:7.2f} s   1/{first / again:.0f} of the first   {said}")


if __name__ == "__main__":
    main()
