"""How far an estimate is from the render that follows it.

Renders storyboards/rain.yaml in a scratch project, edits it, and compares what `plan` says then
with what the render takes, for each of some edits. On a machine that does other work, `--cpu`
counts the CPU seconds of one thread instead of the clock on the wall.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

STORYBOARD = Path(__file__).parent.parent / "storyboards" / "rain.yaml"
EDITS = (
    ("another seed: everything", r"^seed: 3", "seed: 4"),
    ("one shot's prompt", r"smile, upper body", "open-mouth smile, close-up"),
    ("shorter crossfades", r"crossfade: 500ms", "crossfade: 250ms"),
    ("another size", r"frame: \{width: 256, height: 256", "frame: {width: 320, height: 192"),
)
WALL = "import sys; from animegen.cli.main import main; sys.argv[0] = 'storyboard'; main()"
CPU = (
    "import time, types, animegen.engine.run as run; "
    "run.time = types.SimpleNamespace(monotonic=time.process_time); "
)
TOOK = re.compile(r"rendered, \d+ from the store in ([\d.]+) s")


def main() -> None:
    """Print a row for each edit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cpu", action="store_true", help="count CPU seconds of one thread")
    code = (CPU if parser.parse_args().cpu else "") + WALL
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "rain.yaml"
        film.write_text(STORYBOARD.read_text(encoding="utf-8"), encoding="utf-8")
        print(f"{'edit':<26}{'estimate':>10}{'quartiles':>16}{'took':>9}{'off':>8}")
        print(f"{'the first time':<26}{'unknown':>10}{'':>16}{took(code, film):>8.1f}s")
        for name, old, new in EDITS:
            text, count = re.subn(old, new, film.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert count, name
            film.write_text(text, encoding="utf-8")
            told = json.loads(storyboard(code, film, "plan", "--json").stdout)["estimate"]
            low, middle, high = (told["seconds"][each] for each in ("low", "median", "high"))
            real = took(code, film)
            print(
                f"{name:<26}{middle:>9.1f}s{f'{low:.1f}-{high:.1f}s':>16}{real:>8.1f}s"
                f"{(middle - real) / real:>+8.0%}",
                flush=True,
            )


def took(code: str, film: Path) -> float:
    """Render, and return the seconds that the run took."""
    found = TOOK.search(storyboard(code, film, "render").stderr)
    assert found
    return float(found[1])


def storyboard(code: str, film: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command in the storyboard's folder."""
    verb, *flags = words
    command = [sys.executable, "-c", code, verb, film.name, "--device", "cpu", *flags]
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        command, cwd=film.parent, env=env, capture_output=True, text=True, check=True
    )


if __name__ == "__main__":
    main()
