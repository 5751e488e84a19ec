"""What is done to a whole picture: styles, and honest flaws. Unaware of what is on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import random

    from training.scenes.plate import Bytes

Floats = npt.NDArray[np.float32]

_WORDS = (
    "sample",
    "preview",
    "artist",
    "studio",
    "draft",
    "copy",
    "hello",
    "vol 2",
    "no 7",
    "anime",
)


def _clipped(picture: npt.NDArray[np.floating]) -> Bytes:
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _saturated(picture: Floats, amount: float) -> Floats:
    grey = (picture @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
    return np.asarray(grey + (picture - grey) * amount, np.float32)


def bloomed(picture: Bytes, threshold: int, strength: float, without: Bytes) -> Bytes:
    """Return `picture` with light spilling from what is brighter than `threshold`.

    What `without` (height, width) covers spills none.
    """
    source = cv2.subtract(picture, cv2.cvtColor(without, cv2.COLOR_GRAY2RGB))
    half = np.asarray(cv2.resize(source, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    bright = np.asarray(cv2.subtract(half, np.full_like(half, threshold)), np.uint8)
    spill = cv2.resize(cv2.GaussianBlur(bright, (0, 0), half.shape[0] / 32), picture.shape[1::-1])
    return np.asarray(cv2.addWeighted(picture, 1.0, spill, strength, 0), np.uint8)


def styled(picture: Bytes, lines: Bytes, style: str) -> Bytes:
    """Return `picture` (height, width, 3) in `style`; `lines` (height, width) is its line art."""
    if style == "pastel":
        soft = _saturated(picture.astype(np.float32), 0.72)
        return _clipped(soft * 0.8 + np.array([54, 49, 53], np.float32))
    if style == "lineart":
        pale = _saturated(picture.astype(np.float32), 0.55) * 0.62 + 96
        ink = lines.astype(np.float32)[..., None] / 255
        return _clipped(pale * (1 - ink) + np.array([34, 28, 44], np.float32) * ink)
    if style == "neon":
        return _neon(picture, lines)
    return picture


def _neon(picture: Bytes, lines: Bytes) -> Bytes:
    height, width = lines.shape
    dark = _saturated(picture.astype(np.float32), 1.25) * np.array([0.62, 0.46, 0.8], np.float32)
    sweep = np.linspace(0, 1, width, dtype=np.float32)[None, :, None]
    tube = (
        np.array([255, 64, 190], np.float32) * (1 - sweep)
        + np.array([60, 220, 255], np.float32) * sweep
    )
    glow = np.asarray(cv2.GaussianBlur(lines, (0, 0), height / 90), np.float32)[..., None] / 255
    core = lines.astype(np.float32)[..., None] / 255
    return _clipped(dark + tube * (0.75 * core + 0.8 * glow))


def flawed(picture: Bytes, lines: Bytes, flaw: str, rng: random.Random) -> Bytes:
    """Return `picture` with `flaw`, unless the flaw is one of the drawing itself."""
    height, width = lines.shape
    scale = min(height, width) / 256
    if flaw == "blurry":
        return np.asarray(
            cv2.GaussianBlur(picture, (0, 0), rng.uniform(1.8, 3.2) * scale), np.uint8
        )
    if flaw == "lowres":
        factor = rng.uniform(0.17, 0.28)
        small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        way = rng.choice((cv2.INTER_NEAREST, cv2.INTER_LINEAR))
        return np.asarray(cv2.resize(small, (width, height), interpolation=way), np.uint8)
    if flaw == "jpeg artifacts":
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(4, 12)])
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    if flaw == "monochrome":
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    if flaw == "sketch":
        return _sketch(picture, lines, rng)
    if flaw in ("watermark", "text"):
        return _lettered(picture, flaw, rng, scale)
    if flaw == "bad anatomy":
        return _melted(picture, rng, scale)
    return picture


def _sketch(picture: Bytes, lines: Bytes, rng: random.Random) -> Bytes:
    dice = np.random.default_rng(rng.getrandbits(32))
    height, width = lines.shape
    doubled = np.maximum(
        lines, np.roll(lines, (rng.choice((-2, 2)), rng.choice((-2, 1))), (0, 1)) // 2
    )
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.float32)
    hatch = ((np.add.outer(np.arange(height), np.arange(width)) % 5) < 2) & (grey < 110)
    grain = dice.normal(0, 9, (height, width)).astype(np.float32)
    paper = 244 - doubled.astype(np.float32) * 0.72 - hatch * 46 + grain
    return np.repeat(_clipped(paper)[..., None], 3, axis=2)


def _lettered(picture: Bytes, flaw: str, rng: random.Random, scale: float) -> Bytes:
    height, width = picture.shape[:2]
    font = rng.choice((cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX))
    layer = picture.copy()
    if flaw == "watermark":
        word = rng.choice(_WORDS)
        for row in range(4):
            for column in range(-1, 3):
                at = (
                    round((column * 0.45 + 0.16 * (row % 2)) * width),
                    round((row + 0.7) * height / 4),
                )
                cv2.putText(
                    layer,
                    word,
                    at,
                    font,
                    0.72 * scale,
                    (255, 255, 255),
                    max(1, round(1.6 * scale)),
                    cv2.LINE_AA,
                )
        return np.asarray(cv2.addWeighted(layer, 0.55, picture, 0.45, 0), np.uint8)
    for _ in range(rng.randint(1, 3)):
        at = (round(rng.uniform(0.02, 0.5) * width), round(rng.uniform(0.12, 0.96) * height))
        word = " ".join(rng.sample(_WORDS, rng.randint(1, 2)))
        size = rng.uniform(0.5, 1.1) * scale
        cv2.putText(layer, word, at, font, size, (20, 16, 24), max(2, round(4 * size)), cv2.LINE_AA)
        cv2.putText(
            layer, word, at, font, size, (255, 252, 240), max(1, round(1.6 * size)), cv2.LINE_AA
        )
    return layer


def _melted(picture: Bytes, rng: random.Random, scale: float) -> Bytes:
    dice = np.random.default_rng(rng.getrandbits(32))
    height, width = picture.shape[:2]
    rough = dice.uniform(-1, 1, (6, 6, 2)).astype(np.float32) * 26 * scale
    bend = np.asarray(cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    return np.asarray(
        cv2.remap(
            picture,
            xs + bend[..., 0],
            ys + bend[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT,
        ),
        np.uint8,
    )
