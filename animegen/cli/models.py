"""`storyboard models`: which weights a pack needs, where they lie, whether they are whole.

Only `pull` ever asks the network.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from animegen.errors import AnimegenError, WeightsMissing, WeightsUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from animegen.packs.fingerprint import Fingerprints
    from animegen.packs.ledger import Ledger
    from animegen.packs.pack import Pack
    from animegen.packs.parts import Part
    from animegen.packs.places import Places
    from animegen.report.models_table import Row

NAME = "models"
app = typer.Typer(
    name=NAME,
    help="Show, check and download the weights of packs.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
PackName = Annotated[
    str, typer.Argument(metavar="PACK", help="A pack's name, or a .toml file of the project.")
]
Parts = Annotated[
    list[str] | None,
    typer.Argument(metavar="PART", help="Parts such as `base` or `loras.lcm` [default: all]."),
]


class _Opened(NamedTuple):
    pack: Pack
    places: Places
    fingerprints: Fingerprints
    ledger: Ledger
    made: bool
    """Whether code makes the weights."""


@app.command("list")
def list_parts(
    packs: Annotated[
        list[str] | None,
        typer.Argument(metavar="PACK", help="[default: the packs that ship]"),
    ] = None,
) -> None:
    """Show every part of a pack: here or missing, size, licence, where it lies or comes from."""
    from animegen.packs.catalog import names
    from animegen.report.models_table import models_table

    for index, called in enumerate(packs or names()):
        opened = _open(called)
        typer.echo(f"{'' if index == 0 else chr(10)}{called}: {opened.pack.title}")
        typer.echo(models_table(list(_rows(opened))), nl=False)


@app.command("path")
def show_path(pack: PackName, part: Annotated[str, typer.Argument(metavar="PART")]) -> None:
    """Print where a part lies; exit 4 when it is not on this machine."""
    from animegen.packs.generated import made, recipe_name
    from animegen.packs.parts import part_named
    from animegen.packs.weights import missing_part

    opened = _open(pack)
    wanted = part_named(opened.pack, part)
    recipe = recipe_name(opened.pack.weights)
    if recipe is not None:
        typer.echo(str(made(recipe) / wanted.row.path))
        return
    found = opened.places.find(wanted)
    if found is None:
        raise missing_part(wanted, pack)
    typer.echo(str(found.path))


@app.command("verify")
def verify_parts(pack: PackName, only: Parts = None) -> None:
    """Read every file again and compare it with what was published; exit 4 if any is damaged."""
    from animegen.packs.verify import verify

    opened = _open(pack)
    damaged = 0
    for part in _chosen(opened.pack, only):
        found = None if opened.made else opened.places.find(part)
        if found is None:
            typer.echo(f"{part.name}: {'made by code' if opened.made else 'missing'}")
            continue
        try:
            known = verify(
                part, found.path, opened.pack, opened.places, opened.fingerprints, opened.ledger
            )
        except (WeightsUnusable, WeightsMissing) as error:
            damaged += 1
            cause = getattr(error, "cause", "no weights")
            typer.echo(f"{part.name}: {cause}: {error.message}\n  help: {error.remedy}")
        else:
            told = "as published" if known else "whole; nothing is known of its published content"
            typer.echo(f"{part.name}: ok, {told}")
    if damaged:
        raise typer.Exit(WeightsUnusable.exit_code)


@app.command("pull")
def pull_parts(
    pack: PackName,
    only: Parts = None,
    force: Annotated[
        bool, typer.Option("--force", help="Download again what is here already.")
    ] = False,
) -> None:
    """Download a pack's missing parts from the Hugging Face hub into its cache, and check them."""
    from animegen.packs.pull import pull
    from animegen.packs.verify import verify

    opened = _open(pack)
    for part in _chosen(opened.pack, only):
        found = None if opened.made else opened.places.find(part)
        if opened.made or (found and not (force and part.row.hub)):
            typer.echo(f"{part.name}: here already")
        elif not part.row.hub and not only:
            typer.echo(f"{part.name}: yours to bring, as {part.row.path}")
        else:
            pull(part, force=force)
            there = opened.places.find(part)
            if there is None:  # another place was asked for, such as a path that the pack names
                raise AnimegenError(f"{part.name} was downloaded, and is not where the pack looks")
            verify(part, there.path, opened.pack, opened.places, opened.fingerprints, opened.ledger)
            typer.echo(f"{part.name}: {there.path}")


def _chosen(pack: Pack, only: Sequence[str] | None) -> Iterator[Part]:
    """Yield the parts that were named, else all; rows of one place once."""
    from animegen.packs.parts import part_named, parts

    if only:
        yield from (part_named(pack, name) for name in only)
        return
    seen: set[str] = set()
    for part in parts(pack):
        if part.row.path not in seen:
            seen.add(part.row.path)
            yield part


def _rows(opened: _Opened) -> Iterator[Row]:
    from animegen.packs.fingerprint import contents
    from animegen.packs.parts import parts
    from animegen.report.models_table import Row

    for part in parts(opened.pack):
        found = None if opened.made else opened.places.find(part)
        files = []
        if found:
            files = contents(found.path) if found.path.is_dir() else [found.path]
        yield Row(part, found, sum(file.stat().st_size for file in files), opened.made)


def _open(called: str) -> _Opened:
    from animegen.packs.catalog import SHIPPED, load_pack, pack_folder
    from animegen.packs.fingerprint import Fingerprints
    from animegen.packs.generated import recipe_name
    from animegen.packs.ledger import Ledger
    from animegen.packs.places import Places
    from animegen.storyboard.project import project_of

    project = project_of(Path.cwd() / "film.yaml")
    pack, folder = load_pack(called, project), pack_folder(called, project)
    places = Places.of(pack, folder, project)
    return _Opened(
        pack=pack,
        places=places,
        fingerprints=Fingerprints(_memory(project)),
        ledger=Ledger.of(places.root) if folder == SHIPPED and places.own else Ledger(),
        made=recipe_name(pack.weights) is not None,
    )


def _memory(project: Path) -> Path:
    """Return where digests are remembered: in the project's store, if it has one already."""
    import platformdirs

    from animegen.store.layout import Layout
    from animegen.storyboard.project import STORE

    store = project / STORE
    if store.is_dir():
        return Layout(store).history / "weights.json"
    return platformdirs.user_cache_path("animegen") / "weights.json"
