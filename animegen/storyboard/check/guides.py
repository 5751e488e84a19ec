"""What guides a shot besides its words: whether the pack can follow its maps and moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.storyboard.check.findings import At
from animegen.storyboard.validation.places import find_place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from animegen.packs.pack import Pack
    from animegen.storyboard.check.findings import Findings
    from animegen.storyboard.model import Shot, Storyboard
    from animegen.storyboard.model.guidance import ControlMap

_NOTHING = "none"


def check_guides(
    storyboard: Storyboard, data: Mapping[str, Any], pack: Pack, findings: Findings
) -> None:
    """Report control maps that the pack cannot follow (SB309), motions too strong for it (SB703).

    `data` is the document as it was written.
    """
    for index, shot in enumerate(storyboard.shots):
        for entry, control_map in enumerate(shot.control.maps if shot.control else ()):
            place = ("shots", index, "control", "maps", entry)
            for field in _asked(control_map):
                at = At(find_place(data, (*place, field)).where)
                _check_word(getattr(control_map, field), at, pack, findings)
        _check_strength(shot, At(("shots", index, "motion", "strength")), pack, findings)


def _asked(control_map: ControlMap) -> tuple[str, ...]:
    """Return the fields with a word that the user insists on; a fallback may go without saying."""
    return ("use", "fallback") if "fallback" in control_map.model_fields_set else ("use",)


def _check_word(word: str, at: At, pack: Pack, findings: Findings) -> None:
    if word == _NOTHING or pack.follows(word):
        return
    lacks = "detector" if word in pack.controls else "ControlNet"
    known = ", ".join(f"`{other}`" for other in sorted(pack.controls) if pack.follows(other))
    findings.add(
        "SB309",
        f"pack `{pack.name}` has no {lacks} for `{word}`",
        at,
        f"it follows {known}" if known else "take `control` out, or choose another pack",
    )


def _check_strength(shot: Shot, at: At, pack: Pack, findings: Findings) -> None:
    if shot.motion is None or "strength" not in shot.motion.model_fields_set:
        return
    lora, strength = pack.motion_loras.get(shot.motion.use), shot.motion.strength
    if lora and strength and not lora.low <= abs(strength) <= lora.high:
        findings.add(
            "SB703",
            f"`{shot.motion.use}` at {strength:g} is outside its recommended range, "
            f"{lora.low:g} to {lora.high:g}",
            at,
            "leave the strength out for 1",
            severity="warning",
        )
