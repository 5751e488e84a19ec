"""Where the parts of a pack lie on this machine. Reads folders' lists only, never the network.

A part that the pack's own folder holds lies there and nowhere else. One that was published on a
hub, or that users bring, is looked for in this order: an absolute path in the pack, the project's
folder, the folders of `extra_model_paths.yaml`, the Hugging Face cache, the pack's folder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from animegen.packs import hub_cache
from animegen.packs.generated import recipe_name
from animegen.packs.made_for import text_width
from animegen.packs.model_paths import NAME, ModelPaths
from animegen.packs.parts import Part

if TYPE_CHECKING:
    from animegen.packs.pack import Component, Pack
    from animegen.packs.parts import Kind

MODELS = "models"
"""A project's folder for weights, if it wants one."""
_COMFY: dict[Kind, tuple[str, ...]] = {
    "base": ("checkpoints", "diffusers"),
    "vae": ("vae",),
    "motion": ("animatediff_models",),
    "lora": ("loras",),
    "motion-lora": ("animatediff_motion_lora",),
    "controlnet": ("controlnet",),
    "detector": (),
    "embedder": (),
}
"""ComfyUI's kinds of folders; the two of motion are ComfyUI-AnimateDiff-Evolved's."""
_FILES = ("lora", "motion-lora")
"""Kinds that are always a file; the others may be folders, too."""


class Found(NamedTuple):
    """Where a part lies."""

    path: Path
    place: str
    """In words: whose folder that is."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """The places where one pack's parts may lie."""

    root: Path
    """The folder of the pack's own files; only meant where the pack has any."""
    own: bool
    """Whether the pack has files of its own."""
    project: Path
    models: ModelPaths = field(repr=False)

    @classmethod
    def of(cls, pack: Pack, folder: Path, project: Path) -> Places:
        """Return the places of a pack whose file lies in `folder`."""
        own = bool(pack.weights) and recipe_name(pack.weights) is None
        root = folder / pack.weights if own else folder
        return cls(root=root, own=own, project=project, models=ModelPaths(project))

    def only(self, row: Component) -> Path | None:
        """Return the one place where a part may lie; None when it is looked for."""
        path = Path(row.path).expanduser()
        if path.is_absolute():
            return path
        return self.root / path if self.own and not row.hub else None

    def find(self, part: Part) -> Found | None:
        """Return where a part lies; None when it is not on this machine.

        Raises:
            WeightsUnusable: when `extra_model_paths.yaml` cannot be read.
        """
        only = self.only(part.row)
        if only is not None:
            return Found(only, "the pack's file") if only.exists() else None
        for path in (self.project / part.row.path, self.project / MODELS / part.row.path):
            if _is_one(path, part.kind):
                return Found(path, "the project")
        names = (*part.row.names, PurePosixPath(part.row.path).name)
        listed = self.models.find(_COMFY[part.kind], names)
        if listed is not None and _is_one(listed, part.kind):
            return Found(listed, NAME)
        cached = _in_cache(part)
        if cached is not None:
            return Found(cached, "the Hugging Face cache")
        path = self.root / part.row.path
        return Found(path, "the pack's folder") if self.own and _is_one(path, part.kind) else None

    def text_width(self, pack: Pack) -> int | None:
        """Return the width of the text that the pack's own UNet reads, if its folder says so."""
        found = self.find(Part("base", "base", pack.base))
        return text_width(found.path) if found else None


def _is_one(path: Path, kind: Kind) -> bool:
    return path.is_file() or (kind not in _FILES and path.is_dir())


def _in_cache(part: Part) -> Path | None:
    """Return a part's file or folder in the cache, when everything that is used of it is there."""
    row = part.row
    folder = hub_cache.snapshot(row.hub, row.revision) if row.hub else None
    if folder is None or not all(_has(folder, name) for name in row.files):
        return None
    return folder / row.files[0] if part.kind in _FILES else folder


def _has(folder: Path, name: str) -> bool:
    """Whether a file is there: `model.fp16.safetensors`, or the plain one that it stands for."""
    path = folder / name
    plain = path.with_name(path.name.split(".", 1)[0] + path.suffix)
    return path.exists() or plain.exists()
