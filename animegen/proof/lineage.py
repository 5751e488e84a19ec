"""Gathers what a film descends from: its plan's records and what the store holds of them."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from animegen.digest import to_json
from animegen.packs.parts import parts
from animegen.plan.compile import FILM
from animegen.plan.graph import Plan
from animegen.plan.ingredients import weights_in
from animegen.units import counted, decimal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.digest import Json
    from animegen.packs.weights import Weights
    from animegen.proof.document import Provenance
    from animegen.store.store import Store

_FACTS = ("source", "hub", "licence", "base_model", "note", "citation", "verified")
_MODELS = ("keyframe", "segment")


def ancestry(plan: Plan) -> Plan:
    """Return the film's part of a plan: it and all that it descends from."""
    needed = {FILM}
    for node in reversed(list(plan.nodes.values())):
        if node.id in needed:
            needed.update(node.inputs.values())
    return Plan(nodes={i: node for i, node in plan.nodes.items() if i in needed}, targets=(FILM,))


def steps_of(
    plan: Plan, store: Store, before: Provenance | None
) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return each step's record and blobs, and how each was made, by key.

    What the store has dropped meanwhile is taken from the film's provenance as it was `before`.
    """
    steps: dict[str, Json] = {}
    made: dict[str, Json] = {}
    for node in plan.nodes.values():
        blobs: Json = None
        entry = store.told(node.key)
        if entry is not None:
            blobs = {
                name: {"digest": blob.digest, "size": blob.size}
                for name, blob in entry.blobs.items()
            }
            made[node.key] = dict(entry.made)
        elif before is not None and node.key in before.lineage.steps:
            blobs = cast("Json", before.lineage.steps[node.key].model_dump()["blobs"])
            made[node.key] = cast("Json", before.made.get(node.key, {}))
        steps[node.key] = {"record": node.record.to_json(), "blobs": blobs}
    return steps, made


def names_of(plan: Plan) -> dict[str, Json]:
    """Return each node's key and parents by its name."""
    return {
        node.id: {"key": node.key, "parents": dict(node.inputs)} for node in plan.nodes.values()
    }


def weights_of(plan: Plan, weights: Weights) -> dict[str, Json]:
    """Return the weights that draw the plan, with all that the pack knows of them."""
    rows = {part.name: part for part in parts(weights.pack)}
    found: dict[str, Json] = {}
    for name, digest in weights_in(plan, weights).items():
        part = rows.get(name)
        if part is None:  # a file of the project
            found[name] = {"digest": digest, "kind": "lora", "path": name}
            continue
        facts: dict[str, Any] = {fact: getattr(part.row, fact) for fact in _FACTS}
        facts["revision"] = part.row.revision if part.row.hub else ""
        facts["published"] = dict(part.row.sha256)
        kept = {fact: value for fact, value in facts.items() if value not in ("", None, {})}
        found[name] = {"digest": digest, "kind": part.kind, "path": part.row.path, **kept}
    return found


def summary_of(plan: Plan) -> str:
    """Say in a few words what the film is and what it descends from: by content alone."""
    fields = cast("Mapping[str, Any]", to_json(plan.nodes[FILM].step))
    frames = sum(edit["frames"] for edit in fields["edits"])
    rate = decimal(Fraction(fields["rate"]))
    kinds = Counter(node.step.kind for node in plan.nodes.values())
    made = (
        f"{counted(kinds['keyframe'], 'keyframe')}, {counted(kinds['segment'], 'segment')} and "
        f"{counted(kinds['control'], 'control map')}, all generated"
        if any(kinds[kind] for kind in _MODELS)
        else "drawn slates, no model"
    )
    return (
        f"{frames} frames at {rate} fps, {fields['width']}x{fields['height']}, "
        f"{counted(len(fields['edits']), 'shot')}; {made}; external visual inputs: none"
    )
