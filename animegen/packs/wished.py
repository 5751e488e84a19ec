"""Weights of which some are not here: a plan can be made of them, and nothing rendered.

What is missing gets a digest of its own, which no file has, so its nodes are never in a store.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from animegen.digest import digest_of
from animegen.errors import WeightsMissing
from animegen.packs.weights import Weights


@dataclass(frozen=True, kw_only=True)
class WishedWeights(Weights):
    """The weights of a pack, as if all of them were on this machine."""

    gone: dict[str, WeightsMissing] = field(default_factory=dict, repr=False)
    """What was asked for and is not here, by the pack's paths."""

    def component(self, path: str) -> str:
        """Return the digest of a component, or one that stands for it.

        Raises:
            WeightsDamaged: when it is a pickle, or damaged.
        """
        try:
            return super().component(path)
        except WeightsMissing as missing:
            self.gone[path] = missing
            digest = self._asked[path] = digest_of({"missing": path})
            self._known[digest] = Path(path)
            return digest

    def named(self) -> dict[str, str]:
        """Return the digests of those that are here, by name."""
        absent = {self._asked[path] for path in self.gone}
        return {name: digest for name, digest in super().named().items() if digest not in absent}
