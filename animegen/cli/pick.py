"""`storyboard pick`: says in the lock file which take of a shot the film has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from animegen.cli.options import StoreFolder, choose_shot
from animegen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "pick"
_FILM = Path("film.yaml")
_EXAMPLE = "write `storyboard pick film.yaml rooftop 2`; `film.yaml` may be left out"


class _Choice(NamedTuple):
    film: Path
    shot: str
    take: int


def command(
    first: Annotated[
        str, typer.Argument(metavar="FILE", help="The storyboard; left out, film.yaml.")
    ] = "",
    second: Annotated[str, typer.Argument(metavar="SHOT", help="One of its shots.")] = "",
    third: Annotated[
        str,
        typer.Argument(metavar="TAKE", help="A number that `storyboard takes` shows."),
    ] = "",
    clear: Annotated[
        bool, typer.Option("--clear", help="Forget the pick of SHOT; name no TAKE then.")
    ] = False,
    store: StoreFolder = None,
) -> None:
    """Pick a take of a shot: `film.lock.yaml` records it, and the film is rendered with it.

    Take 1 is the shot as it is when nobody picks: picking it is the same as `--clear`.
    """
    from animegen.cli.locking import editing
    from animegen.cli.opening import read
    from animegen.cli.session import shown
    from animegen.storyboard.lock_write import write_take

    film, shot, take = _parse([word for word in (first, second, third) if word], clear=clear)
    reading = read(film, [])
    if shot not in reading.lock.takes or not clear:
        choose_shot(tuple(reading.shots), shot)
    with editing(reading, store):
        write_take(film, shot, take)
    said = "no take is picked" if clear or take == 1 else f"take {take}"
    typer.echo(f"{shown(reading.lock.path)}: {shot}: {said}")


def _parse(words: Sequence[str], *, clear: bool) -> _Choice:
    """Read `[FILE] SHOT TAKE`: how many words there are says whether the first is a file.

    Raises:
        UsageError: for too few or too many, and for a take that is none.
    """
    from animegen.storyboard.model.shot import MOST_TAKES

    wanted = 1 if clear else 2
    if len(words) not in (wanted, wanted + 1):
        what = "a shot" if clear else "a shot and the number of a take"
        raise UsageError(f"`storyboard pick` needs {what}", remedy=_EXAMPLE)
    film = Path(words[0]) if len(words) > wanted else _FILM
    shot, *number = words[-wanted:]
    if clear:
        return _Choice(film, shot, 1)
    if not number[0].isdecimal() or not 1 <= int(number[0]) <= MOST_TAKES:
        raise UsageError(
            f"`{number[0]}` is no take: takes are numbered from 1 to {MOST_TAKES}", remedy=_EXAMPLE
        )
    return _Choice(film, shot, int(number[0]))
