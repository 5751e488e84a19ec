"""Who made what a film is made with: as Markdown, as BibTeX, and as lines for an end card.

Only what the film's records name is credited. What the pack does not know is said to be unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from animegen.packs.pack import Component
    from animegen.packs.weights import Weights
    from animegen.plan.graph import Plan

KINDS = {
    "base": "base model",
    "vae": "VAE",
    "motion": "motion module",
    "lora": "LoRA",
    "motion-lora": "motion LoRA",
    "controlnet": "ControlNet",
    "detector": "detector",
}
_HUB = "https://huggingface.co"
_LINK = re.compile(r"https?://\S+")
_ENTRY = re.compile(r"@(\w+)\s*\{\s*([^,\s]+)\s*,")
_FIELD = re.compile(r"^\s*(\w+)\s*=\s*[{\"](.*?)[}\"]\s*,?\s*$", re.M)
_OWN = """\
@software{animegen,
  title   = {animegen: a declarative storyboard renderer},
  author  = {{The animegen maintainers}},
  version = {%s},
  license = {Apache-2.0},
}"""


@dataclass(frozen=True, kw_only=True)
class Credit:
    """One set of weights, under every name that the film uses it by."""

    names: tuple[str, ...]
    kind: str
    title: str
    digest: str
    source: str
    """A link, or words on where it came from; empty when nobody says."""
    revision: str
    licence: str
    note: str
    citation: str
    """BibTeX; empty when the pack knows none."""
    verified: bool | None

    @property
    def link(self) -> str:
        """The address that its source names, if it does."""
        found = _LINK.search(self.source)
        return found[0].rstrip(".,)") if found else ""

    @property
    def origin(self) -> str:
        """Where it came from, in words."""
        return self.source or "unknown: a file of the project"

    @property
    def terms(self) -> str:
        """Its licence, in words."""
        return self.licence or "unknown: look at its source"


def credits_of(plan: Plan, weights: Weights) -> tuple[Credit, ...]:
    """Return a credit for each set of weights that draws the plan, in the pack's order."""
    from animegen.packs.parts import parts
    from animegen.plan.ingredients import weights_in

    rows = {part.name: part for part in parts(weights.pack)}
    by_digest: dict[str, list[str]] = {}
    for name, digest in weights_in(plan, weights).items():
        by_digest.setdefault(digest, []).append(name)
    found = []
    for digest, names in by_digest.items():
        part = rows.get(names[0])
        row = part.row if part else None
        source = row.source if row else ""
        if row is not None and row.hub and not _LINK.search(source):
            source = f"{_HUB}/{row.hub}"
        found.append(
            Credit(
                names=tuple(names),
                kind=part.kind if part else "lora",
                title=_title(names[0], row, weights),
                digest=digest,
                source=_of_pack(source, weights),
                revision=row.revision if row and row.hub else "",
                licence=row.licence if row else "",
                note=row.note if row else "",
                citation=row.citation if row else "",
                verified=row.verified if row else None,
            )
        )
    return tuple(found)


def _title(name: str, row: Component | None, weights: Weights) -> str:
    """Return what people know it by: its repository, its file, or its name in the pack."""
    if row is None:
        return name.rpartition("/")[2].removesuffix(".safetensors")
    return row.hub or f"{weights.pack.name} {name.rpartition('.')[2]}"


def _of_pack(source: str, weights: Weights) -> str:
    """Say whose training it was, where a pack that ships names only the stages of its own."""
    if source.startswith("training:"):
        return f"made by animegen for its pack {weights.pack.name} ({source})"
    return source


def to_markdown(title: str, rows: Sequence[Credit], versions: Mapping[str, str]) -> str:
    """Return the credits of a film as Markdown."""
    lines = [f"# Credits: {title}", ""]
    if not rows:
        lines += ["Drawn without any model: slates only.", ""]
    for row in rows:
        lines += [f"- **{row.title}** ({KINDS[row.kind]}; {', '.join(row.names)})"]
        lines += [f"  - source: {row.origin}{_at(row)}", f"  - licence: {row.terms}"]
        if row.citation:
            lines += [f"  - cited as `{'`, `'.join(keys_of(row.citation))}` in credits.bib"]
        if row.verified is False:
            lines += ["  - not verified: its pack could not confirm all of this"]
        if row.note:
            lines += [f"  - note: {row.note}"]
        lines += [f"  - sha256 of its content: `{row.digest}`"]
    told = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    lines += ["", f"Rendered with {told or f'animegen {__version__}'}.", ""]
    lines += ["No external picture, video or sketch conditioned any frame.", ""]
    return "\n".join(lines)


def _at(row: Credit) -> str:
    return f" at {row.revision[:12]}" if row.revision not in ("", "main") else ""


def keys_of(citation: str) -> list[str]:
    """Return the keys of BibTeX entries."""
    return [key for _, key in _ENTRY.findall(citation)]


def cited(citation: str) -> list[str]:
    """Return each BibTeX entry as a line of a bibliography: author, title, where, year."""
    lines = []
    for entry in re.split(r"\n(?=@)", citation.strip()):
        fields = {name.lower(): _plain(text) for name, text in _FIELD.findall(entry)}
        where = fields.get("booktitle") or fields.get("journal") or fields.get("howpublished", "")
        told = [fields.get("author", ""), fields.get("title", ""), where, fields.get("year", "")]
        if any(told):
            lines.append(". ".join(part.rstrip(".") for part in told if part) + ".")
    return lines


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("{", "").replace("}", "")).strip()


def to_bibtex(rows: Iterable[Credit]) -> str:
    """Return every citation once, and an entry for each set of weights."""
    entries: dict[str, str] = {"animegen": _OWN % __version__}
    for row in rows:
        for entry in re.split(r"\n(?=@)", row.citation.strip()):
            for key in keys_of(entry):
                entries.setdefault(key, entry.strip())
        entries.setdefault(*_weights_entry(row))
    return "\n\n".join(entries.values()) + "\n"


def _weights_entry(row: Credit) -> tuple[str, str]:
    key = f"weights-{re.sub(r'[^A-Za-z0-9]+', '-', row.names[0]).strip('-')}"
    note = f"{KINDS[row.kind]}; licence: {row.terms}; sha256:{row.digest}"
    where = [f"  url   = {{{row.link}}},"] if row.link else []
    where += [f"  howpublished = {{{row.origin}}},"] if not row.link else []
    lines = [f"@misc{{{key},", f"  title = {{{row.title}}},", *where, f"  note  = {{{note}}},", "}"]
    return key, "\n".join(lines)


def end_card(title: str, rows: Iterable[Credit]) -> str:
    """Return a few short lines for the end of the film."""
    lines = [title, ""]
    lines += [f"{KINDS[row.kind]}: {row.title} ({row.terms})" for row in rows]
    return "\n".join([*lines, "", "made with animegen", "no external visual input"]) + "\n"
