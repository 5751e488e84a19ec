"""Each shot's words: templates filled in, choices made, LoRA tags taken out, style put around."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from animegen.storyboard.check.findings import At
from animegen.storyboard.check.lots import Lots, prefix_of
from animegen.storyboard.check.styles import PLACE as STYLE_PLACE
from animegen.storyboard.prompts.choices import choose
from animegen.storyboard.prompts.problem import PromptRefused
from animegen.storyboard.prompts.syntax import parse, take_loras, tidy
from animegen.storyboard.prompts.template import compile_template
from animegen.storyboard.prompts.tokens import CHUNK, measure
from animegen.storyboard.prompts.traced import Traced
from animegen.storyboard.reading import PromptText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animegen.storyboard.check.findings import Findings
    from animegen.storyboard.check.scope import FilmScope, ShotScope
    from animegen.storyboard.check.wheres import Wheres
    from animegen.storyboard.check.wildcards import Wildcards
    from animegen.storyboard.lock_drift import Drift
    from animegen.storyboard.model import Shot, Storyboard
    from animegen.storyboard.place import Where
    from animegen.storyboard.prompts.problem import Problem
    from animegen.storyboard.prompts.style import Style

_ENOUGH = 10
"""Warnings about the brackets of one text; a text with more was not written by hand."""


class PlacedTag(NamedTuple):
    """`<lora:name:weight>` and where it stands."""

    name: str
    weight: str | None
    at: At
    styled: bool
    """It came with the style template, not with the shot's own words."""


@dataclass(frozen=True, kw_only=True)
class ShotWords:
    """The words of one shot, ready but for its LoRAs."""

    prompts: tuple[PromptText, ...]
    negative: str
    choices: dict[str, str]
    taken: dict[str, str]
    tags: tuple[PlacedTag, ...]
    present: tuple[str, ...]
    """The characters in the shot: those it lists, then those its prompts name."""


@dataclass(kw_only=True)
class _Desk:
    """One shot on the way: what its texts have brought to light so far."""

    index: int
    shot: Shot
    scope: ShotScope
    lots: Lots
    choices: dict[str, str] = field(default_factory=dict)
    tags: dict[PlacedTag, None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PromptReader:
    """Reads the words of a film's shots."""

    storyboard: Storyboard
    wheres: Wheres
    style: Style
    scope: FilmScope
    wildcards: Wildcards
    findings: Findings
    drift: Drift

    def read(self, index: int, shot: Shot) -> ShotWords:
        """Work out the words of a shot; what cannot be worked out is reported and left empty."""
        lots = Lots(seed=self.storyboard.seed, shot=shot.id, drift=self.drift)
        desk = _Desk(index=index, shot=shot, scope=self.scope.of(index, shot), lots=lots)
        present = self._present(shot)
        prompts = tuple(self._prompts(desk))
        return ShotWords(
            prompts=prompts,
            negative=self._negative(desk, present),
            choices=desk.choices,
            taken=lots.taken,
            tags=tuple(desk.tags),
            present=present,
        )

    def _present(self, shot: Shot) -> tuple[str, ...]:
        characters = self.storyboard.characters
        named = dict.fromkeys(name for name in shot.characters if name in characters)
        if characters:
            for prompt in shot.prompt.travel:
                named |= dict.fromkeys(sorted(_names(prompt.text) & set(characters)))
        return tuple(named)

    def _prompts(self, desk: _Desk) -> Iterator[PromptText]:
        fps = self.storyboard.frame.fps
        prompts = desk.shot.prompt.travel
        travel = zip(prompts, self.wheres.prompts(desk.index, len(prompts)), strict=True)
        for prompt, where in sorted(travel, key=lambda pair: pair[0].at.seconds(fps)):
            if not prompt.text.strip(" ,\n"):
                self.findings.add(
                    "SB204",
                    f"this prompt of shot `{desk.shot.id}` says nothing",
                    At(where),
                    "say what the shot shows, such as `scenery, river, night`",
                    severity="warning",
                )
            own = self._own(desk, prompt.text, where, "prompt")
            text = self._styled(desk, own)
            length = measure(text)
            if length.longest > CHUNK:
                self.findings.add(
                    "SB705",
                    f"this prompt has at least {length.tokens} tokens; CLIP reads {CHUNK} at "
                    f"once, so it is encoded in {length.chunks} chunks",
                    At(where),
                    "put what matters most first",
                    severity="note",
                )
            at = prompt.at.seconds(fps)
            yield PromptText(at=at, own=own, text=text, tokens=length.tokens)

    def _own(self, desk: _Desk, text: str, where: Where, part: str) -> str:
        """Work out a text of the storyboard, without the style."""
        traced = self._filled(desk, text, where)
        traced = self._chosen(desk, traced, where, part)
        traced, tags = take_loras(traced)
        for tag in tags:
            at = At(where, tag.start, tag.end)
            desk.tags[PlacedTag(tag.name, tag.weight, at, styled=False)] = None
            if part != "prompt":
                hint = "put it into the prompt, or under `loras`"
                message = "a LoRA acts on the whole picture, also from a negative prompt"
                self.findings.add("SB505", message, at, hint, severity="warning")
        for problem in parse(traced.text).problems[:_ENOUGH]:
            self._report(desk.scope, where, problem, traced)
        return tidy(traced.text)

    def _filled(self, desk: _Desk, text: str, where: Where) -> Traced:
        try:
            return compile_template(text).render(desk.scope.lookup)
        except PromptRefused as refused:
            desk.scope.report(where, refused.problem)
            return Traced.plain("")

    def _chosen(self, desk: _Desk, traced: Traced, where: Where, part: str) -> Traced:
        try:
            chosen = choose(traced, partial(desk.lots.draw, part), self.wildcards.lines)
        except PromptRefused as refused:
            self._report(desk.scope, where, refused.problem, traced)
            return traced
        for name, choice in chosen.choices.items():
            desk.choices[prefix_of(part) + name] = choice
        for problem in chosen.problems[:_ENOUGH]:
            self._report(desk.scope, where, problem, traced)
        return chosen.text

    def _styled(self, desk: _Desk, prompt: str) -> str:
        try:
            styled = self.style.wrap(prompt, desk.scope.lookup)
        except PromptRefused as refused:
            self._report_style(desk, refused.problem)
            return prompt
        text, tags = take_loras(Traced.plain(styled))
        for tag in tags:
            desk.tags[PlacedTag(tag.name, tag.weight, STYLE_PLACE, styled=True)] = None
        return tidy(text.text)

    def _negative(self, desk: _Desk, present: tuple[str, ...]) -> str:
        parts = [
            self._own(desk, text, where, "negative")
            for text, where in self._negatives(desk, present)
            if text
        ]
        own = ", ".join(part for part in parts if part)
        try:
            return tidy(self.style.wrap_negative(own, desk.scope.lookup))
        except PromptRefused as refused:
            self._report_style(desk, refused.problem)
            return own

    def _negatives(
        self, desk: _Desk, present: tuple[str, ...]
    ) -> Iterator[tuple[str | None, Where]]:
        yield self.storyboard.style.negative, ("style", "negative")
        for name in present:
            yield self.storyboard.characters[name].negative, ("characters", name, "negative")
        yield desk.shot.negative, ("shots", desk.index, "negative")

    def _report_style(self, desk: _Desk, problem: Problem) -> None:
        name = self.storyboard.style.prompt
        self.findings.add(
            problem.code,
            f"in the style template `{name}`, for shot `{desk.shot.id}`: {problem.message}",
            STYLE_PLACE,
            problem.help,
        )

    def _report(self, scope: ShotScope, where: Where, problem: Problem, traced: Traced) -> None:
        """Report a problem of a filled-in text where its characters came from."""
        from dataclasses import replace

        start, end = traced.origin(problem.start, problem.end)
        scope.report(where, replace(problem, start=start, end=end))


def _names(text: str) -> frozenset[str]:
    try:
        return compile_template(text).names
    except PromptRefused:
        return frozenset()  # reported when the text is filled in
