"""What a pack's weights are, by content, and where that content lies.

Unaware of torch, storyboards and of how places are searched (`places`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from animegen.digest import digest_of
from animegen.errors import WeightsMissing, WeightsUnusable
from animegen.packs.catalog import SHIPPED
from animegen.packs.fingerprint import Fingerprints
from animegen.packs.generated import made, recipe_digest, recipe_name
from animegen.packs.ledger import Ledger
from animegen.packs.made_for import check_made_for, read_lora
from animegen.packs.parts import parts
from animegen.packs.places import Places

if TYPE_CHECKING:
    from animegen.packs.pack import Pack
    from animegen.packs.parts import Part


class Missing(NamedTuple):
    """Weights that a pack names and this machine lacks."""

    path: Path
    """Where they were looked for last."""
    source: str
    """Where they were published."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """The weights of one pack and of the project's own LoRAs, and other files that steps read.

    A digest is asked for first (`component`, `lora`), when the plan is made; the place of that
    digest later (`path`), when a step runs.
    """

    pack: Pack
    called: str
    """What the storyboard calls the pack: its name, or the path of its file."""
    places: Places
    project: Path
    fingerprints: Fingerprints
    _known: dict[str, Path] = field(default_factory=dict, repr=False)
    """Places by digest, of what was asked for; relative paths are a recipe's."""
    _asked: dict[str, str] = field(default_factory=dict, repr=False)
    """Digests by the pack's paths: a plan of a hundred shots asks a thousand times."""
    _brought: dict[str, str] = field(default_factory=dict, repr=False)
    """Digests by project path, of the LoRAs that were asked for."""
    _fitting: set[str] = field(default_factory=set, repr=False)
    """Digests of LoRAs that were made for the pack's base model."""

    @classmethod
    def of(
        cls,
        pack: Pack,
        project: Path,
        *,
        cache: Path,
        folder: Path | None = None,
        called: str | None = None,
    ) -> Weights:
        """Return the weights of `pack` for the storyboards of a project.

        `cache` is a JSON file that remembers content digests. `folder` is where the pack's own
        file lies (`catalog.pack_folder`): its weights start from there; else from the project.
        `called` is what a person would call the pack by on the command line; else its name.
        """
        places = Places.of(pack, folder or project, project)
        listed = Ledger.of(places.root) if folder == SHIPPED and places.own else None
        return cls(
            pack=pack,
            called=called or pack.name,
            places=places,
            project=project,
            fingerprints=Fingerprints(cache, listed),
        )

    def component(self, path: str) -> str:
        """Return the digest of a component, by the path that the pack gives it.

        Raises:
            WeightsMissing: when it is not on this machine.
            WeightsDamaged: when it is a pickle, or damaged.
        """
        if path not in self._asked:
            self._asked[path] = self._component(path)
        return self._asked[path]

    def lora(self, use: str) -> str:
        """Return the digest of a LoRA: a name of the pack, or a project path to a safetensors file.

        Raises:
            WeightsMissing: when the pack has no such LoRA, or the file is not there.
            WeightsDamaged: when it is a pickle, damaged, or made for another base model.
        """
        if use in self.pack.loras:
            digest = self.component(self.pack.loras[use].path)
        else:
            digest = self._brought[use] = self._remember(self.project / use)
        place = self._known[digest]
        if place.is_absolute() and digest not in self._fitting:  # a recipe's is right by making
            base_model, width = self.pack.base_model, self.places.text_width(self.pack)
            check_made_for(place, read_lora(place), base_model=base_model, width=width)
            self._fitting.add(digest)
        return digest

    def own_file(self, use: str) -> str:
        """Return the digest of another file of the project that a step will read: sound, a font.

        Raises:
            WeightsMissing: when it is not there.
        """
        digest = self._brought[use] = self._remember(self.project / use)
        return digest

    def machine_file(self, path: Path) -> str:
        """Return the digest of a file of this machine that a step will read; raises the same."""
        return self._remember(path)

    def named(self) -> dict[str, str]:
        """Return the digests that were asked for, by name: `base`, `loras.lcm`, `own.safetensors`.

        One folder may serve several parts; each of them is named.
        """
        of_pack = {
            part.name: self._asked[part.row.path]
            for part in parts(self.pack)
            if part.row.path in self._asked
        }
        return of_pack | self._brought

    def path(self, digest: str) -> Path:
        """Return the file or folder with this digest; generated weights are made on first use.

        Raises:
            WeightsMissing: when neither pack nor project has such weights.
        """
        if digest not in self._known:
            self._look_everywhere()
        if digest not in self._known:
            raise WeightsMissing(
                f"no weights with the digest {digest[:12]} are on this machine",
                remedy=f"they belong to the pack '{self.pack.name}' or to {self.project}",
            )
        place, recipe = self._known[digest], recipe_name(self.pack.weights)
        return made(recipe) / place if recipe and not place.is_absolute() else place

    @property
    def used(self) -> tuple[Path, ...]:
        """The files and folders that were asked for; none of a generated pack."""
        return tuple(place for place in self._known.values() if place.is_absolute())

    def missing(self) -> list[Missing]:
        """Return the pack's components that are not on this machine."""
        if recipe_name(self.pack.weights) is not None:
            return []
        gone = {
            part.row.path: Missing(self.places.root / part.row.path, part.row.source)
            for part in parts(self.pack)
            if self.places.find(part) is None
        }
        return list(gone.values())

    def _component(self, path: str) -> str:
        recipe = recipe_name(self.pack.weights)
        if recipe is not None:
            digest = digest_of({"recipe": recipe_digest(recipe), "component": path})
            self._known[digest] = Path(path)
            return digest
        part = next(part for part in parts(self.pack) if part.row.path == path)
        return self._remember(self._find(part))

    def _find(self, part: Part) -> Path:
        """Return where a part lies, or would have to.

        Raises:
            WeightsMissing: when it was looked for everywhere.
        """
        found = self.places.find(part)
        path = found.path if found else self.places.only(part.row)
        if path is None:
            raise missing_part(part, self.called)
        return path

    def _remember(self, path: Path) -> str:
        digest = self.fingerprints.of(path)
        self._known[digest] = path.absolute()
        return digest

    def _look_everywhere(self) -> None:
        """Ask for everything: a worker process was handed a digest that it never asked for."""
        for path in {part.row.path for part in parts(self.pack)}:
            with suppress(WeightsMissing, WeightsUnusable):  # it may not be what is looked for
                self.component(path)
        for file in self.project.glob("loras/**/*.safetensors"):
            with suppress(WeightsUnusable):
                self._remember(file)


def missing_part(part: Part, called: str) -> WeightsMissing:
    """Return the error for a part that is on no place of this machine; says how to get it."""
    row = part.row
    if not row.hub:
        return WeightsMissing(
            f"`{part.name}` of pack {called} is not on this machine: it is yours to bring",
            remedy=f"put it at {row.path} in the project, or in a model folder "
            f"(`storyboard models list {called}` shows where it may lie)",
        )
    return WeightsMissing(
        f"`{part.name}` of pack {called} is not on this machine: {row.hub} at {row.revision[:7]}",
        remedy=f"storyboard models pull {called}",
    )
