"""The errors a person may meet: each has a message, a remedy and an exit code.

Raised anywhere; only `cli` turns them into output and an exit status.
"""

from __future__ import annotations

from typing import ClassVar


class AnimegenError(Exception):
    """A failure with a cause a person can act on.

    `message` says what went wrong and where; `remedy` says what to do about it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class UsageError(AnimegenError):
    """The command line asks for something that cannot be."""

    exit_code = 2


class StoryboardInvalid(AnimegenError):
    """The storyboard has errors; `storyboard.diagnose` holds and prints them."""

    exit_code = 3


class WeightsMissing(AnimegenError):
    """A pack names weights that are not on this machine."""

    exit_code = 4


class WeightsUnusable(AnimegenError):
    """A weights file is there but damaged, pickled or made for another base model."""

    exit_code = 4


class PartlyRendered(AnimegenError):
    """Some nodes failed; everything that does not depend on them was rendered and kept."""

    exit_code = 5


class OverBudget(AnimegenError):
    """The plan would cost more than the user allows; nothing was done."""

    exit_code = 6


class RenderFailed(AnimegenError):
    """A step could not produce its artifact."""


class StoreFailed(AnimegenError):
    """The store could not be read or written (disk full, read-only folder)."""


class LockDrifted(AnimegenError):
    """`--locked`, and the film is not as its lock file has it."""

    exit_code = 7


class Interrupted(AnimegenError):
    """The user asked to stop; what was finished is kept."""

    exit_code = 130
