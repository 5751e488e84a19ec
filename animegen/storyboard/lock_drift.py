"""Finds where a film is not as its lock has it. Unaware of plans and of where weights lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.storyboard.check.findings import At, Findings
from animegen.storyboard.check.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.storyboard.diagnostic import Diagnostic
    from animegen.storyboard.lock import Lock
    from animegen.storyboard.place import Where
    from animegen.storyboard.reading import ResolvedShot

_UPDATE = "`storyboard lock` records the film as it is now"
_SHORT = 12


class Drift:
    """Answers with what was recorded, and notes where that is not possible."""

    def __init__(self, lock: Lock) -> None:
        self._lock = lock
        self._found = Findings(lock.document.marks) if lock.document else None

    def findings(self) -> tuple[Diagnostic, ...]:
        """Return what was noted, in the lock's order."""
        return self._found.sorted() if self._found else ()

    def choice(self, shot: str, name: str, options: tuple[str, ...], drawn: str) -> str:
        """Return what a choice was recorded as; `drawn` where it was not, or is gone."""
        if self._lock.choices is None:
            return drawn
        recorded = self._lock.choices.get(shot, {})
        if name not in recorded:
            message = f"the lock does not say what `{name}` of shot `{shot}` is; it becomes"
            self._note("SB804", f"{message} {_shown(drawn)}", ("choices", shot), on_key=True)
            return drawn
        if recorded[name] not in options:
            message = f"`{name}` of shot `{shot}` can no longer be {_shown(recorded[name])}"
            self._note("SB803", f"{message}; it becomes {_shown(drawn)}", ("choices", shot, name))
            return drawn
        return recorded[name]

    def look_for_gone(self, shots: Mapping[str, ResolvedShot]) -> None:
        """Note every record of a shot, or of a choice, that the film does not have."""
        for shot, take in self._lock.takes.items():
            if shot not in shots:
                message = f"take {take} of shot `{shot}` was picked, but the film has no such shot"
                clear = f"`storyboard pick {shot} --clear` forgets it"
                near = did_you_mean(shot, shots, "shots")
                remedy = f"{near}; {clear}" if near.startswith("did") else clear
                self._note("SB802", message, ("takes", shot), remedy, on_key=True)
        for shot, choices in (self._lock.choices or {}).items():
            if shot not in shots:
                message = f"choices of shot `{shot}` were recorded, but the film has no such shot"
                self._note("SB802", message, ("choices", shot), on_key=True)
                continue
            for name in choices:
                if name not in shots[shot].taken:
                    message = f"shot `{shot}` no longer has the choice `{name}`"
                    self._note("SB802", message, ("choices", shot, name), on_key=True)

    def weights(self, used: Mapping[str, str]) -> None:
        """Note every digest that is not the recorded one; `used` are those by name.

        What is recorded and not used is fine: a selection, or another quality, needs fewer.
        """
        for name, digest in used.items() if self._lock.weights is not None else ():
            recorded = (self._lock.weights or {}).get(name)
            if recorded is None:
                message = f"the lock does not have `{name}`, here {digest[:_SHORT]}"
                self._note("SB806", message, ("weights",), on_key=True)
            elif recorded != digest:
                message = f"`{name}` was {recorded[:_SHORT]}, and is {digest[:_SHORT]} here"
                remedy = f"bring back the weights of then, or {_UPDATE}"
                self._note("SB805", message, ("weights", name), remedy)

    def gaps(self, shots: Mapping[str, ResolvedShot], used: Mapping[str, str]) -> None:
        """Note what the film needs of the lock whose whole section is not there."""
        makers = [shot for shot, resolved in shots.items() if resolved.taken]
        if self._lock.choices is None and makers:
            message = f"the lock records no choices, and shot `{makers[0]}` makes some"
            self._note("SB804", message, None)
        if self._lock.weights is None and used:
            self._note("SB806", "the lock records no weights", None)

    def _note(
        self,
        code: str,
        message: str,
        where: Where | None,
        remedy: str = _UPDATE,
        *,
        on_key: bool = False,
    ) -> None:
        if self._found is None:
            return
        place = None if where is None else At(where)
        span = self._found.key(where) if where and on_key else place
        self._found.add(code, message, span, remedy, severity="warning")


def _shown(text: str) -> str:
    return f"`{text}`" if text else "nothing"
