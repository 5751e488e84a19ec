"""What an audit finds: one kind of trouble, where, and in what way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Trouble = Literal["altered", "missing", "added", "foreign", "unproven"]
"""`altered`: not what was written. `missing`, `added`: a file too few or too many. `foreign`: a
step names or reads something that was not made here. `unproven`: what would prove it is absent."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong."""

    trouble: Trouble
    where: str
    """A file, a step or a frame, by its name."""
    message: str


@dataclass(kw_only=True)
class Report:
    """What an audit of one film came to."""

    film: str
    digest: str = ""
    """Of the lineage."""
    summary: str = ""
    findings: list[Finding] = field(default_factory=list)
    proven: list[str] = field(default_factory=list)
    """What was checked and holds, in words."""
    unchecked: list[str] = field(default_factory=list)
    """What could not be checked here, and why."""

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def add(self, trouble: Trouble, where: str, message: str) -> None:
        """Note a finding."""
        self.findings.append(Finding(trouble=trouble, where=where, message=message))
