"""How an artifact was made: when, in how long, where, and with which libraries."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from animegen.plan.stories import Story


def made_lines(story: Story) -> Iterator[str]:
    """Yield how the artifact was made, and which libraries are others now.

    Of a step that will run, it is the artifact of its last render.
    """
    if story.artifact is None:
        return
    made = story.artifact.made
    at, seconds, device = made.get("at"), made.get("seconds"), made.get("device")
    versions = made.get("versions")
    known = versions if isinstance(versions, dict) else {}
    yield ("made" if story.state == "hit" else "last made") + "".join(
        [
            f" {_when(str(at))}" if at else "",
            f" in {seconds:.1f} s" if isinstance(seconds, int | float) else "",
            f" on {device}" if device else "",
            f", with {', '.join(f'{name} {told}' for name, told in known.items())}"
            if known
            else "",
        ]
    )
    for name, now in newer(known).items() if story.state == "hit" else ():
        yield f"rendered with {name} {known[name]}, now {now}: not a reason to render again"
    notes = made.get("notes")
    yield from (f"note: {note}" for note in notes if isinstance(notes, list))  # type: ignore[union-attr]


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
