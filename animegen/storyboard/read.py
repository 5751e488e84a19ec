"""Read a storyboard: load, validate, check; every error at once. Unaware of rendering."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, get_args

from animegen.errors import UsageError
from animegen.storyboard.diagnose import in_order
from animegen.storyboard.diagnostic import StoryboardErrors
from animegen.storyboard.load import load
from animegen.storyboard.lock_read import read_lock
from animegen.storyboard.model.shot import Quality
from animegen.storyboard.project import project_of
from animegen.storyboard.reading import Reading
from animegen.storyboard.repair import repair
from animegen.storyboard.validation.validate import validate
from animegen.storyboard.validation.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from animegen.storyboard.diagnostic import Diagnostic
    from animegen.storyboard.document import Document
    from animegen.storyboard.model import Storyboard
    from animegen.storyboard.validation.validate import Validation

_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})
_QUALITIES: tuple[str, ...] = get_args(Quality)

_OF_THEIR_OWN = ("SB3", "SB5", "SB6")
"""Names, templates and files are right or wrong whatever else is broken; times are not."""


def read_storyboard(
    path: Path,
    *,
    variables: Mapping[str, str] = _NO_VARIABLES,
    quality: str | None = None,
    pack: str | None = None,
    seed: int | None = None,
    redraw: bool = False,
) -> Reading:
    """Read the storyboard at `path` and its lock; the arguments win over what stands in the file.

    `quality` replaces the film's and every shot's own, `pack` and `seed` the film's; `variables`
    are those of the command line (`--set`). `redraw` makes every choice as if none were recorded.

    Raises:
        UsageError: the file cannot be read, or `quality` is no quality.
        StoryboardErrors: it has errors; holds all of them and the warnings, sorted by place. Or
            its lock has; then it holds those.
    """
    from animegen.storyboard.check import check

    if quality is not None and quality not in _QUALITIES:
        raise UsageError(f"there is no quality {quality}", remedy=did_you_mean(quality, _QUALITIES))
    document = load(path)
    project = project_of(path)
    validation = validate(document)
    if validation.storyboard is None:
        found = (*validation.findings, *_names_at_least(document, validation, project, variables))
        raise StoryboardErrors(in_order((*document.findings, *found)), document.source)
    storyboard = _override(validation.storyboard, quality, pack, seed)
    lock = read_lock(path)
    if redraw:
        lock = replace(lock, choices=None)
    result = check(storyboard, document, project, variables, lock)
    findings = in_order((*document.findings, *validation.findings, *result.diagnostics))
    if result.pack is None or any(finding.severity == "error" for finding in findings):
        raise StoryboardErrors(findings, document.source)
    return Reading(
        storyboard=storyboard,
        pack=result.pack,
        project=project,
        shots=result.shots,
        findings=findings,
        document=document,
        lock=lock,
        drift=result.drift,
        overrides=_overrides(variables, quality),
    )


def _overrides(variables: Mapping[str, str], quality: str | None) -> dict[str, str]:
    """Return what the command line said, by the words it said it with."""
    said = {f"--set {name}": value for name, value in variables.items()}
    return said if quality is None else {"--quality": quality, **said}


def _names_at_least(
    document: Document, validation: Validation, project: Path, variables: Mapping[str, str]
) -> list[Diagnostic]:
    """Check what can be checked although the structure is broken: names, templates, files."""
    from animegen.storyboard.check import check

    repaired = repair(document.data)
    if repaired is None:
        return []
    result = check(repaired, document, project, variables)
    taken = {finding.span and finding.span[:2] for finding in validation.findings}
    return [
        finding
        for finding in result.diagnostics
        if finding.code.startswith(_OF_THEIR_OWN)
        and (finding.span and finding.span[:2]) not in taken
    ]


def _override(
    storyboard: Storyboard, quality: str | None, pack: str | None, seed: int | None
) -> Storyboard:
    changes: dict[str, object] = {} if seed is None else {"seed": seed}
    if pack is not None:
        changes["pack"] = pack
    if quality is not None:
        changes["quality"] = quality
        changes["shots"] = tuple(
            shot if shot.quality is None else shot.model_copy(update={"quality": quality})
            for shot in storyboard.shots
        )
    return storyboard.model_copy(update=changes) if changes else storyboard
