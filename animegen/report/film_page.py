"""Writes `report.html`: a finished film as one page that can be sent as it is.

Everything that people wrote stays text: the template escapes it. Nothing is loaded from anywhere
but the film, which lies beside the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from animegen.report.embedding import inside, linked_from
from animegen.report.film_shots import seconds_of
from animegen.report.sparkline import HEIGHT, WIDTH
from animegen.units import decimal, timecode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.report.film_shots import Film, ShotCard

_TEMPLATE = Path(__file__).parent / "pages" / "film_page.html.j2"


@dataclass(frozen=True, kw_only=True)
class Beside:
    """The files that the page links to."""

    film: Path
    sheet: Path
    quality: Path
    poster: Path | None
    """What is shown until somebody plays the film."""


def write_film_page(
    path: Path,
    film: Film,
    cards: Sequence[ShotCard],
    beside: Beside,
    weights: Mapping[str, str],
) -> None:
    """Write the page, whole or not at all. `weights` are digests by name.

    Raises:
        StoreFailed: when the disk refuses.
    """
    from animegen.store.failure import store_errors
    from animegen.store.write import make_folder, publish_bytes

    text = _render(path.parent, film, cards, beside, weights)
    with store_errors(path, "-o DIR"):
        make_folder(path.parent)
        publish_bytes(text.encode(), path, path.parent)


def _render(
    folder: Path,
    film: Film,
    cards: Sequence[ShotCard],
    beside: Beside,
    weights: Mapping[str, str],
) -> str:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    odd = [(card, measure) for card in cards for measure in card.measures if not measure.fine]
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(
        title=film.reading.storyboard.title,
        facts=_facts(film),
        work=_work(film),
        cards=cards,
        beside=beside,
        odd=odd,
        measured=any(card.measures for card in cards),
        weights=_weights(film, weights),
        versions=_versions(film),
        inside=inside,
        link=linked_from(folder),
        spark=(WIDTH, HEIGHT),
    )


def _facts(film: Film) -> list[str]:
    from animegen.plan.sizes import frame_size, output_size

    board, clocks = film.reading.storyboard, film.compiled.timeline.clocks
    shots = [one for one in film.compiled.timeline.shots if one.id in film.compiled.selection]
    frames = sum(shot.frames for shot in shots)
    (width, height), drawn = output_size(film.reading), frame_size(film.reading)
    return [
        f"{timecode(frames / clocks.rate)}, {frames} frames at {decimal(clocks.rate)} fps",
        f"{width}x{height}, drawn {drawn[0]}x{drawn[1]} at {decimal(clocks.fps)} fps",
        f"{len(shots)} shot{'s' if len(shots) != 1 else ''}, quality {board.quality}, "
        f"pack {film.reading.pack.name}, seed {board.seed}",
    ]


def _work(film: Film) -> str:
    keys = {node.key for node in film.compiled.plan.nodes.values()}
    now = len(keys & film.rendered)
    seconds = sum(seconds_of(artifact) for artifact in film.artifacts.values())
    return (
        f"{len(keys)} steps, {seconds:.1f} s of work: "
        f"{now} rendered this time, {len(keys) - now} from the store"
    )


def _weights(film: Film, weights: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """Return name, digest, licence and source of everything that the film is drawn with."""
    from animegen.packs.parts import parts

    rows = {part.name: part.row for part in parts(film.reading.pack)}
    return [
        (
            name,
            digest,
            rows[name].licence or film.reading.pack.licence if name in rows else "",
            rows[name].source or rows[name].hub if name in rows else "a file of the project",
        )
        for name, digest in weights.items()
    ]


def _versions(film: Film) -> list[tuple[str, str]]:
    """Return what the film was made with; several, if it was made in several sittings."""
    found: dict[str, dict[str, None]] = {}
    for artifact in film.artifacts.values():
        versions = artifact.made.get("versions")
        for name, version in versions.items() if isinstance(versions, dict) else ():
            found.setdefault(name, {})[str(version)] = None
        found.setdefault("device", {})[str(artifact.made.get("device", ""))] = None
    return [(name, ", ".join(filter(None, all_of))) for name, all_of in sorted(found.items())]
