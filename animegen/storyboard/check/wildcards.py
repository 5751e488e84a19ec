"""The project's `wildcards/<name>.txt`: one alternative a line, `#` begins a comment line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.storyboard.check.files import FileRefused
from animegen.storyboard.check.suggest import did_you_mean
from animegen.storyboard.prompts.choices import WildcardRefused

if TYPE_CHECKING:
    from animegen.storyboard.check.files import ProjectFiles

FOLDER = "wildcards"
_SUFFIX = ".txt"


class Wildcards:
    """The wildcard files of one project; each is read once."""

    def __init__(self, files: ProjectFiles) -> None:
        self._files = files
        self._read: dict[str, tuple[str, ...]] = {}

    def lines(self, name: str) -> tuple[str, ...]:
        """Return a wildcard's lines.

        Raises:
            WildcardRefused: SB308 no such file or no lines in it, SB603 outside the project.
        """
        if name not in self._read:
            self._read[name] = self._lines(name)
        return self._read[name]

    def _lines(self, name: str) -> tuple[str, ...]:
        path = f"{FOLDER}/{name}{_SUFFIX}"
        try:
            text = (self._files.project / self._files.find(path)).read_text(encoding="utf-8-sig")
        except FileRefused as refused:
            if refused.code == "SB604":
                raise WildcardRefused(
                    "SB308", f"`__{name}__` has no file {path}", remedy=self._remedy(name)
                ) from None
            raise WildcardRefused(refused.code, refused.message, remedy=refused.remedy) from None
        except (OSError, UnicodeDecodeError):
            raise WildcardRefused("SB308", f"{path} cannot be read as UTF-8 text") from None
        lines = (line.strip() for line in text.splitlines())
        chosen = tuple(line for line in lines if line and not line.startswith("#"))
        if not chosen:
            raise WildcardRefused("SB308", f"{path} has no lines to choose from")
        return chosen

    def _remedy(self, name: str) -> str:
        there = (path.stem for path in (self._files.project / FOLDER).glob(f"*{_SUFFIX}"))
        return did_you_mean(name, there, "wildcards of this project")
