"""Finds the style template: in the project's `templates/`, then among those that ship."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from animegen.resources import template_folder
from animegen.storyboard.check.files import FileRefused
from animegen.storyboard.check.findings import At
from animegen.storyboard.check.suggest import did_you_mean
from animegen.storyboard.prompts.problem import PromptRefused
from animegen.storyboard.prompts.style import NO_STYLE, Style, read_style

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.storyboard.check.files import ProjectFiles
    from animegen.storyboard.check.findings import Findings
    from animegen.storyboard.prompts.problem import Problem

PLACE = At(("style", "prompt"))
NONE = "none"
_FOLDER = "templates"
_SUFFIX = ".j2"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def find_style(name: str, files: ProjectFiles, findings: Findings) -> Style:
    """Read a style template by name; what is wrong with it is reported at `style.prompt`."""
    if name == NONE:
        return NO_STYLE
    path = _find(name, files, findings)
    if path is None:
        return NO_STYLE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        findings.add("SB307", f"{_FOLDER}/{path.name} cannot be read as UTF-8 text", PLACE)
        return NO_STYLE
    try:
        return read_style(text)
    except PromptRefused as refused:
        report_style(name, text, refused.problem, findings)
        return NO_STYLE


def report_style(name: str, text: str, problem: Problem, findings: Findings) -> None:
    """Report a problem inside a template file, which has no place in the storyboard itself."""
    line = text.count("\n", 0, problem.start) + 1
    column = problem.start - text.rfind("\n", 0, problem.start)
    place = f"{_FOLDER}/{name}{_SUFFIX}:{line}:{column}"
    findings.add(
        problem.code,
        f"{place}: {problem.message}",
        PLACE,
        problem.help,
        severity=problem.severity,
    )


def _find(name: str, files: ProjectFiles, findings: Findings) -> Path | None:
    if not _NAME.fullmatch(name):
        hint = "a template's name is letters, digits, - and _, without a folder or an ending"
        findings.add("SB307", f"`{name}` is not the name of a style template", PLACE, hint)
        return None
    try:
        return files.project / files.find(f"{_FOLDER}/{name}{_SUFFIX}")
    except FileRefused as refused:
        if refused.code != "SB604":
            findings.add(refused.code, refused.message, PLACE, refused.remedy)
            return None
    shipped = template_folder() / f"{name}{_SUFFIX}"
    if shipped.is_file():
        return shipped
    folders = (files.project / _FOLDER, template_folder())
    known = [path.stem for folder in folders for path in folder.glob(f"*{_SUFFIX}")]
    findings.add(
        "SB307",
        f"there is no style template `{name}`",
        PLACE,
        did_you_mean(name, [*known, NONE], "style templates"),
    )
    return None
