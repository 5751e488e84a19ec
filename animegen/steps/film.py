"""The film: clips cut together by frame index, with transitions on the cuts."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from animegen import registry
from animegen.steps.protocol import WHEN_SET

if TYPE_CHECKING:
    from animegen.steps.protocol import Inputs, Work
    from animegen.transitions.protocol import TransitionWord
    from animegen.video.assemble import Passage


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
class Film:
    """Leaves `film.mp4`: H.264, yuv420p, BT.709 tagged, faststart, exactly the planned frames.

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

    @property
    def frames(self) -> int:
        """The film's length in frames."""
        whole = sum(edit.frames for edit in self.edits)
        return whole - self.first if self.shown is None else self.shown

    def render(self, inputs: Inputs, work: Work) -> None:
        """Assemble and encode."""
        from animegen.video.assemble import Placed, assemble
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
        whole = assemble(clips, _passage(self.ending), width=self.width, height=self.height)
        frames = islice(whole, self.first, self.first + self.frames)
        write_h264(
            work.folder / "film.mp4",
            exactly(frames, self.frames, lambda done: work.progress(done, self.frames, "frame")),
            Fraction(self.rate),
            crf=self.crf,
            preset=self.preset,
            threads=self.threads,
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
