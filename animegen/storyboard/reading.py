"""What reading a storyboard yields: the frozen model, its resolved prompts and its warnings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from animegen.packs.pack import Pack
    from animegen.storyboard.diagnostic import Diagnostic
    from animegen.storyboard.document import Document
    from animegen.storyboard.lock import Lock
    from animegen.storyboard.model import Storyboard
    from animegen.storyboard.model.prompt import Blend
    from animegen.units import Seconds


@dataclass(frozen=True, kw_only=True)
class PromptText:
    """A prompt after templating, ready for the text encoders."""

    at: Seconds
    """On the shot's own clock."""
    own: str
    """The shot's own text after templating, before the style's template."""
    text: str
    """What the text encoders read: `own` inside the style's template."""
    tokens: int
    """A lower bound of its CLIP tokens; more than 75 are encoded in chunks."""


@dataclass(frozen=True, kw_only=True)
class ResolvedLora:
    """A LoRA in use after merging style, characters, shot and `<lora:...>` in the prompt."""

    use: str
    """A name of the pack, or a project path ending in .safetensors."""
    weight: float


@dataclass(frozen=True, kw_only=True)
class ResolvedShot:
    """What a shot asks of the renderer, after templates, variables and the field's conventions."""

    prompts: tuple[PromptText, ...]
    """Sorted by time; the first is at 0."""
    loop: bool
    blend: Blend
    """How the prompts pass into each other."""
    negative: str
    loras: tuple[ResolvedLora, ...]
    choices: Mapping[str, str]
    """What `{a|b}` and `__wildcards__` became, by their text."""
    taken: Mapping[str, str] = field(default_factory=dict)
    """The same as they were written, with the choices inside of them still open: for the lock."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A valid storyboard and everything that was worked out from it."""

    storyboard: Storyboard
    pack: Pack
    project: Path
    """The folder that relative paths start from; see `project.project_of`."""
    shots: Mapping[str, ResolvedShot]
    """By shot id, in film order."""
    findings: tuple[Diagnostic, ...]
    """Warnings and notes."""
    document: Document
    lock: Lock
    """What was recorded beside it: picked takes, choices, weights."""
    drift: tuple[Diagnostic, ...] = ()
    """Warnings, with their places in the lock: where the storyboard is not as it was recorded."""
    overrides: Mapping[str, str] = field(default_factory=dict)
    """What the command line said instead: `--quality` and `--set weather`, with their values."""
