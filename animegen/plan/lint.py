"""Advice from the field about a storyboard that is valid: what renders and will disappoint.

All of it are warnings with codes of their own (SB72x). The limits that are checked on every
reading, such as a LoRA's range, are not repeated here. Unaware of the store and of rendering.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.plan.lint_bases import check_bases
from animegen.plan.lint_time import check_time
from animegen.storyboard.check.findings import At, Findings
from animegen.storyboard.diagnose import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animegen.packs.pack import QualitySettings
    from animegen.storyboard.diagnostic import Diagnostic
    from animegen.storyboard.model import Shot
    from animegen.storyboard.place import Where
    from animegen.storyboard.reading import Reading


def lint(reading: Reading) -> tuple[Diagnostic, ...]:
    """Return every warning about a storyboard, those of its reading and the field's, by place."""
    findings = Findings(reading.document.marks)
    check_time(reading, findings)
    check_bases(reading, findings)
    _check_negatives(reading, findings)
    read = (finding for finding in reading.findings if finding.severity == "warning")
    return in_order((*read, *findings.sorted()))


def _check_negatives(reading: Reading, findings: Findings) -> None:
    """Report negative prompts that no model reads (SB723): guidance 1 leaves out that half."""
    for index, shot in enumerate(reading.storyboard.shots):
        settings = reading.pack.qualities[shot.quality or reading.storyboard.quality]
        film = reading.storyboard.sampling
        if (shot.sampling.guidance or film.guidance or settings.guidance) > 1:
            continue
        for where in _negatives(reading, index, shot):
            findings.add(
                "SB723",
                f"shot `{shot.id}` is made at guidance 1, where no negative prompt is read",
                At(where),
                _higher(settings),
                severity="warning",
            )


def _negatives(reading: Reading, index: int, shot: Shot) -> Iterator[Where]:
    """Yield where the storyboard itself asks for what the shot shall not show."""
    storyboard = reading.storyboard
    if storyboard.style.negative:
        yield ("style", "negative")
    for name in shot.characters:
        if name in storyboard.characters and storyboard.characters[name].negative:
            yield ("characters", name, "negative")
    if shot.negative:
        yield ("shots", index, "negative")


def _higher(settings: QualitySettings) -> str:
    _, high = settings.guidance_range
    instead = "choose `quality: high`" if high <= 1 else ""
    told = f"write `sampling: {{guidance: {min(high, 1.5):g}}}`, which takes twice as long"
    return f"{instead or told}, or take it out"
