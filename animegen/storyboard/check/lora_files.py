"""Reads the headers of the LoRA files that a film uses. Unaware of names, weights and prompts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from animegen.packs.catalog import pack_folder
from animegen.packs.generated import recipe_name
from animegen.packs.made_for import check_made_for, read_lora
from animegen.packs.parts import Part
from animegen.packs.places import Places

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.packs.made_for import LoraFacts
    from animegen.packs.pack import Pack


class LoraFiles:
    """The LoRA files of one pack and one project; each is read once."""

    def __init__(self, pack: Pack, called: str, project: Path) -> None:
        self._pack = pack
        self._places = Places.of(pack, pack_folder(called, project), project)
        self._known: dict[Path, LoraFacts] = {}

    def facts_of_pack(self, name: str) -> LoraFacts | None:
        """Return what the file of the pack's LoRA says; None while it is not on this machine.

        Trigger words are the pack's own; those of the file count where users bring it.

        Raises:
            WeightsUnusable: when it is damaged or made for another base model.
            OSError: when it cannot be read.
        """
        if recipe_name(self._pack.weights) is not None:
            return None
        lora = self._pack.loras[name]
        found = self._places.find(Part(f"loras.{name}", "lora", lora))
        if found is None:
            return None
        facts = self.facts(found.path)
        brought = not lora.hub and self._places.only(lora) is None
        return facts if brought and not lora.triggers else replace(facts, triggers=lora.triggers)

    def facts(self, path: Path) -> LoraFacts:
        """Return what a file says.

        Raises:
            WeightsUnusable: when it is damaged or made for another base model.
            OSError: when it cannot be read.
        """
        if path not in self._known:
            facts, width = read_lora(path), self._places.text_width(self._pack)
            check_made_for(path, facts, base_model=self._pack.base_model, width=width)
            self._known[path] = facts
        return self._known[path]
