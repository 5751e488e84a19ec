"""`python -m training.scenes`: look at the scenes and measure how fast they are drawn."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2

from training.scenes.sheet import clip_sheet, contact_sheet, save, speed, truth_sheet
from training.scenes.traits import CAMERAS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.scenes", description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--seed", type=int, default=0)
    common.add_argument(
        "--size", type=int, nargs=2, default=(256, 256), metavar=("WIDTH", "HEIGHT")
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    sheet = verbs.add_parser("sheet", parents=[common], help="a contact sheet of stills")
    sheet.add_argument("--rows", type=int, default=6)
    sheet.add_argument("--cols", type=int, default=8)
    sheet.add_argument("--captions", action="store_true", help="print a caption of each picture")
    truth = verbs.add_parser("truth", parents=[common], help="pictures with depth, lines and pose")
    truth.add_argument("--count", type=int, default=6)
    clips = verbs.add_parser("clip", parents=[common], help="clips as rows of frames")
    clips.add_argument("--count", type=int, default=4)
    clips.add_argument("--camera", choices=CAMERAS, default="static")
    bench = verbs.add_parser("bench", parents=[common], help="pictures per second and core")
    bench.add_argument("--count", type=int, default=200)
    for verb in (sheet, truth, clips):
        verb.add_argument("-o", "--output", type=Path, required=True)
    return parser


def main(arguments: list[str]) -> None:
    """Run one verb."""
    options = _parser().parse_args(arguments)
    cv2.setNumThreads(1)
    size = (options.size[0], options.size[1])
    if options.verb == "bench":
        sys.stdout.write(f"{speed(options.seed, options.count, size):.0f} pictures/s/core\n")
        return
    if options.verb == "sheet":
        picture, captions = contact_sheet(options.seed, options.rows, options.cols, size)
        if options.captions:
            sys.stdout.writelines(f"{index}: {text}\n" for index, text in enumerate(captions))
    elif options.verb == "truth":
        picture = truth_sheet(options.seed, options.count, size)
    else:
        picture = clip_sheet(options.seed, options.count, options.camera, size)
    save(picture, options.output)


if __name__ == "__main__":
    main(sys.argv[1:])
