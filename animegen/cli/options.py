"""The flags that several verbs share. Unaware of what they are used for."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from animegen.errors import UsageError


class OutputFormat(StrEnum):
    """How findings about a storyboard are printed."""

    full = "full"
    concise = "concise"
    json = "json"


class QualityName(StrEnum):
    """The language's qualities."""

    draft = "draft"
    fast = "fast"
    high = "high"


class DtypeName(StrEnum):
    """The numerics that models can be run in."""

    float32 = "float32"
    float16 = "float16"
    bfloat16 = "bfloat16"
    float8 = "float8"


class OffloadName(StrEnum):
    """What leaves the device while it is not in use; see `render.offload`."""

    none = "none"
    model = "model"
    sequential = "sequential"


class CompileMode(StrEnum):
    """How much time goes into making models faster before they are used."""

    none = "none"
    regional = "regional"
    max_autotune = "max-autotune"


StoryboardFile = Annotated[Path, typer.Argument(metavar="FILE", help="The storyboard.")]
SetVariables = Annotated[
    list[str],
    typer.Option("--set", metavar="NAME=VALUE", help="Set a template variable; wins over `let`."),
]
Quality = Annotated[
    QualityName | None, typer.Option(help="Render at another quality than the storyboard's.")
]
Format = Annotated[OutputFormat, typer.Option("--output-format", help="How findings look.")]
StoreFolder = Annotated[
    list[str] | None,
    typer.Option(
        "--store",
        metavar="PLACE",
        help="The store's folder [default: .storyboard in the project], or a shared store behind "
        "it, such as s3://bucket/films; may be given once for each.",
    ),
]
Device = Annotated[
    str, typer.Option(help="cpu, cuda, cuda:1, mps, or auto: the best this machine has.")
]
Compile = Annotated[
    CompileMode,
    typer.Option("--compile", help="On CUDA: compile what models repeat, or search for minutes."),
]
Dtype = Annotated[
    DtypeName | None,
    typer.Option(help="Numerics of the models [default: the pack's for the device]."),
]
Offload = Annotated[
    OffloadName,
    typer.Option(
        help="What waits in the CPU's memory while it is not in use: nothing, whole models, "
        "or every layer; the pictures stay the same."
    ),
]
Locked = Annotated[
    bool,
    typer.Option("--locked", help="Fail if the film is not as its lock file has it."),
]
Slate = Annotated[
    bool, typer.Option("--slate", help="Draw prompt and timing on cards; no model, no GPU.")
]
Only = Annotated[
    str | None, typer.Option("--only", metavar="IDS", help="Only these shots: s1,s3-s5.")
]
From = Annotated[str | None, typer.Option("--from", metavar="ID", help="From this shot on.")]


def parse_variables(pairs: Sequence[str]) -> dict[str, str]:
    """Read `name=value` pairs.

    Raises:
        UsageError: for a pair without `=` or a name.
    """
    variables: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--set {pair}: not NAME=VALUE", remedy="write --set weather=snow")
        variables[name.strip()] = value
    return variables


def select_shots(ids: tuple[str, ...], only: str | None, start: str | None) -> tuple[str, ...]:
    """Return the shots that `--only` and `--from` leave, in film order; empty means all.

    Raises:
        UsageError: for a shot that the storyboard does not have.
    """
    chosen = set(ids)
    if only is not None:
        chosen = {shot for part in only.split(",") for shot in _span(ids, part.strip())}
    if start is not None:
        chosen &= set(ids[_index(ids, start) :])
    if not chosen:
        raise UsageError("--only and --from leave no shot")
    return () if len(chosen) == len(ids) else tuple(shot for shot in ids if shot in chosen)


def choose_shot(ids: tuple[str, ...], wanted: str | None) -> str:
    """Return the shot that `--shot` names; a film's only shot needs no name.

    Raises:
        UsageError: for a shot that the storyboard does not have, or none where there are several.
    """
    if wanted is not None:
        return ids[_index(ids, wanted)]
    if len(ids) > 1:
        raise UsageError(
            "--shot is missing: this film has several", remedy=f"the shots are {', '.join(ids)}"
        )
    return ids[0]


def _span(ids: tuple[str, ...], part: str) -> tuple[str, ...]:
    if part in ids:
        return (part,)
    # Ids may hold hyphens themselves: try every hyphen as the range's.
    for place, letter in enumerate(part):
        first, last = part[:place].strip(), part[place + 1 :].strip()
        if letter == "-" and first in ids and last in ids:
            return ids[_index(ids, first) : _index(ids, last) + 1]
    return (ids[_index(ids, part)],)


def _index(ids: tuple[str, ...], shot: str) -> int:
    if shot not in ids:
        from difflib import get_close_matches

        close = get_close_matches(shot, ids, n=1)
        remedy = f"did you mean `{close[0]}`?" if close else f"the shots are {', '.join(ids)}"
        raise UsageError(f"no shot is called `{shot}`", remedy=remedy)
    return ids.index(shot)
