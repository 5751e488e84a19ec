"""Has shots that fail their checks drawn again, as other takes, until one passes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import typer

from animegen.cli.measuring import read_figures, run_missing
from animegen.errors import PartlyRendered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.cli.measuring import Run
    from animegen.cli.session import Session
    from animegen.plan.figures import ShotQuality
    from animegen.plan.selection_range import Range
    from animegen.storyboard.diagnostic import Diagnostic
    from animegen.storyboard.model import Shot
    from animegen.storyboard.model.checks import Limit
    from animegen.storyboard.reading import Reading

    Failure = Mapping[str, float]
    """What was measured that may not be, by figure."""

_CHECKS = "checks"


def settle_takes(
    reading: Reading,
    session: Session,
    run: Run,
    *,
    locked: bool,
    record: bool,
    store: Sequence[str],
    part: Range | None = None,
) -> tuple[Reading, Session]:
    """Return the film with a take of each shot that passes its checks; say which were chosen.

    `locked`: no other take is tried. `record`: what is chosen is written into the lock file.
    `part` is the stretch of the film that the session was opened for.

    Raises:
        PartlyRendered: when no take of a shot passes.
        Interrupted, StoreFailed: as a run does.
    """
    from animegen.plan.quality import plan_quality

    limits = _limits(reading, session)
    plan = plan_quality(session.compiled.plan, session.weights, limits)
    if not plan.targets:
        return reading, session
    outcome = run_missing(plan, session, run)
    if not outcome.complete:
        return reading, session  # the film will fail for the same reason, and say more
    dice = _Dice(reading=reading, session=session, run=run, limits=limits)
    for shot, quality in read_figures(outcome, session, tuple(limits)).items():
        dice.judge(shot, reading.lock.take(shot), quality)
    dice.roll(locked=locked)
    if dice.failing:
        _refuse(reading, dice)
    chosen = {shot: take for shot, take in dice.passed.items() if take != reading.lock.take(shot)}
    if not chosen:
        return reading, session
    _tell(reading, chosen, record=record)
    if record:
        _record(reading, chosen, store)
    return _recast(reading, session, chosen, part)


@dataclass(kw_only=True)
class _Dice:
    """The takes that were tried of each shot."""

    reading: Reading
    session: Session
    run: Run
    limits: Mapping[str, Mapping[str, Limit]]
    tried: dict[str, dict[int, Failure | None]] = field(default_factory=dict)
    """By shot and take; None for a take that could not be drawn."""
    passed: dict[str, int] = field(default_factory=dict)

    @property
    def failing(self) -> tuple[str, ...]:
        return tuple(shot for shot in self.tried if shot not in self.passed)

    def judge(self, shot: str, take: int, quality: ShotQuality | None) -> None:
        from animegen.plan.figures import failed_checks

        failure = failed_checks(quality.figures, self.limits[shot]) if quality else None
        self.tried.setdefault(shot, {})[take] = failure
        if failure == {}:
            self.passed[shot] = take

    def roll(self, *, locked: bool) -> None:
        """Draw the next take of every failing shot, all together, until all pass.

        Once a shot has no take left to try there will be no film, and no other shot is drawn.
        """
        while self.failing and not locked:
            takes = {shot: take for shot in self.failing if (take := self._next(shot))}
            if len(takes) < len(self.failing):
                return
            for shot, take in takes.items():
                typer.echo(f"{shot}: {self._told(shot)}; trying take {take}", err=True)
            self._draw(takes)

    def _next(self, shot: str) -> int | None:
        from animegen.storyboard.model.shot import MOST_TAKES

        tried = self.tried[shot]
        if len(tried) > _rerolls(self.reading, shot):
            return None
        return next((take for take in range(1, MOST_TAKES + 1) if take not in tried), None)

    def _draw(self, takes: Mapping[str, int]) -> None:
        from animegen.plan.quality import plan_quality
        from animegen.plan.rerolls import compile_rerolls

        ground = self.session
        plan = compile_rerolls(self.reading, ground.weights, dtype=ground.dtype, takes=takes)
        stems = {shot: f"{shot}@{take}" for shot, take in takes.items()}
        measures = plan_quality(plan, ground.weights, stems.values())
        outcome = run_missing(measures, ground, self.run)
        for shot, take in takes.items():
            found = read_figures(outcome, self.session, (shot,), f"@{take}")
            self.judge(shot, take, found.get(shot))

    def _told(self, shot: str) -> str:
        take, failure = list(self.tried[shot].items())[-1]
        return f"take {take} {_words(failure, self.limits[shot])}"


def _limits(reading: Reading, session: Session) -> dict[str, Mapping[str, Limit]]:
    """Return the checks of each shot of the film that has any."""
    film = reading.storyboard
    of_shots = {shot.id: shot.checks.over(film.checks).limits() for shot in film.shots}
    return {shot: of_shots[shot] for shot in session.compiled.selection if of_shots[shot]}


def _rerolls(reading: Reading, shot: str) -> int:
    own = _shot(reading, shot).reroll
    return reading.storyboard.reroll if own is None else own


def _shot(reading: Reading, shot: str) -> Shot:
    return next(one for one in reading.storyboard.shots if one.id == shot)


def _words(failure: Failure | None, limits: Mapping[str, Limit]) -> str:
    if failure is None:
        return "could not be drawn"
    found = (f"{name} is {value:g}, not {limits[name]}" for name, value in failure.items())
    return f"fails: {', '.join(found)}"


def _tell(reading: Reading, chosen: Mapping[str, int], *, record: bool) -> None:
    from animegen.cli.session import shown

    for shot, take in chosen.items():
        where = f"recorded in {shown(reading.lock.path)}" if record else "not recorded"
        typer.echo(f"{shot}: take {take} passes its checks; {where}", err=True)


def _record(reading: Reading, chosen: Mapping[str, int], store: Sequence[str]) -> None:
    from animegen.cli.locking import editing
    from animegen.storyboard.lock_write import write_take

    with editing(reading, store):
        for shot, take in chosen.items():
            write_take(reading.document.source.path, shot, take)


def _recast(
    reading: Reading, session: Session, chosen: Mapping[str, int], part: Range | None
) -> tuple[Reading, Session]:
    from animegen.plan.compile import compile_film

    recast = replace(reading, lock=replace(reading.lock, takes={**reading.lock.takes, **chosen}))
    compiled = compile_film(
        recast,
        session.weights,
        dtype=session.dtype,
        only=() if part else session.compiled.selection,
        part=part,
    )
    return recast, replace(session, compiled=compiled)


def _refuse(reading: Reading, dice: _Dice) -> None:
    from animegen.cli.opening import print_findings

    findings = [one for shot in dice.failing for one in _findings(reading, dice, shot)]
    print_findings(findings, reading.document.source)
    raise PartlyRendered(
        f"no film: {', '.join(dice.failing)} failed what is checked",
        remedy="what is finished is kept; raise `reroll`, loosen the check, or pick a take "
        "(`storyboard takes`)",
    )


def _findings(reading: Reading, dice: _Dice, shot: str) -> list[Diagnostic]:
    """Return an error at each check that a shot failed, with what was measured of every take."""
    from animegen.storyboard.diagnostic import Diagnostic

    tried = dice.tried[shot]
    return [
        Diagnostic(
            code="SB902",
            severity="error",
            message=f"`{shot}`: {name} is {_values(tried, name)}, not {limit}",
            span=reading.document.marks.key(_place(reading, shot, name)),
            help="`storyboard explain SB902` says what can be done",
        )
        for name, limit in dice.limits[shot].items()
        if any(failure and name in failure for failure in tried.values())
    ]


def _values(tried: Mapping[int, Failure | None], name: str) -> str:
    failed = {take: failure[name] for take, failure in tried.items() if failure and name in failure}
    if len(tried) == 1:
        return f"{next(iter(failed.values())):g}"
    return ", ".join(f"{value:g} (take {take})" for take, value in failed.items())


def _place(reading: Reading, shot: str, name: str) -> tuple[str | int, ...]:
    index = next(i for i, one in enumerate(reading.storyboard.shots) if one.id == shot)
    own = name in reading.storyboard.shots[index].checks.limits()
    return ("shots", index, _CHECKS, name) if own else (_CHECKS, name)
