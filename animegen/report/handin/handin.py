"""Puts a hand-in together from a rendered film: PDFs, sources, script, credits."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from animegen.errors import AnimegenError
from animegen.proof.content_credentials import SIGNED, sign_copy
from animegen.proof.write import provenance_path, read_provenance
from animegen.report.credits import end_card, to_bibtex, to_markdown
from animegen.report.handin.bundle import write_script, write_sources
from animegen.report.handin.facts import Person, gather
from animegen.report.handin.fonts import Fonts
from animegen.report.handin.markdown import read_markdown
from animegen.report.handin.pictures import accent_of, take_stills
from animegen.report.handin.poster import COLUMNS, check_size, rows_of, write_poster
from animegen.report.handin.writeup import write_writeup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from animegen.packs.weights import Weights
    from animegen.plan.compile import Compiled
    from animegen.proof.document import Provenance
    from animegen.report.handin.facts import Facts
    from animegen.report.handin.pictures import Picture
    from animegen.store.store import Store
    from animegen.storyboard.reading import Reading

_STRIP = 5
"""Stills in the write-up, at most."""
_STRIP_WIDTH = 512


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the user says about the hand-in."""

    people: tuple[Person, ...]
    about: str
    """Markdown."""
    font: Path | None
    stills: int | None
    """On the poster; as many as have room, if None."""
    still_width: int
    """In pixels."""
    signer: tuple[Path, Path] | None = None
    """Certificates and private key, if a signed copy of the film is wanted."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What was written, and what should be told about it."""

    files: tuple[Path, ...]
    lacking: str
    """Letters that no font has."""
    borrowed: bool
    """Whether letters are set in fonts that the reader's program must bring."""


def write_handin(
    reading: Reading,
    compiled: Compiled,
    weights: Weights,
    store: Store,
    film: Path,
    wishes: Wishes,
    command: Sequence[str],
    folder: Path,
) -> Written:
    """Write everything into `folder`; `film` is the delivered film, its provenance beside it.

    Raises:
        TooLong, TooLarge: when a PDF is over its limit; says by how much. Nothing is left then.
    """  # fmt: skip
    provenance = read_provenance(provenance_path(film))
    if provenance is None:
        raise AnimegenError(f"{film} has no provenance", remedy="render it again")
    facts = gather(
        reading, compiled, weights, store, people=wishes.people, digest=provenance.digest
    )
    fonts, about = Fonts.load(wishes.font), read_markdown(wishes.about)
    large, strip = _stills(film, facts, wishes)
    accent = accent_of(large)
    poster = write_poster(facts, about, large, fonts, accent)
    with _staged(folder) as stage:
        storyboard = write_sources(reading, compiled.plan, weights, stage)
        line = write_script(stage, ["render", storyboard.as_posix(), *command], film.name)
        writeup, _ = write_writeup(facts, about, strip, fonts, accent, line)
        check_size("writeup.pdf", len(writeup))
        (stage / "writeup.pdf").write_bytes(writeup)
        (stage / "poster.pdf").write_bytes(poster)
        _copy_film(film, provenance, stage)
        _write_credits(facts, stage)
        signed = f"{film.stem}{SIGNED}"
        if wishes.signer is not None:
            chain, key = wishes.signer
            sign_copy(film, stage / signed, provenance, chain=chain, key=key)
    names = ("writeup.pdf", "poster.pdf", film.name, provenance_path(film).name, "reproduce.sh",
             "source", "credits.md", "credits.bib", "end-card.txt",
             *([signed] if wishes.signer else []))  # fmt: skip
    return Written(
        files=tuple(folder / name for name in names),
        lacking="".join(sorted(fonts.lacking)),
        borrowed=bool(fonts.borrowed),
    )


def _copy_film(film: Path, provenance: Provenance, stage: Path) -> None:
    """Copy the film, its provenance and what that lists, so that it can be audited."""
    for name in (film.name, provenance_path(film).name, *provenance.files):
        target = stage / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(film.parent / name, target)


def _stills(film: Path, facts: Facts, wishes: Wishes) -> tuple[list[Picture], list[Picture]]:
    shape = facts.size[1] / facts.size[0]
    most = wishes.stills if wishes.stills is not None else rows_of(shape) * COLUMNS
    each = min(COLUMNS, max(1, most // len(facts.shots)))
    large = take_stills(film, facts.shots, each=each, most=most, widest=wishes.still_width)
    strip = take_stills(film, facts.shots, each=1, most=_STRIP, widest=_STRIP_WIDTH)
    return large, strip


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """Lend a folder beside `folder` whose files move into it once all are there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as name:
        stage = Path(name)
        yield stage
        folder.mkdir(exist_ok=True)
        for path in sorted(stage.iterdir()):
            target = folder / path.name
            if target.is_dir() and path.is_dir():
                shutil.rmtree(target)
            path.replace(target)


def _write_credits(facts: Facts, folder: Path) -> None:
    texts = {
        "credits.md": to_markdown(facts.title, facts.credits, {}),
        "credits.bib": to_bibtex(facts.credits),
        "end-card.txt": end_card(facts.title, facts.credits),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
