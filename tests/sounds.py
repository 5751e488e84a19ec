"""Sound files for tests, made on the spot."""

from __future__ import annotations

import math
import struct
import wave
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RATE = 48_000


def write_tone(path: Path, seconds: float, *, level: float = 0.5, hertz: float = 440.0) -> Path:
    """Write a mono tone as WAV, whatever the file is called: what it is stands inside of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    top = 32767 * level
    turn = 2 * math.pi * hertz / RATE
    samples = (round(top * math.sin(turn * n)) for n in range(round(seconds * RATE)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path
