"""`storyboard submit`: everything that is handed in with a film."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from animegen.cli.options import (
    Compile,
    CompileMode,
    Device,
    Dtype,
    Locked,
    Offload,
    OffloadName,
    Quality,
    SetVariables,
    Slate,
    StoreFolder,
    StoryboardFile,
)
from animegen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.report.handin.facts import Person

NAME = "submit"


def command(
    file: StoryboardFile = Path("film.yaml"),
    names: Annotated[
        list[str], typer.Option("--name", help="Who hands in; once for each person.")
    ] = [],
    ids: Annotated[
        list[str], typer.Option("--id", help="Each person's id, in the order of the names.")
    ] = [],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="Where it all goes.")
    ] = Path("handin"),
    about: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your own words on the film, in Markdown."),
    ] = None,
    font: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A TrueType font for letters that Fira Sans lacks."),
    ] = None,
    stills: Annotated[
        int | None, typer.Option(min=1, max=60, help="On the poster [default: what has room].")
    ] = None,
    still_width: Annotated[
        int, typer.Option(min=64, max=4096, help="Of a still on the poster, in pixels.")
    ] = 1024,
    chain: Annotated[
        Path | None,
        typer.Option("--c2pa-chain", metavar="FILE", help="Certificates, the signer's first."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--c2pa-key", metavar="FILE", help="Private key (PEM); adds a signed copy."),
    ] = None,
    variables: SetVariables = [],
    quality: Quality = None,
    slate: Slate = False,
    locked: Locked = False,
    store: StoreFolder = None,
    device: Device = "auto",
    compiling: Compile = CompileMode.regional,
    dtype: Dtype = None,
    offload: Offload = OffloadName.none,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say only what went wrong.")] = False,
) -> None:
    """Write the hand-in: write-up and poster as PDF, film, provenance, sources, reproduce.sh.

    The film is rendered first, as far as it is not in the store.
    """
    from animegen.cli.opening import read
    from animegen.cli.options import parse_variables
    from animegen.cli.rendering import Wish, render
    from animegen.cli.session import film_path, open_session, shown
    from animegen.report.handin.handin import Wishes, write_handin
    from animegen.storyboard.read import read_storyboard

    people = _people(names, ids)
    signer = _signer(chain, key)
    text = _text(about)
    wish = Wish(
        variables=tuple(variables), quality=quality, only=None, start=None, part=None,
        until="film", force=False, forced_nodes=(), slate=slate, output=None,
        store=tuple(store or ()), locked=locked, max_minutes=None, device=device,
        compiling=compiling, dtype=dtype, offload=offload, quiet=quiet, report=True,
    )  # fmt: skip
    for path in render(read(file, variables, quality=quality), wish):
        typer.echo(shown(path))
    # Again: other takes may have been picked meanwhile.
    reading = read_storyboard(file, variables=parse_variables(variables), quality=quality)
    session = open_session(
        reading, device=device, dtype=dtype, slate=slate, only=(), store=store, locked=locked
    )
    film = film_path(reading, session.compiled.selection, None, slate=slate)
    written = write_handin(
        reading,
        session.compiled,
        session.weights,
        session.store,
        film,
        Wishes(
            people=people,
            about=text,
            font=font,
            stills=stills,
            still_width=still_width,
            signer=signer,
        ),
        _flags(variables, quality, session.dtype, slate=slate),
        output,
    )
    if written.lacking:
        typer.echo(
            f"note: no font has {written.lacking}: `?` stands for it; --font names one", err=True
        )
    if written.borrowed:
        typer.echo(
            "note: Chinese, Japanese and Korean letters are set in the reader's own fonts; "
            "--font FILE embeds one that has them",
            err=True,
        )
    for path in written.files:
        typer.echo(shown(path))


def _people(names: Sequence[str], ids: Sequence[str]) -> tuple[Person, ...]:
    """Pair names and ids.

    Raises:
        UsageError: when there is none, or one lacks the other.
    """
    from animegen.report.handin.facts import Person

    if not names or len(names) != len(ids):
        raise UsageError(
            f"{len(names)} names and {len(ids)} ids", remedy="write --name NAME --id ID for each"
        )
    return tuple(Person(name=name, id=one) for name, one in zip(names, ids, strict=True))


def _signer(chain: Path | None, key: Path | None) -> tuple[Path, Path] | None:
    """Return certificates and key for a signed copy; None if none is wanted.

    Raises:
        UsageError: when one of them is missing.
    """
    if chain is None and key is None:
        return None
    if chain is None or key is None:
        raise UsageError("a signed copy needs both --c2pa-chain and --c2pa-key")
    return chain, key


def _text(about: Path | None) -> str:
    if about is None:
        typer.echo("note: without --about the write-up has the generated facts only", err=True)
        return ""
    try:
        return about.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{about} is not UTF-8 text") from None


def _flags(variables: Sequence[str], quality: str | None, dtype: str, *, slate: bool) -> list[str]:
    """Return the flags of `render` that decide what the film looks like."""
    flags = ["--locked", *(["--slate"] if slate else ["--dtype", dtype])]
    flags += ["--quality", str(quality)] if quality else []
    return flags + [part for pair in variables for part in ("--set", pair)]
