"""What guides a shot's segments: control maps of its own pictures, and the ControlNets for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.packs.pack import NEED_DETECTORS
from animegen.steps.control import Control, Drawing
from animegen.steps.diffusion import Guide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.packs.weights import Weights
    from animegen.plan.segments import SegmentSpan
    from animegen.storyboard.model import Shot
    from animegen.storyboard.model.guidance import ControlMap

_DECAYS = {"keyframe": 0.5, "draft": 0.0}
"""A keyframe's map over all frames freezes the picture unless it weakens; a draft's maps move."""


@dataclass(frozen=True, kw_only=True)
class Guides:
    """The control maps of one shot that act."""

    source: str
    """`keyframe` or `draft`."""
    maps: tuple[ControlMap, ...]
    weights: Weights

    @classmethod
    def of(cls, shot: Shot, weights: Weights) -> Guides | None:
        """Return what guides the shot; None when nothing does. Weight 0 is off."""
        maps = tuple(entry for entry in shot.control.maps if entry.weight) if shot.control else ()
        if shot.control is None or not maps:
            return None
        return cls(source=shot.control.source, maps=maps, weights=weights)

    @property
    def from_draft(self) -> bool:
        """Whether the maps are those of a first pass, frame by frame."""
        return self.source == "draft"

    def steps(self, *, skip: int = 0, frames: int = 1) -> dict[str, Control]:
        """Return the steps that draw the maps, by control word."""
        return {
            entry.use: Control(
                drawings=tuple(map(self._drawing, filter(None, (entry.use, self._instead(entry))))),
                skip=skip,
                frames=frames,
            )
            for entry in self.maps
        }

    def ingredients(self) -> tuple[Guide, ...]:
        """Return what a segment has to know to follow the maps."""
        return tuple(
            Guide(
                use=entry.use,
                weights=self._network(entry.use),
                fallback=self._network(instead) if (instead := self._instead(entry)) else None,
                weight=entry.weight,
                start=entry.start,
                end=entry.end,
                decay=_DECAYS[self.source] if entry.decay is None else entry.decay,
            )
            for entry in self.maps
        )

    def _instead(self, entry: ControlMap) -> str | None:
        """Return what is drawn where the word is not found: edges and lines are found anywhere."""
        able = entry.use in NEED_DETECTORS and entry.fallback != entry.use
        return entry.fallback if able and self.weights.pack.follows(entry.fallback) else None

    def _network(self, word: str) -> str:
        return self.weights.component(self.weights.pack.controls[word].path)

    def _drawing(self, word: str) -> Drawing:
        detector = self.weights.pack.detectors.get(word)
        found = self.weights.component(detector.path) if detector else None
        return Drawing(word=word, detector=found)


def holding(spans: Sequence[SegmentSpan], index: int) -> tuple[range, int]:
    """Return the segments whose new frames hold all frames of segment `index`, overlap included.

    And how many of their new frames come before its first.
    """
    starts = [span.first + span.overlap for span in spans]
    first = max(place for place in range(index + 1) if starts[place] <= spans[index].first)
    return range(first, index + 1), spans[index].first - starts[first]
