"""LoRAs: what they are called, how strongly they act, and how many act at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from animegen.errors import WeightsUnusable
from animegen.packs.damage import WeightsDamaged
from animegen.storyboard.check.files import FileRefused, is_pickled
from animegen.storyboard.check.suggest import did_you_mean
from animegen.storyboard.reading import ResolvedLora

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from animegen.packs.made_for import LoraFacts
    from animegen.packs.pack import LoraFile, Pack
    from animegen.storyboard.check.files import ProjectFiles
    from animegen.storyboard.check.findings import At, Findings
    from animegen.storyboard.check.lora_files import LoraFiles

MOST = 3
"""LoRAs at once; more of them blur each other."""
_SUFFIX = ".safetensors"
_PLAIN_WEIGHT = 1.0
_STRONGEST = 2.0
_WEIGHT = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*")


class Use(NamedTuple):
    """One mention of a LoRA."""

    use: str
    weight: float
    at: At
    origin: str
    """"the style", "character `mina`", "the shot", "the prompt"."""
    triggers: tuple[str, ...] = ()
    """Words that it acts on."""


class Loras:
    """Knows the LoRAs of a pack and of a project."""

    def __init__(
        self, pack: Pack, files: ProjectFiles, headers: LoraFiles, findings: Findings
    ) -> None:
        self._pack = pack
        self._files = files
        self._headers = headers
        self._findings = findings
        self._crowded: set[At] = set()
        self._loose = {_loose(name): name for name in pack.loras}

    def use(
        self, name: str, weight: float | None, at: At, origin: str, *, weight_at: At
    ) -> Use | None:
        """Resolve one mention; None when it was reported as an error."""
        if "/" in name or name.endswith(_SUFFIX) or is_pickled(name):
            return self._use_file(name, weight, at, origin)
        known = self._loose.get(_loose(name))
        if known is None:
            hint = did_you_mean(name, self._offered(), f"LoRAs of pack `{self._pack.name}`")
            self._findings.add("SB306", f"there is no LoRA `{name}`", at, hint)
            return None
        lora = self._pack.loras[known]
        if lora.role in ("few-step", "motion"):
            word = "quality" if lora.role == "few-step" else "motion"
            hint = f"take it out; the word `{word}` of the storyboard brings it"
            self._findings.add("SB306", f"`{known}` is not for use by hand", at, hint)
            return None
        facts = self._read(lambda: self._headers.facts_of_pack(known), at)
        if facts is False:
            return None
        triggers = facts.triggers if facts else lora.triggers
        if weight is None:
            return Use(known, lora.usual, at, origin, triggers)
        self._check_weight(known, weight, lora, weight_at)
        return Use(known, weight, at, origin, triggers)

    def tag_weight(self, text: str | None, at: At) -> float | None:
        """Read the weight of a `<lora:name:weight>`; None when it was left out or reported."""
        if text is None:
            return None
        if _WEIGHT.fullmatch(text) and abs(float(text)) <= _STRONGEST:
            return float(text)
        hint = "write a number from -2 to 2, as in <lora:name:0.8>"
        self._findings.add("SB505", f"`{text}` is not the weight of a LoRA", at, hint)
        return None

    def merge(
        self, uses: Iterable[Use], shot: str, prompts: Sequence[str]
    ) -> tuple[ResolvedLora, ...]:
        """Merge the mentions of a shot; the later weight of a name wins, weight 0 switches off.

        `prompts` are the shot's, as the model reads them: a LoRA's trigger words belong there.
        """
        active: dict[str, Use] = {}
        for use in uses:
            active[use.use] = use
        acting = [use for use in active.values() if use.weight]
        if len(acting) > MOST:
            self._report_many(acting, shot)
        for use in acting:
            self._check_triggers(use, prompts)
        return tuple(ResolvedLora(use=use.use, weight=use.weight) for use in acting)

    def _use_file(self, name: str, weight: float | None, at: At, origin: str) -> Use | None:
        try:
            path = self._files.find(name)
        except FileRefused as refused:
            self._findings.add(refused.code, refused.message, at, refused.remedy)
            return None
        if not path.endswith(_SUFFIX):
            hint = f"a LoRA file ends in {_SUFFIX}"
            self._findings.add("SB306", f"`{path}` is not a LoRA file", at, hint)
            return None
        facts = self._read(lambda: self._headers.facts(self._files.project / path), at)
        if not facts:
            return None
        used = _PLAIN_WEIGHT if weight is None else weight
        return Use(path, used, at, origin, facts.triggers)

    def _read(
        self, read: Callable[[], LoraFacts | None], at: At
    ) -> LoraFacts | Literal[False] | None:
        """Read what a file says; False when it was reported as unusable."""
        try:
            return read()
        except WeightsUnusable as wrong:
            misfit = isinstance(wrong, WeightsDamaged) and wrong.cause == "base-model"
            self._findings.add("SB606" if misfit else "SB605", wrong.message, at, wrong.remedy)
        except OSError as error:
            message = f"{error.filename} cannot be read: {(error.strerror or '').lower()}"
            self._findings.add("SB605", message, at)
        return False

    def _check_triggers(self, use: Use, prompts: Sequence[str]) -> None:
        for word in use.triggers:
            pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
            if prompts and not any(pattern.search(prompt) for prompt in prompts):
                self._findings.add(
                    "SB707",
                    f"`{use.use}` acts on the word `{word}`, which is not in the prompt",
                    use.at,
                    f"write `{word}` into the prompt, or into the looks of the character",
                    severity="warning",
                )

    def _check_weight(self, name: str, weight: float, lora: LoraFile, at: At) -> None:
        if weight and not lora.low <= weight <= lora.high:
            self._findings.add(
                "SB703",
                f"`{name}` at {weight:g} is outside its recommended range, "
                f"{lora.low:g} to {lora.high:g}",
                at,
                f"leave the weight out for {lora.usual:g}",
                severity="warning",
            )

    def _report_many(self, acting: list[Use], shot: str) -> None:
        extra = acting[MOST]
        if extra.at in self._crowded:
            return  # many shots may share a style or a character: once is enough
        self._crowded.add(extra.at)
        listed = ", ".join(f"`{use.use}` ({use.origin})" for use in acting)
        self._findings.add(
            "SB701",
            f"shot `{shot}` uses {len(acting)} LoRAs at once, at most {MOST} may act: {listed}",
            extra.at,
            "take one out, or give it weight 0 in the shot",
            related=tuple(
                (self._findings.span(use.at), f"`{use.use}`, from {use.origin}")
                for use in acting
                if use is not extra
            ),
        )

    def _offered(self) -> list[str]:
        return [
            name
            for name, lora in self._pack.loras.items()
            if lora.role not in ("few-step", "motion")
        ]


def _loose(name: str) -> str:
    """Fold what people write differently: pastelAnimeXL is pastel-anime-xl."""
    return re.sub(r"[\W_]+", "", name).casefold()
