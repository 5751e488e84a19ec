"""How an artifact was made: when, in how long, where, and with which libraries."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from animegen.digest import Json
    from animegen.plan.stories import Story


def made_lines(story: Story) -> Iterator[str]:
    """Yield how the artifact was made, and which libraries are others now.

    Of a step that will run, it is the artifact of its last render.
    """
    if story.artifact is None:
        return
    made = story.artifact.made
    versions, notes = made.get("versions"), made.get("notes")
    known = versions if isinstance(versions, dict) else {}
    yield f"{'made' if story.state == 'hit' else 'last made'}{_how(made)}{_with(known)}"
    for name, now in newer(known).items() if story.state == "hit" else ():
        yield f"rendered with {name} {known[name]}, now {now}: not a reason to render again"
    yield from (f"note: {note}" for note in (notes if isinstance(notes, list) else ()))


def _how(made: Mapping[str, Json]) -> str:
    """Return when, in how long and where, as far as it was recorded."""
    at, seconds, device = made.get("at"), made.get("seconds"), made.get("device")
    told = f" {_when(str(at))}" if at else ""
    told += f" in {seconds:.1f} s" if isinstance(seconds, int | float) else ""
    return told + (f" on {device}" if device else "")


def _with(versions: Mapping[str, object]) -> str:
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f", with {told}" if told else ""


def newer(known: Mapping[str, object]) -> dict[str, str]:
    """Return today's version of each library whose version is another one."""
    now = {name: _version(name) for name in known}
    return {name: told for name, told in now.items() if told and told != known[name]}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _when(at: str) -> str:
    try:
        told = datetime.fromisoformat(at).astimezone(UTC)
    except ValueError:
        return at
    return f"{told:%Y-%m-%d %H:%M:%S} UTC"
