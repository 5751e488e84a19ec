"""Proves from the records alone that nothing visual came from outside.

Every key follows from its record, every parent is in the lineage, every record has only the words
of a step of this program, and none of them names a file or an address. A step that reads no other
step reads text; a control map descends from keyframes.
"""

from __future__ import annotations

import dataclasses
import importlib
import re
from functools import cache
from typing import TYPE_CHECKING

from animegen import registry
from animegen.digest import digest_of, walk
from animegen.guard import SUFFIXES
from animegen.store.record import Record
from animegen.units import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from animegen.digest import Json
    from animegen.proof.document import Provenance, StepRow
    from animegen.proof.finding import Report

_DIGEST = re.compile(r"[0-9a-f]{64}")
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|data:image)", re.I)
_TEXTS = frozenset({"text", "negative", "prompt", "details", "shot", "lines", "title"})
"""Fields that hold words for people or for the text encoders, not names of things."""
_GIVEN = frozenset({"soundtrack", "font"})
"""Fields that name a file of the user's that is heard, or letters: no picture."""
_NEEDS = {
    "segment": ("keyframe",),
    "control": ("keyframe", "frames-00000"),
    "clip": ("frames-00000",),
    "film": ("clip-00000",),
}
"""Of these roles a step must have one: without it, its pictures came from nowhere."""
_DRAWN = frozenset({"keyframe", "segment", "control"})


def audit_records(proof: Provenance, report: Report) -> None:
    """Check every step of the lineage, and the weights table."""
    found = len(report.findings)
    steps, names = proof.lineage.steps, _names(proof)
    for key, step in steps.items():
        name = names.get(key, f"step {key[:12]}")
        _check_key(key, step, name, report)
        _check_words(step, name, proof, report)
        _check_parents(step, name, proof, report)
    _check_names(proof, report)
    _check_target(proof, report)
    maps = _check_maps(proof, names, report)
    if len(report.findings) == found:
        report.proven += [
            f"every key follows from its record: {counted(len(steps), 'step')}",
            "no step has an external visual input",
            "every control map descends from keyframes that were generated here: "
            f"{counted(maps, 'map')}",
        ]


def _names(proof: Provenance) -> dict[str, str]:
    return {row.key: name for name, row in reversed(proof.nodes.items())}


def _check_key(key: str, step: StepRow, name: str, report: Report) -> None:
    derived = digest_of(step.record.model_dump())
    if derived != key:
        report.add(
            "altered", name, f"its record has the key {derived[:12]}, not {key[:12]} as it says"
        )


def _check_words(step: StepRow, name: str, proof: Provenance, report: Report) -> None:
    kind, fields = step.record.kind, step.record.fields
    known = _words()
    if kind not in known:
        report.add("foreign", name, f"no step of this program is a `{kind}`")
        return
    strange = [word for word in fields if word not in known[kind]]
    strange += [word for word in _inner(fields) if word not in known[""]]
    for word in strange:
        report.add("foreign", name, f"a `{kind}` has no field `{word}`")
    table = {row.digest for row in proof.weights.values()}
    for path, leaf in walk(fields):
        words = set(re.split(r"[.\[\]]+", path))
        if not isinstance(leaf, str) or words & (_TEXTS | _GIVEN):
            continue
        if leaf.lower().endswith(SUFFIXES) or _ADDRESS.match(leaf):
            report.add("foreign", name, f"`{path}` names a picture, a video or an address: {leaf}")
        if _DIGEST.fullmatch(leaf) and leaf not in table:
            report.add("foreign", name, f"`{path}` names {leaf[:12]}, which is no weights listed")


def _inner(value: Json) -> Iterator[str]:
    """Yield the words inside of a record's fields."""
    if isinstance(value, dict):
        children = list(value.values())
    else:
        children = value if isinstance(value, list) else []
    for child in children:
        if isinstance(child, dict):
            yield from child
        yield from _inner(child)


def _check_parents(step: StepRow, name: str, proof: Provenance, report: Report) -> None:
    for role, key in step.record.inputs.items():
        if key not in proof.lineage.steps:
            report.add("foreign", name, f"its {role}, {key[:12]}, is not in the lineage")
    needed = _NEEDS.get(step.record.kind, ())
    if needed and not any(role in step.record.inputs for role in needed):
        report.add("foreign", name, f"it is a {step.record.kind} and has no {' or '.join(needed)}")


def _check_names(proof: Provenance, report: Report) -> None:
    steps, nodes = proof.lineage.steps, proof.nodes
    for name, row in nodes.items():
        if row.key not in steps:
            report.add("missing", name, "its step is not in the lineage")
            continue
        parents = {role: nodes[of].key for role, of in row.parents.items() if of in nodes}
        if parents != dict(steps[row.key].record.inputs):
            report.add("altered", name, "its parents are not those that its record names")
    for key in steps.keys() - {row.key for row in nodes.values()}:
        report.add("missing", f"step {key[:12]}", "it has no name in the storyboard")


def _check_target(proof: Provenance, report: Report) -> None:
    lineage = proof.lineage
    if lineage.film not in lineage.steps:
        report.add("missing", "film", "the film's own step is not in the lineage")
        return
    strays = lineage.steps.keys() - _ancestors(lineage.film, lineage.steps)
    for key in strays:
        report.add("added", f"step {key[:12]}", "the film does not descend from it")


def _check_maps(proof: Provenance, names: Mapping[str, str], report: Report) -> int:
    """Follow every control map down to its roots; return how many there are."""
    steps = proof.lineage.steps
    maps = [key for key, step in steps.items() if step.record.kind == "control"]
    for key in maps:
        for ancestor in _ancestors(key, steps):
            step = steps.get(ancestor)
            kind = step.record.kind if step else "foreign file"
            if step is None or kind not in _DRAWN:
                name = names.get(key, key[:12])
                report.add("foreign", name, f"this control map descends from a {kind}")
    return len(maps)


def _ancestors(key: str, steps: Mapping[str, StepRow]) -> set[str]:
    found: set[str] = set()
    ahead = [key]
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead.extend(steps[one].record.inputs.values() if one in steps else ())
    return found


@cache
def _words() -> dict[str, frozenset[str]]:
    """Return the fields of each kind of step; under "" those of every row inside of them."""
    kinds: dict[str, frozenset[str]] = {}
    inner: set[str] = set()
    for word in registry.words("steps"):
        module = importlib.import_module(f"animegen.steps.{word.replace('-', '_')}")
        for value in vars(module).values():
            if isinstance(value, type) and dataclasses.is_dataclass(value):
                fields = frozenset(field.name for field in dataclasses.fields(value))
                kind = getattr(value, "kind", None)
                if kind is None and value is not Record:
                    inner |= fields
                elif isinstance(kind, str):
                    kinds[kind] = fields
    return {**kinds, "": frozenset(inner)}
