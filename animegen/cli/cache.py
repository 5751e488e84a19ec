"""`storyboard cache`: what the store holds, what may go, whether it is whole."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from animegen.cli.options import Slate, StoreFolder, StoryboardFile
from animegen.errors import StoreFailed, UsageError, WeightsMissing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.cli.session import Session
    from animegen.store.layout import Layout
    from animegen.store.store import Store

NAME = "cache"
app = typer.Typer(
    name=NAME,
    help="Look after the store: list, measure, collect, verify, move.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Film = Annotated[
    Path | None, typer.Argument(metavar="FILE", help="Only what this storyboard's renders used.")
]
DAMAGED = 1
"""Exit code of `verify` when something must be rendered again."""


@app.command("ls")
def list_artifacts(
    file: Film = None,
    store: StoreFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list for programs.")] = False,
) -> None:
    """List the artifacts: kind, size, age, seconds to make, and the film and node they are of."""
    from animegen.report.cache_table import ls_json, ls_text
    from animegen.store.roots import owners
    from animegen.store.scan import read_rows

    layout = _open(store, file).layout
    owned, rows = owners(layout), read_rows(layout)
    if file is not None:
        films = {name for name in {owner.film for owner in owned.values()} if _is_of(name, file)}
        rows = [row for row in rows if row.key in owned and owned[row.key].film in films]
    text = ls_json(rows, owned) if as_json else ls_text(rows, owned, time.time())
    typer.echo(text, nl=False)


@app.command("du")
def measure(store: StoreFolder = None) -> None:
    """Add up bytes by kind and by film; what several share counts once."""
    from animegen.report.cache_table import Rest, du_text
    from animegen.store.collect import look_through, size_below
    from animegen.store.roots import films_of

    layout = _open(store).layout
    findings = look_through(layout)
    rest = Rest(
        orphans=sum(size_below(layout.object(digest)) for digest in findings.orphans()),
        tmp=size_below(layout.tmp),
        quarantine=size_below(layout.quarantine),
    )
    typer.echo(du_text(findings.rows, films_of(layout), rest), nl=False)


@app.command("gc")
def collect_garbage(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Storyboards whose plans stay, rendered or not."),
    ] = None,
    older_than: Annotated[
        str | None, typer.Option("--older-than", metavar="AGE", help="Only what is older: 30d.")
    ] = None,
    max_size: Annotated[
        str | None,
        typer.Option("--max-size", metavar="SIZE", help="Only until the store is smaller: 20GB."),
    ] = None,
    keep: Annotated[
        int, typer.Option("--keep", metavar="N", min=1, max=10, help="Renders of a film to keep.")
    ] = 3,
    forget: Annotated[
        list[str] | None,
        typer.Option("--forget", metavar="FILM", help="Keep nothing for this film; see `du`."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without this, only say what would go.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="List every artifact that goes.")
    ] = False,
    store: StoreFolder = None,
) -> None:
    """Drop what no film needs: not its last renders, not a plan, not a render that runs now."""
    from animegen.cli.amounts import parse_age, parse_bytes
    from animegen.report.gc_text import collection_text, removed_text
    from animegen.store.collect import collect, plan_collection
    from animegen.store.roots import Holders, owners
    from animegen.store.selection import Policy

    policy = Policy(
        older_than=None if older_than is None else parse_age(older_than),
        max_size=None if max_size is None else parse_bytes(max_size),
    )
    layout = _open(store, *(files or [])[:1]).layout
    _require_known(forget or [], layout)
    plans = {film_name(file): _plan_keys(file, store) for file in files or []}
    holders = Holders(plans=plans, renders=keep, without=frozenset(forget or []))
    collection = plan_collection(layout, holders, policy, time.time(), to_remove=yes)
    text = collection_text(collection, owners(layout), every=verbose, done=yes)
    typer.echo(text, nl=False)
    if yes:
        typer.echo(removed_text(collect(layout, collection)), nl=False)
    else:
        typer.echo("nothing was removed: add --yes to do it")


@app.command("verify")
def verify_content(
    store: StoreFolder = None,
    sample: Annotated[
        str | None,
        typer.Option("--sample", metavar="SHARE", help="Read a random share only: 10%."),
    ] = None,
) -> None:
    """Read everything again; set aside what is damaged and say what must be rendered again."""
    from animegen.cli.amounts import parse_share
    from animegen.report.gc_text import verified_text
    from animegen.report.progress import reading_bar
    from animegen.store.roots import owners
    from animegen.store.verify import verify

    share = 1.0 if sample is None else parse_share(sample)
    opened, started = _open(store), time.monotonic()
    owned = owners(opened.layout)
    with reading_bar("reading") as on_progress:
        found = verify(opened, sample=share, on_progress=on_progress)
    typer.echo(verified_text(found, owned, time.monotonic() - started), nl=False)
    if not found.whole:
        raise typer.Exit(DAMAGED)


@app.command("export")
def export(
    file: StoryboardFile,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="BUNDLE", help="Such as film.animegen.tar.")
    ],
    slate: Slate = False,
    last: Annotated[
        bool,
        typer.Option("--last", help="What the last complete render used, not the current plan."),
    ] = False,
    store: StoreFolder = None,
) -> None:
    """Write the artifacts of one film to one file, for another machine."""
    from animegen.report.amounts import count_of, show_bytes
    from animegen.store.move import export_film

    film = f"{film_name(file)}{' slate' if slate else ''}"
    targets: tuple[str, ...] = ()
    if last:
        opened = _open(store, file)
        nodes = _last_render(opened, film)
    else:
        session = _session(file, store, slate=slate)
        opened, plan = session.store, session.compiled.plan
        nodes = {node.id: node.key for node in plan.nodes.values()}
        targets = plan.targets
    with closing(opened):
        count = export_film(opened, film, nodes, targets, output)
    size = show_bytes(output.stat().st_size)
    typer.echo(f"{output}: {count} of {count_of(len(nodes), 'artifact')}, {size}")


@app.command("import")
def import_artifacts(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="What `export` wrote.")],
    store: StoreFolder = None,
) -> None:
    """Take in the artifacts of a film that another machine exported; each is checked."""
    from animegen.report.amounts import count_of
    from animegen.store.move import import_bundle

    with closing(_open(store)) as opened:
        done = import_bundle(opened, bundle)
    typer.echo(f"{done.film}: {count_of(done.new, 'artifact')} imported, {done.known} here already")


@app.command("push")
def push(file: StoryboardFile, slate: Slate = False, store: StoreFolder = None) -> None:
    """Put into the shared store what of this film is in the folder and not there."""
    from animegen.report.amounts import count_of
    from animegen.store.remote import RemoteFailed
    from animegen.store.shared import SharedStore

    session = _session(file, store, slate=slate)
    if not isinstance(session.store, SharedStore):
        raise UsageError("no shared store is named", remedy="add --store s3://bucket/films")
    try:
        count = session.store.send(node.key for node in session.compiled.plan.nodes.values())
    except RemoteFailed as error:
        raise StoreFailed(f"{session.store.address} cannot be used: {error}") from error
    typer.echo(f"{count_of(count, 'artifact')} put into {session.store.address}")


def film_name(file: Path) -> str:
    """Return what a storyboard's history is called."""
    from animegen.cli.session import name_of_film
    from animegen.storyboard.project import project_of

    return name_of_film(file, project_of(file))


def _is_of(film: str, file: Path) -> bool:
    """Say whether a film is a storyboard's: itself, or as slates."""
    name = film_name(file)
    return film == name or film.startswith(f"{name} ")


def _open(places: StoreFolder, file: Path | None = None) -> Store:
    from animegen.cli.stores import open_local
    from animegen.storyboard.project import project_of

    return open_local(places, project_of(file or Path.cwd() / "film.yaml"))


def _plan_keys(file: Path, store: StoreFolder) -> frozenset[str]:
    """Return the keys of a storyboard's plan, drawn and as slates.

    Exits with 3 when the storyboard has errors.
    """
    keys: set[str] = set()
    for slate in (False, True):
        try:
            session = _session(file, store, slate=slate)
        except WeightsMissing as error:
            typer.echo(f"note: the plan of {file} holds nothing: {error.message}", err=True)
        else:
            keys.update(node.key for node in session.compiled.plan.nodes.values())
    return frozenset(keys)


def _session(file: Path, store: StoreFolder, *, slate: bool) -> Session:
    from animegen.cli.opening import read
    from animegen.cli.session import open_session

    reading = read(file, [])
    return open_session(reading, device="auto", dtype=None, slate=slate, only=(), store=store)


def _last_render(store: Store, film: str) -> Mapping[str, str]:
    from animegen.store.history import film_histories

    for history in film_histories(store.layout):
        if history.film == film and history.renders:
            return history.renders[0].nodes
    raise UsageError(f"no complete render of {film} is remembered", remedy="leave --last out")


def _require_known(films: Sequence[str], layout: Layout) -> None:
    from animegen.store.history import film_histories

    known = {history.film for history in film_histories(layout)} if films else set()
    for film in films:
        if film not in known:
            raise UsageError(
                f"--forget {film}: the store knows no such film",
                remedy=f"it knows {', '.join(sorted(known)) or 'none'}",
            )
