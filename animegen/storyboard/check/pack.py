"""Reads the storyboard's pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.packs.catalog import SUFFIX, PackInvalid, PackNotFound, load_pack, names
from animegen.storyboard.check.files import FileRefused, is_pickled
from animegen.storyboard.check.findings import At
from animegen.storyboard.check.suggest import did_you_mean

if TYPE_CHECKING:
    from animegen.packs.pack import Pack
    from animegen.storyboard.check.files import ProjectFiles
    from animegen.storyboard.check.findings import Findings

_PLACE = At(("pack",))


def find_pack(name: str, files: ProjectFiles, findings: Findings) -> Pack | None:
    """Return the pack; None when it was reported as unknown or invalid."""
    try:
        if name.endswith(SUFFIX) or is_pickled(name):
            files.find(name)
        pack = load_pack(name, files.project)
        _tell_experiments(pack, findings)
        return pack
    except FileRefused as refused:
        findings.add(refused.code, refused.message, _PLACE, refused.remedy)
    except PackNotFound as missing:
        findings.add("SB304", missing.message, _PLACE, did_you_mean(name, names(), "packs"))
    except PackInvalid as invalid:
        findings.add("SB304", invalid.message, _PLACE, invalid.remedy)
    return None


def _tell_experiments(pack: Pack, findings: Findings) -> None:
    """Say what of the pack nobody trained for its base model."""
    motion = pack.motion
    if motion.experimental:
        why = f": {motion.note}" if motion.note else ""
        message = f"the motion of pack `{pack.name}` is an experiment{why}"
        findings.add("SB708", message, _PLACE, severity="note")
