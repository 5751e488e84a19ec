"""Reads a lock file and says everything that is wrong with it. Unaware of the film."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from animegen.storyboard.check.findings import At, Findings
from animegen.storyboard.diagnostic import Diagnostic, StoryboardErrors
from animegen.storyboard.load import load
from animegen.storyboard.lock import VERSION, Lock, lock_path
from animegen.storyboard.model.shot import MOST_TAKES
from animegen.storyboard.validation.words import describe, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.storyboard.document import Document
    from animegen.storyboard.place import Where

_KEYS = ("version", "takes", "choices", "weights")
_NOT_A_LOCK = frozenset({"SB003", "SB005"})
_REMEDY = "delete the file, and `storyboard lock` writes it anew; picked takes go with it"


def read_lock(storyboard: Path) -> Lock:
    """Return the lock of a storyboard file; an empty one when there is none.

    Raises:
        StoryboardErrors: when the lock file has errors: all of them, with the file to print.
        UsageError: when it cannot be read.
    """
    path = lock_path(storyboard)
    if not path.exists():
        return Lock(path=path)
    document = _document(path)
    reader = _Reader(document)
    lock = reader.read(path)
    found = (*document.findings, *reader.findings.sorted())
    if found:
        raise StoryboardErrors(found, document.source)
    return lock


def _document(path: Path) -> Document:
    try:
        return load(path)
    except StoryboardErrors as failure:
        found = tuple(
            one if one.code not in _NOT_A_LOCK else _not_a_lock(one) for one in failure.diagnostics
        )
        raise StoryboardErrors(found, failure.source) from None


def _not_a_lock(found: Diagnostic) -> Diagnostic:
    """Say of a file without a mapping what it means for a lock."""
    return Diagnostic(
        code="SB801",
        severity="error",
        message="the lock file holds no `version: 1`",
        span=found.span,
        help=_REMEDY,
    )


class _Reader:
    def __init__(self, document: Document) -> None:
        self.findings = Findings(document.marks)
        self._document = document
        self._data = document.data

    def read(self, path: Path) -> Lock:
        for key in self._data:
            if key not in _KEYS:
                self._refuse_key((key,), f"unknown key `{key}`", did_you_mean(str(key), _KEYS))
        self._check_version()
        choices = self._section("choices", self._choices)
        return Lock(
            path=path,
            takes=self._section("takes", self._take) or {},
            choices=choices,
            weights=self._section("weights", self._text),
            document=self._document,
        )

    def _check_version(self) -> None:
        if "version" not in self._data:
            self.findings.add("SB801", "the lock file needs `version: 1`", None, _REMEDY)
        elif self._data["version"] != VERSION or self._data["version"] is True:
            self._refuse(("version",), "this animegen reads version 1 of lock files", _REMEDY)

    def _section(self, name: str, read: Any) -> dict[str, Any] | None:
        """Return the entries of a section; None when it is not there."""
        return self._entries((name,), self._data[name], read) if name in self._data else None

    def _entries(self, where: Where, value: Any, read: Any) -> dict[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self._refuse(where, f"`{where[-1]}` must be a mapping, not {describe(value)}")
            return {}
        for key in value:
            if not isinstance(key, str):
                self._refuse_key((*where, key), f"{describe(key)} is no name", "put it in quotes")
        return {key: read((*where, key), one) for key, one in value.items() if isinstance(key, str)}

    def _take(self, where: Where, value: Any) -> int:
        if type(value) is int and 1 <= value <= MOST_TAKES:
            return value
        message = f"a take is a number from 1 to {MOST_TAKES}, not {describe(value)}"
        self._refuse(where, message, "`storyboard takes` shows them")
        return 1

    def _choices(self, where: Where, value: Any) -> dict[str, str]:
        return self._entries(where, value, self._text)

    def _text(self, where: Where, value: Any) -> str:
        if isinstance(value, str):
            return value
        self._refuse(where, f"this must be a text, not {describe(value)}", "put it in quotes")
        return ""

    def _refuse(self, where: Where, message: str, remedy: str = "") -> None:
        self.findings.add("SB801", message, At(where), remedy)

    def _refuse_key(self, where: Where, message: str, remedy: str) -> None:
        self.findings.add("SB801", message, self.findings.key(where), remedy)
