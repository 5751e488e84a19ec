"""Files that a storyboard names: inside the project, there, and never pickled."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

from animegen.packs.damage import PICKLED


class FileRefused(Exception):
    """A path that the storyboard may not name, or that leads nowhere."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy


class ProjectFiles:
    """The files of one project; each is looked up once."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self._known: dict[str, str | FileRefused] = {}

    @property
    def asked(self) -> tuple[Path, ...]:
        """What was looked for within the project, whether it was there or not."""
        refused = {
            text
            for text, found in self._known.items()
            if isinstance(found, FileRefused) and found.code != "SB604"
        }
        return tuple(self.project / text for text in self._known if text not in refused)

    def find(self, text: str) -> str:
        """Return a file's path relative to the project, with `/`.

        Raises:
            FileRefused: SB602 pickled, SB603 outside the project, SB604 not there.
        """
        if text not in self._known:
            try:
                self._known[text] = self._find(text)
            except FileRefused as refused:
                self._known[text] = refused
        known = self._known[text]
        if isinstance(known, FileRefused):
            raise known
        return known

    def _find(self, text: str) -> str:
        if is_pickled(text):
            raise FileRefused(
                "SB602",
                f"`{text}` is pickled, and a pickle can run any code when it is read",
                "convert it to .safetensors, or get it in that form",
            )
        path = PurePosixPath(text)
        windows = PureWindowsPath(text)
        leaves = path.is_absolute() or windows.drive or windows.root or text.startswith("~")
        if leaves or ".." in path.parts or ".." in windows.parts or not self._holds(path):
            raise FileRefused(
                "SB603",
                f"`{text}` leaves the project",
                "copy the file into the project's folder and name it by a relative path",
            )
        if not self._is_file(path):
            raise FileRefused(
                "SB604",
                f"there is no file `{text}`",
                f"paths start from the project's folder, {self.project}",
            )
        return str(path)

    def _holds(self, path: PurePosixPath) -> bool:
        """Follow symbolic links: a link may lead out."""
        try:
            return (self.project / path).resolve().is_relative_to(self.project.resolve())
        except (OSError, RuntimeError, ValueError):
            return False

    def _is_file(self, path: PurePosixPath) -> bool:
        try:
            return (self.project / path).is_file()
        except (OSError, ValueError):
            return False


def is_pickled(text: str) -> bool:
    """Whether a file name ends like a pickled checkpoint."""
    return PurePosixPath(text).suffix.lower() in PICKLED
