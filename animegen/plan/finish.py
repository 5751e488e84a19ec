"""Translates what joins the shots into steps: the film, its captions and sound, cards of text."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from animegen.errors import WeightsMissing
from animegen.plan.sizes import output_size
from animegen.steps.film import Caption, Edit, Film, Soundtrack
from animegen.steps.title import Title
from animegen.units import round_to_frame

if TYPE_CHECKING:
    from animegen.packs.weights import Weights
    from animegen.plan.cut_list import Cut, CutList
    from animegen.storyboard.reading import Reading
    from animegen.units import Seconds

_FADE = Fraction(2, 5)
"""Seconds in which a caption appears and vanishes, where its shot is long enough."""
_MOST = Fraction(1, 4)
"""The share of its shot that such a fade may take."""


@dataclass(frozen=True, kw_only=True)
class Finish:
    """Makes the steps of one film's assembly."""

    reading: Reading
    weights: Weights
    cuts: CutList

    def film(self) -> Film:
        """Return the step that cuts everything together."""
        width, height = output_size(self.reading)
        return Film(
            edits=tuple(
                Edit(offset=cut.offset, frames=cut.frames, into=cut.into) for cut in self.cuts.cuts
            ),
            ending=self.cuts.ending,
            rate=str(self.cuts.rate),
            width=width,
            height=height,
            first=self.cuts.first,
            shown=self.cuts.shown,
            captions=self._captions(),
            soundtrack=self._soundtrack(),
        )

    def title(self, cut: Cut) -> Title:
        """Return the step that draws a card."""
        width, height = output_size(self.reading)
        text = cut.text or ""
        return Title(
            text=text,
            font=self._font(text),
            frames=cut.frames,
            fade=cut.fade,
            rate=str(self.cuts.rate),
            width=width,
            height=height,
        )

    def _captions(self) -> tuple[Caption, ...]:
        storyboard = self.reading.storyboard
        if storyboard.captions != "picture":
            return ()
        texts = {shot.id: shot.caption for shot in storyboard.shots if shot.caption}
        return tuple(
            Caption(
                text=texts[cut.id],
                font=self._font(texts[cut.id]),
                first=cut.start,
                frames=cut.frames,
                fade=self._fade(cut),
            )
            for cut in self.cuts.cuts
            if cut.text is None and cut.id in texts
        )

    def _fade(self, cut: Cut) -> int:
        seconds = min(_FADE, cut.frames / self.cuts.rate * _MOST)
        return round_to_frame(seconds, self.cuts.rate)

    def _soundtrack(self) -> Soundtrack | None:
        """Return the sound of the whole film; a selection of shots is silent."""
        track = self.reading.storyboard.soundtrack
        if track is None or not self.cuts.whole:
            return None
        fps = self.reading.storyboard.frame.fps
        times: dict[str, Seconds] = {
            name: length.seconds(fps) if length else Fraction(0)
            for name in ("at", "skip", "fade_in", "fade_out")
            for length in [getattr(track, name)]
        }
        return Soundtrack(
            file=self.weights.own_file(track.file),
            gain=track.gain,
            **{name: str(seconds) for name, seconds in times.items()},
        )

    def _font(self, text: str) -> str | None:
        """Return the digest of the font for a text; None for the one that comes along.

        Raises:
            WeightsMissing: when no font of this machine has the letters.
        """
        own = self.reading.storyboard.font
        if own:
            return self.weights.own_file(own)
        if text.isascii():
            return None
        from animegen.video.lettering import font_file_for, missing_letters

        if not missing_letters(text):
            return None
        found = font_file_for(text)
        if found is None:
            raise WeightsMissing(
                f"no font of this machine has all letters of '{text}'",
                remedy="put a font file into the project and name it: `font: fonts/NAME.otf`",
            )
        return self.weights.machine_file(found)
