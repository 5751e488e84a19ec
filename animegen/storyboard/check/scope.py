"""What a name means in a shot's templates: `--set` before the shot's `let`, the film's `let`, and
the characters' looks.

Unaware of the prompts that ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.storyboard.check.findings import At
from animegen.storyboard.check.suggest import did_you_mean
from animegen.storyboard.prompts.problem import Problem, PromptRefused
from animegen.storyboard.prompts.template import compile_template

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from animegen.storyboard.check.findings import Findings
    from animegen.storyboard.model import Shot, Storyboard
    from animegen.storyboard.place import Where
    from animegen.storyboard.prompts.filters import Value

Values = dict[str, "Value"]
_SWITCHES = {"true": True, "false": False}


class FilmScope:
    """The variables of one film; `of` narrows them to a shot."""

    def __init__(
        self, storyboard: Storyboard, variables: Mapping[str, str], findings: Findings
    ) -> None:
        self.characters = storyboard.characters
        self.findings = findings
        self._settable = settable(storyboard)
        self._set = self._read_set(storyboard.let, variables)
        self._let = self._fill(storyboard.let, ("let",), self._set)
        self._check_looks()
        self._film = ShotScope(self, self._let)

    def of(self, index: int, shot: Shot) -> ShotScope:
        """Return the variables of a shot."""
        if not shot.let:
            return self._film
        return ShotScope(self, self._fill(shot.let, ("shots", index, "let"), self._let))

    def explain(self, problem: Problem, known: Iterable[str]) -> Problem:
        """Add help to a problem with an undefined variable."""
        if problem.name is None:
            return problem
        from dataclasses import replace

        return replace(problem, help=did_you_mean(problem.name, known, "variables here"))

    def _read_set(self, let: Mapping[str, Value], variables: Mapping[str, str]) -> Values:
        values: Values = {}
        for name, text in variables.items():
            if name not in self._settable:
                hint = did_you_mean(name, self._settable, "variables of this storyboard")
                message = f"--set {name}: the storyboard has no variable `{name}`"
                self.findings.add("SB501", message, None, hint)
                continue
            try:
                values[name] = read_like(let.get(name, text), text)
            except ValueError:
                self.findings.add(
                    "SB103",
                    f"--set {name}={text}: `{name}` is {kind_of(let[name])} in the storyboard",
                    At(("let", name)),
                )
        return values

    def _fill(self, let: Mapping[str, Value], where: Where, outer: Values) -> Values:
        """Work out `let` in order: each value may use those before it."""
        values = {**outer}
        for name, value in let.items():
            if name in self._set:
                continue
            values[name] = value
            if isinstance(value, str):
                values[name] = self._text(value, (*where, name), {**values, name: outer.get(name)})
        return values

    def _text(self, text: str, where: Where, values: Mapping[str, Value | None]) -> str:
        try:
            return compile_template(text).render(values.get).text
        except PromptRefused as refused:
            known = [name for name, value in values.items() if value is not None]
            self.findings.problem(where, self.explain(refused.problem, known))
            return ""

    def _check_looks(self) -> None:
        """Report what is wrong with looks in any shot; the rest shows in the shots."""
        for name, character in self.characters.items():
            try:
                used = compile_template(character.looks).names
            except PromptRefused as refused:
                self.findings.problem(("characters", name, "looks"), refused.problem)
                continue
            others = sorted((used & set(self.characters)) - self._settable)
            if others:
                self.findings.add(
                    "SB502",
                    f"`looks` cannot use another character (`{others[0]}`)",
                    At(("characters", name, "looks")),
                    "name both characters in the shot's prompt",
                )

    def looks(self, name: str, values: Values) -> str:
        """Return a character's looks, filled in with a shot's variables."""
        looks = self.characters[name].looks
        try:
            if compile_template(looks).names & (set(self.characters) - self._settable):
                return ""  # reported by _check_looks
        except PromptRefused:
            return ""
        return self._text(looks, ("characters", name, "looks"), values)


class ShotScope:
    """The variables of one shot."""

    def __init__(self, film: FilmScope, values: Values) -> None:
        self._film = film
        self._values = values
        self._looks: dict[str, str] = {}

    def lookup(self, name: str) -> Value | None:
        """Return a variable, or a character's looks; None for an unknown name."""
        if name in self._values:
            return self._values[name]
        if name not in self._film.characters:
            return None
        if name not in self._looks:
            self._looks[name] = self._film.looks(name, self._values)
        return self._looks[name]

    def report(self, where: Where, problem: Problem) -> None:
        """Report a problem of the text at `where`, with help from the names that are known."""
        known = {*self._values, *self._film.characters}
        self._film.findings.problem(where, self._film.explain(problem, known))


def settable(storyboard: Storyboard) -> set[str]:
    """Return the variables that `--set` and `vary` may set: those that some `let` defines."""
    return set(storyboard.let).union(*(shot.let for shot in storyboard.shots))


def read_like(example: Value, text: str) -> Value:
    """Read a text as the kind of value that it replaces.

    Raises:
        ValueError: when it is not of that kind.
    """
    if isinstance(example, bool):
        if text.lower() not in _SWITCHES:
            raise ValueError(text)
        return _SWITCHES[text.lower()]
    if isinstance(example, int | float):
        return float(text) if isinstance(example, float) or not _is_whole(text) else int(text)
    return text


def _is_whole(text: str) -> bool:
    return text.strip().lstrip("+-").isdecimal()


def kind_of(value: Value) -> str:
    """Return what a variable that is no text holds, in words."""
    return "true or false" if isinstance(value, bool) else "a number"
