"""Encodes sound as AAC beside the pictures of an open file. Unaware of where sound comes from."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from animegen.video.sound import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av.container import OutputContainer

    from animegen.video.sound import Sound

_BIT_RATE = 192_000


class SoundTrack:
    """The audio stream of a file that is being written.

    Sound is written along with the pictures: a muxer that waits for one of them holds the others
    in memory.
    """

    def __init__(self, file: OutputContainer, sound: Iterable[Sound]) -> None:
        self._file = file
        self._blocks = iter(sound)
        self._done = 0
        self._stream = file.add_stream("aac", rate=SAMPLE_RATE)
        context = self._stream.codec_context
        context.bit_rate = _BIT_RATE
        context.layout = "stereo"
        context.format = "fltp"
        context.flags |= av.codec.context.Flags.bitexact

    def write_until(self, seconds: Fraction) -> None:
        """Encode what is heard up to a moment, in whole blocks."""
        while self._done < seconds * SAMPLE_RATE and self._write_next():
            pass

    def finish(self) -> None:
        """Encode the rest."""
        while self._write_next():
            pass
        self._file.mux(self._stream.encode(None))

    def _write_next(self) -> bool:
        block = next(self._blocks, None)
        if block is None:
            return False
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), "fltp", "stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = Fraction(1, SAMPLE_RATE)
        frame.pts = self._done
        self._file.mux(self._stream.encode(frame))
        self._done += block.shape[1]
        return True
