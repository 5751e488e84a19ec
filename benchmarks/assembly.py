"""The same edit three ways: wall time, peak memory and correctness, as a table.

Ten clips of 80 frames at 768x768 overlap by twelve frames: 692 frames. Ours, moviepy's own file
pipeline and ffmpeg's xfade read the same FFV1 files and encode with the same x264 settings, once
with x264's quickest preset, so that assembly is measured more than x264, and once with the preset
of our films. Then moviepy with the preset that it takes unasked, beside ours with the one that we
take; and ours with a hundred clips: memory must not grow.

python -m benchmarks.assembly
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import psutil

from animegen import registry
from animegen.steps.film import Film
from animegen.video.assemble import Passage, Placed, assemble
from animegen.video.barcode import draw_barcode, read_barcode, shot_code
from animegen.video.color import rgb_to_yuv
from animegen.video.decode import read_yuv
from animegen.video.encode import write_h264, write_lossless_yuv

CLIPS, FRAMES, FADE, SIZE, RATE = 10, 80, 12, 768, 24
QUICK, OURS, MOVIEPYS = "ultrafast", Film.preset, "medium"
STEP = FRAMES - FADE
CRF, THREADS = 16, 4


@dataclass(frozen=True, kw_only=True)
class Run:
    """One way of making the edit, measured."""

    name: str
    clips: int
    seconds: float
    cpu: float
    """CPU seconds, over all processes of the run."""
    peak: float
    """MiB, over all processes of the run."""
    frames: int
    wrong: int
    """Frames outside the fades that show another frame than they should, or cannot be read."""
    error: float
    """Mean luma error of the frames outside the fades, in levels."""


def picture(clip: int, index: int) -> np.ndarray:
    """Draw a frame as flat as cel animation, with a barcode: (SIZE, SIZE, 3) RGB."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) / SIZE
    waves = [np.sin(6 * (x * a + y * b) + index / 9 + clip) for a, b in ((1, 2), (2, -1), (1, 1))]
    frame = (np.round(np.dstack(waves) * 3) * 25 + 128).astype(np.uint8)
    draw_barcode(frame, str(clip), index)
    return frame


def write_clips(folder: Path) -> list[Path]:
    """Write the ten clips."""
    paths = [folder / f"clip{clip}.mkv" for clip in range(CLIPS)]
    for clip, path in enumerate(paths):
        frames = (rgb_to_yuv(picture(clip, index)) for index in range(FRAMES))
        write_lossless_yuv(path, frames, Fraction(RATE))
    return paths


def with_ours(paths: list[Path], target: Path, preset: str) -> None:
    """Cut in the middle of each overlap; the rest of it is handles."""
    word = registry.load("transitions", "crossfade")
    before, after = word.span(FADE)
    fade = Passage(
        before=before, after=after, mix=word.mix, needs_outgoing=True, needs_incoming=True
    )
    clips = [
        Placed(
            path=path,
            offset=before if index else 0,
            frames=FRAMES - before * (index > 0) - after * (index < len(paths) - 1),
            into=fade if index else None,
        )
        for index, path in enumerate(paths)
    ]
    frames = assemble(clips, None, width=SIZE, height=SIZE)
    write_h264(target, frames, Fraction(RATE), crf=CRF, preset=preset, threads=THREADS)


def with_moviepy(paths: list[Path], target: Path, preset: str) -> None:
    """Compose files as moviepy's documentation does."""
    from moviepy import CompositeVideoClip, VideoFileClip, vfx

    clips = [
        VideoFileClip(str(path))
        .with_start(index * STEP / RATE)
        .with_effects([vfx.CrossFadeIn(FADE / RATE)] if index else [])
        for index, path in enumerate(paths)
    ]
    film = CompositeVideoClip(clips)
    film.write_videofile(
        str(target),
        fps=RATE,
        codec="libx264",
        preset=preset,
        threads=THREADS,
        ffmpeg_params=["-crf", str(CRF), "-pix_fmt", "yuv420p"],
        audio=False,
        logger=None,
    )
    for clip in clips:
        clip.close()


def with_xfade(paths: list[Path], target: Path, preset: str) -> None:
    """Chain ffmpeg's xfade filters."""
    import imageio_ffmpeg

    inputs = [argument for path in paths for argument in ("-i", str(path))]
    steps = [f"[{index}:v]settb=1/{RATE},setpts=N[c{index}]" for index in range(len(paths))]
    shown = "c0"
    for index in range(1, len(paths)):
        timing = f"duration={FADE / RATE}:offset={index * STEP / RATE}"
        steps.append(f"[{shown}][c{index}]xfade=transition=fade:{timing}[x{index}]")
        shown = f"x{index}"
    coding = ["-c:v", "libx264", "-preset", preset, "-crf", str(CRF), "-threads", str(THREADS)]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *inputs]
    command += ["-filter_complex", ";".join(steps), "-map", f"[{shown}]"]
    command += [*coding, "-pix_fmt", "yuv420p", "-r", str(RATE), str(target)]
    subprocess.run(command, check=True)


WAYS = {"ours": with_ours, "moviepy": with_moviepy, "xfade": with_xfade}


def measure(name: str, folder: Path, clips: int, preset: str) -> Run:
    """Make the edit in a process of its own and look at the result."""
    target = folder / f"{name}{clips}.mp4"
    start = time.perf_counter()
    child = psutil.Popen(
        [sys.executable, "-m", "benchmarks.assembly", name, str(folder), str(clips), preset]
    )
    peak = 0
    while child.poll() is None:
        peak = max(peak, resident(child))
        time.sleep(0.02)
    seconds = time.perf_counter() - start
    if child.returncode:
        raise SystemExit(f"{name} exited with {child.returncode}")
    frames, wrong, error = inspect(target, clips)
    return Run(
        name=name,
        clips=clips,
        seconds=seconds,
        cpu=float(target.with_suffix(".cpu").read_text()),
        peak=peak / 2**20,
        frames=frames,
        wrong=wrong,
        error=error,
    )


def resident(process: psutil.Process) -> int:
    """Return the bytes in memory of a process and all its descendants."""
    try:
        family = [process, *process.children(recursive=True)]
        return sum(member.memory_info().rss for member in family)
    except psutil.NoSuchProcess:
        return 0


def inspect(path: Path, clips: int) -> tuple[int, int, float]:
    """Return frame count, wrong frames and mean luma error of a film."""
    wrong, errors, count = 0, [], 0
    for count, frame in enumerate(read_yuv(path), 1):
        clip = min((count - 1) // STEP, clips - 1)
        index = count - 1 - clip * STEP
        if clip and index < FADE:
            continue
        clip %= CLIPS
        wrong += read_barcode(frame.y) != (shot_code(str(clip)), index)
        if index % 16 == 0:
            exact = rgb_to_yuv(picture(clip, min(index, FRAMES - 1))).y
            errors.append(np.abs(frame.y.astype(int) - exact).mean())
    return count, wrong, float(np.mean(errors))


def main() -> None:
    """Print the table; a ratio is to our own run with the preset in its column."""
    columns = ("wall s", "ratio", "to", "cpu s", "peak MiB", "frames", "planned", "wrong", "error")
    print(f"{'':8}{'preset':>10}{'clips':>6}" + "".join(f"{title:>10}" for title in columns))
    edits = [(name, CLIPS, preset, preset) for preset in (QUICK, OURS) for name in WAYS]
    edits += [("moviepy", CLIPS, MOVIEPYS, OURS), ("ours", 10 * CLIPS, QUICK, QUICK)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_clips(folder)
        ours: dict[str, float] = {}
        for name, clips, preset, peer in edits:
            run = measure(name, folder, clips, preset)
            ratio = run.seconds / ours.setdefault(peer, run.seconds)
            print(
                f"{name:8}{preset:>10}{clips:6}{run.seconds:10.1f}{ratio:9.1f}x{peer:>10}"
                f"{run.cpu:10.1f}{run.peak:10.0f}{run.frames:10}{clips * STEP + FADE:10}"
                f"{run.wrong:10}{run.error:10.1f}",
                flush=True,
            )


def make(name: str, folder: str, clips: str, preset: str) -> None:
    """Make the edit one way; the child process of `measure`."""
    paths = [Path(folder) / f"clip{index % CLIPS}.mkv" for index in range(int(clips))]
    target = Path(folder) / f"{name}{clips}.mp4"
    WAYS[name](paths, target, preset)
    spent = os.times()
    cpu = spent.user + spent.system + spent.children_user + spent.children_system
    target.with_suffix(".cpu").write_text(str(cpu))


if __name__ == "__main__":
    make(*sys.argv[1:]) if sys.argv[1:] else main()
