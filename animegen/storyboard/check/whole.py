"""Checks a whole storyboard and works out what each shot asks of the renderer.

The storyboard is well-formed already; here its parts meet the pack, the project and each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.storyboard.check.files import ProjectFiles, check_soundtrack
from animegen.storyboard.check.findings import At, Findings
from animegen.storyboard.check.guides import check_guides
from animegen.storyboard.check.limits import check_limits, check_output
from animegen.storyboard.check.lora_files import LoraFiles
from animegen.storyboard.check.loras import Loras, Use
from animegen.storyboard.check.names import check_names
from animegen.storyboard.check.pack import find_pack
from animegen.storyboard.check.prompts import PromptReader
from animegen.storyboard.check.scope import FilmScope
from animegen.storyboard.check.styles import find_style
from animegen.storyboard.check.timing import check_timing
from animegen.storyboard.check.variations import check_variations
from animegen.storyboard.check.wheres import Wheres
from animegen.storyboard.check.wildcards import Wildcards
from animegen.storyboard.lock import Lock, lock_path
from animegen.storyboard.lock_drift import Drift
from animegen.storyboard.reading import ResolvedShot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from animegen.packs.pack import Pack
    from animegen.storyboard.check.prompts import ShotWords
    from animegen.storyboard.diagnostic import Diagnostic
    from animegen.storyboard.document import Document
    from animegen.storyboard.model import Shot, Storyboard
    from animegen.storyboard.model.lora import LoraUse
    from animegen.storyboard.place import Where
    from animegen.storyboard.reading import ResolvedLora


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """What a storyboard comes to; complete only when no diagnostic is an error."""

    pack: Pack | None
    """None when it was reported as an error."""
    shots: dict[str, ResolvedShot]
    """By shot id, in film order."""
    diagnostics: tuple[Diagnostic, ...]
    """In the file's order."""
    drift: tuple[Diagnostic, ...] = ()
    """Where the storyboard is not as its lock has it, in the lock's order."""


def check(
    storyboard: Storyboard,
    document: Document,
    project: Path,
    variables: Mapping[str, str],
    lock: Lock | None = None,
) -> CheckResult:
    """Check names, times, files, LoRAs, limits and prompts, and resolve every shot.

    `variables` are those of `--set`; choices become what `lock` recorded. Nothing is
    raised: every finding is a diagnostic.
    """
    findings = Findings(document.marks)
    files = ProjectFiles(project)
    wheres = Wheres(data=document.data)
    pack = find_pack(storyboard.pack, files, findings)
    check_names(storyboard, findings)
    check_timing(storyboard, wheres, findings)
    check_soundtrack(storyboard, files, findings)
    check_output(storyboard, findings)
    check_variations(storyboard, findings)
    if pack is not None:
        check_limits(storyboard, pack, findings)
        check_guides(storyboard, document.data, pack, findings)
    drift = Drift(lock or Lock(path=lock_path(document.source.path)))
    reader = PromptReader(
        storyboard=storyboard,
        wheres=wheres,
        style=find_style(storyboard.style.prompt, files, findings),
        scope=FilmScope(storyboard, variables, findings),
        wildcards=Wildcards(files),
        findings=findings,
        drift=drift,
    )
    loras = None
    if pack is not None:
        headers = LoraFiles(pack, storyboard.pack, project)
        loras = Loras(pack, files, headers, findings)
    resolver = _Resolver(storyboard, reader, loras)
    shots = {shot.id: resolver.resolve(index, shot) for index, shot in enumerate(storyboard.shots)}
    drift.look_for_gone(shots)
    return CheckResult(
        pack=pack, shots=shots, diagnostics=findings.sorted(), drift=drift.findings()
    )


class _Resolver:
    def __init__(self, storyboard: Storyboard, reader: PromptReader, loras: Loras | None) -> None:
        self._reader = reader
        self._loras = loras
        style = ("style", "loras")
        self._style = self._listed(storyboard.style.loras, style, "the style")
        self._characters = {
            name: self._entry(character.lora, ("characters", name, "lora"), f"character `{name}`")
            for name, character in storyboard.characters.items()
            if character.lora
        }

    def resolve(self, index: int, shot: Shot) -> ResolvedShot:
        words = self._reader.read(index, shot)
        uses = self._uses(index, shot, words)
        return ResolvedShot(
            prompts=words.prompts,
            loop=shot.prompt.loop,
            blend=shot.prompt.blend,
            negative=words.negative,
            loras=self._merged(uses, shot, words),
            choices=words.choices,
            taken=words.taken,
        )

    def _merged(
        self, uses: Iterator[Use], shot: Shot, words: ShotWords
    ) -> tuple[ResolvedLora, ...]:
        texts = [prompt.text for prompt in words.prompts]
        return self._loras.merge(uses, shot.id, texts) if self._loras else ()

    def _uses(self, index: int, shot: Shot, words: ShotWords) -> Iterator[Use]:
        """Yield every mention in the order in which the later wins."""
        yield from self._style
        yield from self._tagged(words, styled=True)
        for name in words.present:
            if use := self._characters.get(name):
                yield use
        yield from self._listed(shot.loras, ("shots", index, "loras"), "the shot")
        yield from self._tagged(words, styled=False)

    def _listed(self, entries: tuple[LoraUse, ...], where: Where, origin: str) -> list[Use]:
        uses = (self._entry(entry, (*where, at), origin) for at, entry in enumerate(entries))
        return [use for use in uses if use]

    def _entry(self, entry: LoraUse, where: Where, origin: str) -> Use | None:
        if self._loras is None:
            return None
        at, weight_at = At((*where, "use")), At((*where, "weight"))
        return self._loras.use(entry.use, entry.weight, at, origin, weight_at=weight_at)

    def _tagged(self, words: ShotWords, *, styled: bool) -> Iterator[Use]:
        if self._loras is None:
            return
        origin = "the style template" if styled else "the prompt"
        for placed in words.tags:
            if placed.styled is styled:
                at = placed.at
                weight = self._loras.tag_weight(placed.weight, at)
                use = self._loras.use(placed.name, weight, at, origin, weight_at=at)
                if use:
                    yield use
