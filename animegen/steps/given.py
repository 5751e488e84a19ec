"""Files that a storyboard gives to a step: sound and fonts. Never pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.digest import file_digest
from animegen.errors import RenderFailed

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.steps.protocol import Work


def given_file(digest: str, work: Work) -> Path:
    """Return the file with this digest; its content is what the key says, now as well.

    Raises:
        RenderFailed: when somebody changed it since the plan was made.
        WeightsMissing: when it is not on this machine.
    """
    path = work.weights(digest)
    if file_digest(path) != digest:
        raise RenderFailed(
            f"{path.name} was changed after the film was planned", remedy="run the same again"
        )
    return path
