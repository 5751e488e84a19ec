"""How the frames of a shot that is longer than a segment are held together."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, Field, model_validator

from animegen.storyboard.model.base import Integer, Part, Share, invalid, shorthand

ChainingMode = Literal["overlap", "windows"]
CHAINING_MODES: tuple[str, ...] = get_args(ChainingMode)


class Chaining(Part):
    """`windows`, or `{mode: overlap, overlap: 6, drift: 0.2}`: how segments become one shot."""

    model_config = ConfigDict(json_schema_extra=shorthand({"enum": list(CHAINING_MODES)}))

    mode: ChainingMode | None = None
    """`overlap`: segment after segment, each begins with the last frames of the one before.
    `windows`: all frames of the shot at once, seen through windows that overlap by half."""
    overlap: Annotated[Integer, Field(ge=1)] | None = None
    """Frames that a segment shares with the one before. Left out: the pack's own."""
    drift: Share | None = None
    """How far the colours and contrast of new frames are drawn back to the keyframe's: 0 not."""

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        return {"mode": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _overlap_is_used(self) -> Chaining:
        if self.overlap is None or self.mode != "windows":
            return self
        raise invalid(
            "SB210",
            "windows overlap by half, whatever `overlap` says",
            remedy="take `overlap` out, or write `mode: overlap`",
        )

    def over(self, film: Chaining) -> Chaining:
        """Return what a shot's words mean within a film's: its own first, then the film's.

        Who names an overlap means the mode that has one.
        """
        mode = self.mode or ("overlap" if self.overlap is not None else film.mode)
        overlap = film.overlap if self.overlap is None else self.overlap
        return Chaining(
            mode=mode,
            overlap=None if mode == "windows" else overlap,
            drift=film.drift if self.drift is None else self.drift,
        )
