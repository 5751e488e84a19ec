"""Control maps: poses, distances, edges or lines, drawn from a shot's own generated pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from animegen.steps.protocol import Inputs, Work


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A kind of map, and what finds it in a picture."""

    word: str
    """`openpose`, `depth`, `canny` or `lineart`."""
    detector: str | None = None
    """Digest of the detector's folder; None for edges and lines, which need no weights."""


@dataclass(frozen=True, kw_only=True)
class Control:
    """Leaves `map-000.png`, ... in the pictures' size, and `drawn.json`: each map's word.

    Inputs: `keyframe` for one map; or `frames-00000`, ... (Segments of a draft), whose new frames
    laid end to end hold the pictures. A map on which nothing was found is black, its word null.
    """

    kind: ClassVar[str] = "control"
    revision: ClassVar[int] = 1

    drawings: tuple[Drawing, ...]
    """What was asked for, then what is drawn instead of a picture in which it is not found."""
    skip: int = 0
    """Pictures of the inputs before the first that is drawn."""
    frames: int = 1

    def render(self, inputs: Inputs, work: Work) -> None:
        """Look at each picture and draw its map."""
        from animegen.render.control import draw_maps

        if "keyframe" in inputs:
            draw_maps(self, work, keyframe=inputs["keyframe"].path("keyframe.png"))
        else:
            segments = [inputs[role].path("frames.mkv") for role in sorted(inputs)]
            draw_maps(self, work, segments=segments)
