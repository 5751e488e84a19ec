"""The film: clips cut together by frame index, with transitions on the cuts."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from animegen import registry
from animegen.digest import WHEN_SET
from animegen.steps.given import given_file
from animegen.units import round_to_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animegen.steps.protocol import Inputs, Work
    from animegen.transitions.protocol import TransitionWord
    from animegen.video.assemble import Passage
    from animegen.video.caption import Overlay
    from animegen.video.sound import Sound


@dataclass(frozen=True, kw_only=True)
class Join:
    """A transition on a cut, in frames before and after it (OTIO's in_offset and out_offset)."""

    word: str = "cut"
    before: int = 0
    after: int = 0


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One clip's place in the film."""

    offset: int
    """Index, in the clip, of the shot's first screen frame."""
    frames: int
    """Screen frames between this cut and the next."""
    into: Join
    """The transition on the cut at which the clip starts."""


@dataclass(frozen=True, kw_only=True)
class Caption:
    """A text over some frames of the film."""

    text: str
    font: str | None
    """Digest of a font file; None is the font that comes along."""
    first: int
    frames: int
    fade: int
    """Frames in which it appears, and in which it vanishes."""


@dataclass(frozen=True, kw_only=True)
class Soundtrack:
    """The sound under the film; times in seconds, as fractions."""

    file: str
    """Digest of the audio file."""
    gain: float
    """In decibels."""
    at: str
    """When it begins in the film."""
    skip: str
    """How much of the file's beginning is left out."""
    fade_in: str
    fade_out: str


@dataclass(frozen=True, kw_only=True)
class Film:
    """Leaves `film.mp4`: H.264, yuv420p, BT.709 tagged, faststart, exactly the planned frames.

    With a soundtrack also AAC: stereo, 48 kHz, as many samples as the film is long.

    Inputs: roles `clip-00000`, `clip-00001`, ... one per edit, in order.
    """

    kind: ClassVar[str] = "film"
    revision: ClassVar[int] = 1

    edits: tuple[Edit, ...]
    ending: Join
    rate: str
    """Delivery rate, as a fraction."""
    width: int
    height: int
    crf: int = 16
    preset: str = "veryfast"
    """Assembly is what every edit waits for; at this crf the slower presets show no difference."""
    threads: int = 4
    """x264's output differs with its thread count, so it is pinned and part of the key."""
    first: int = field(default=0, metadata=WHEN_SET)
    """Frames of the edits that come before the film begins."""
    shown: int | None = field(default=None, metadata=WHEN_SET)
    """Frames of the film; None: all of the edits' from `first` on."""
    captions: tuple[Caption, ...] = field(default=(), metadata=WHEN_SET)
    """In film order; they do not overlap."""
    soundtrack: Soundtrack | None = field(default=None, metadata=WHEN_SET)

    @property
    def frames(self) -> int:
        """The film's length in frames."""
        whole = sum(edit.frames for edit in self.edits)
        return whole - self.first if self.shown is None else self.shown

    def render(self, inputs: Inputs, work: Work) -> None:
        """Assemble and encode."""
        from animegen.video.assemble import Placed, assemble
        from animegen.video.caption import lay_over
        from animegen.video.count import exactly
        from animegen.video.encode import write_h264

        clips = [
            Placed(
                path=inputs[f"clip-{index:05d}"].path("clip.mkv"),
                offset=edit.offset,
                frames=edit.frames,
                into=_passage(edit.into),
            )
            for index, edit in enumerate(self.edits)
        ]
        frames = assemble(clips, _passage(self.ending), width=self.width, height=self.height)
        if self.captions:
            frames = lay_over(frames, [_overlay(caption, work) for caption in self.captions])
        frames = islice(frames, self.first, self.first + self.frames)
        write_h264(
            work.folder / "film.mp4",
            exactly(frames, self.frames, lambda done: work.progress(done, self.frames, "frame")),
            Fraction(self.rate),
            crf=self.crf,
            preset=self.preset,
            threads=self.threads,
            sound=self._sound(self.soundtrack, work) if self.soundtrack else None,
        )

    def _sound(self, track: Soundtrack, work: Work) -> Iterator[Sound]:
        """Yield the film's sound: as many samples as it is long, rounded once."""
        from animegen.video.sound import SAMPLE_RATE, Shape, hear, shape_sound

        shape = Shape(
            gain=track.gain,
            at=Fraction(track.at),
            skip=Fraction(track.skip),
            fade_in=Fraction(track.fade_in),
            fade_out=Fraction(track.fade_out),
        )
        seconds = self.frames / Fraction(self.rate)
        samples = round_to_frame(seconds, Fraction(SAMPLE_RATE))
        return hear(shape_sound(given_file(track.file, work), shape, samples), work.note)


def _overlay(caption: Caption, work: Work) -> Overlay:
    from animegen.video.caption import Overlay

    return Overlay(
        text=caption.text,
        font=given_file(caption.font, work) if caption.font else None,
        first=caption.first,
        frames=caption.frames,
        fade=caption.fade,
    )


def _passage(join: Join) -> Passage | None:
    from animegen.video.assemble import Passage

    if join.before + join.after == 0:
        return None
    word: TransitionWord = registry.load("transitions", join.word)
    return Passage(
        before=join.before,
        after=join.after,
        mix=word.mix,
        needs_outgoing=word.needs_outgoing,
        needs_incoming=word.needs_incoming,
    )
