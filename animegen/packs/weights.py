"""Where a pack's weights lie and what they are, by content. Unaware of torch and storyboards."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from animegen.digest import digest_of
from animegen.errors import WeightsMissing
from animegen.packs.catalog import SHIPPED
from animegen.packs.fingerprint import Fingerprints
from animegen.packs.generated import made, recipe_digest, recipe_name
from animegen.packs.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animegen.packs.pack import Pack


class Missing(NamedTuple):
    """Weights that a pack names and this machine lacks."""

    path: Path
    """Where they were looked for."""
    source: str
    """Where they were published."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """The weights of one pack and of the project's own LoRAs.

    A digest is asked for first (`component`, `lora`), when the plan is made; the place of that
    digest later (`path`), when a step runs.
    """

    pack: Pack
    root: Path
    """The folder of the pack's weights; unused for generated ones."""
    project: Path
    fingerprints: Fingerprints
    _places: dict[str, Path] = field(default_factory=dict, repr=False)
    """Places by digest, of what was asked for; relative paths are a recipe's."""

    @classmethod
    def of(cls, pack: Pack, project: Path, *, cache: Path, folder: Path | None = None) -> Weights:
        """Return the weights of `pack` for the storyboards of a project.

        `cache` is a JSON file that remembers content digests. `folder` is where the pack's own
        file lies (`catalog.pack_folder`): its weights start from there; else from the project.
        """
        root = (folder or project) / pack.weights
        listed = Ledger.of(root) if folder == SHIPPED else None
        return cls(pack=pack, root=root, project=project, fingerprints=Fingerprints(cache, listed))

    def component(self, path: str) -> str:
        """Return the digest of a component, by the path that the pack gives it.

        Raises:
            WeightsMissing: when it is not on this machine.
            WeightsUnusable: when it is a pickle.
        """

        recipe = recipe_name(self.pack.weights)
        if recipe is None:
            return self._remember(self.root / path)
        digest = digest_of({"recipe": recipe_digest(recipe), "component": path})
        self._places[digest] = Path(path)
        return digest

    def lora(self, use: str) -> str:
        """Return the digest of a LoRA: a name of the pack, or a project path to a safetensors file.

        Raises:
            WeightsMissing: when the pack has no such LoRA, or the file is not there.
            WeightsUnusable: when it is a pickle.
        """
        if use in self.pack.loras:
            return self.component(self.pack.loras[use].path)
        return self._remember(self.project / use)

    def path(self, digest: str) -> Path:
        """Return the file or folder with this digest; generated weights are made on first use.

        Raises:
            WeightsMissing: when neither pack nor project has such weights.
        """
        if digest not in self._places:
            self._look_everywhere()
        if digest not in self._places:
            raise WeightsMissing(
                f"no weights with the digest {digest[:12]} are on this machine",
                remedy=f"they belong to the pack '{self.pack.name}' or to {self.project}",
            )
        place, recipe = self._places[digest], recipe_name(self.pack.weights)
        return made(recipe) / place if recipe and not place.is_absolute() else place

    def missing(self) -> list[Missing]:
        """Return the pack's components that are not on this machine."""
        if recipe_name(self.pack.weights) is not None:
            return []
        return [
            Missing(self.root / path, source)
            for path, source in dict.fromkeys(self._components())
            if not (self.root / path).exists()
        ]

    def _remember(self, path: Path) -> str:
        digest = self.fingerprints.of(path)
        self._places[digest] = path.absolute()
        return digest

    def _components(self) -> Iterator[tuple[str, str]]:
        pack = self.pack
        yield pack.base.path, pack.base.source
        if pack.vae is not None:
            yield pack.vae.path, pack.vae.source
        yield pack.motion.path, pack.motion.source
        for rows in (pack.loras, pack.motion_loras, pack.controls, pack.detectors):
            yield from ((row.path, row.source) for row in rows.values())

    def _look_everywhere(self) -> None:
        """Ask for everything: a worker process was handed a digest that it never asked for."""
        absent = {entry.path for entry in self.missing()}
        for path, _ in self._components():
            if self.root / path not in absent:
                self.component(path)
        for file in sorted(self.project.glob("loras/**/*.safetensors")):
            self._remember(file)
