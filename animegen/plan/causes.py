"""From the differences of two records to the words of the storyboard that made them.

Every difference ends in exactly one cause, so what is told is what the key is made of.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from animegen.digest import MISSING, Difference
from animegen.plan.topics import topic_of
from animegen.storyboard.words import SEPARATOR, acting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from animegen.digest import Leaf
    from animegen.plan.graph import Node
    from animegen.plan.scene import Scene
    from animegen.plan.topics import Topic
    from animegen.store.record import Record

_FIELDS = "fields."
_LORAS = "loras"
_DRAFT = "/draft-"
_PACK = "pack"
_FILE = ".safetensors"

CauseKind = Literal["word", "content", "revision", "dtype", "field"]


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One thing that changed, and the fields of the record that it changed."""

    kind: CauseKind
    """`word`: of the storyboard. `content`: of weights. `revision`: of the step's code. `dtype`:
    the numerics of the device. `field`: of the record, and no word is known to be behind it."""
    name: str
    """The word's path, the weights' name, or the field's topic."""
    old: Leaf
    new: Leaf
    """`digest.MISSING` for what was not or is not there."""
    fields: tuple[str, ...] = ()
    """Paths of the record's differences."""
    word: str = ""
    """The word whose place tells where to look; empty when none is written."""

    @property
    def identity(self) -> tuple[str, str, Leaf, Leaf]:
        """What two nodes share when they run for the same cause."""
        return self.kind, self.name, self.old, self.new


def causes_of(
    node: Node, old: Record, found: Sequence[Difference], scene: Scene | None
) -> list[Cause]:
    """Return what changed the node's own fields: those of `found` that are no inputs.

    Without a scene, nothing is known of the storyboard that `old` was made from.
    """
    groups: dict[tuple[str, Topic], list[Difference]] = defaultdict(list)
    paths = {change.path for change in found}
    for change in found:
        if not change.path.startswith("inputs."):
            field = change.path.removeprefix(_FIELDS)
            part, topic = topic_of(node.step.kind, _moved(field, change, paths))
            if topic.content:  # each by itself: several weights may have changed
                topic = topic._replace(name=topic.name.format_map(_neighbours(field, node.record)))
            groups[part, topic].append(change)
    causes: list[Cause] = []
    for (part, topic), changes in groups.items():
        causes += _causes(part, topic, changes, node, old, scene)
    return merged(causes)


def _moved(field: str, change: Difference, paths: set[str]) -> str:
    """Return another name for a text that is not where it was: times may be the reason, too."""
    if not field.endswith("].text"):
        return field
    moved = MISSING in (change.old, change.new) or change.path[:-4] + "frame" in paths
    return "conditioning.prompts.moved" if moved else field


def _neighbours(field: str, record: Record) -> dict[str, str]:
    """Return the fields beside `field`, such as `use` beside `guides[0].weights`."""
    inside: Any = record.fields
    for part in re.findall(r"[^.\[\]]+", field)[:-1]:
        try:
            inside = inside[int(part) if part.isdigit() else part]
        except (LookupError, TypeError):
            return defaultdict(str)
    return defaultdict(str, {key: str(value) for key, value in inside.items()})


def word_causes(scene: Scene, topic: Topic, changes: Sequence[Difference] = ()) -> list[Cause]:
    """Return the changed words behind a topic, each with all of the fields."""
    return [
        Cause(
            kind="word",
            name=word,
            old=scene.before.get(word, MISSING),
            new=scene.now.get(word, MISSING),
            fields=tuple(change.path for change in changes),
            word=word,
        )
        for word in scene.words_behind(topic)
    ]


def merged_words(scene: Scene, topics: Iterable[Topic]) -> list[Cause]:
    """Return the changed words behind any of the topics, each once."""
    return merged([cause for topic in topics for cause in word_causes(scene, topic)])


def _causes(
    part: str,
    topic: Topic,
    changes: list[Difference],
    node: Node,
    old: Record,
    scene: Scene | None,
) -> list[Cause]:
    if part in ("revision", "model.dtype"):
        kind: CauseKind = "revision" if part == "revision" else "dtype"
        return [_plain(kind, node.step.kind if kind == "revision" else "dtype", changes)]
    if part == _LORAS and scene is not None:
        return _lora_causes(topic, changes, node, old, scene)
    return _from_words(topic, changes, scene)


def _from_words(topic: Topic, changes: Sequence[Difference], scene: Scene | None) -> list[Cause]:
    told = word_causes(scene, topic, changes) if scene else []
    if told:
        return told
    word = scene.main_word(topic) if scene else ""
    if topic.content:
        return [_plain("content", topic.name, changes, word)]
    by_pack = scene is not None and _PACK in topic.sources and not topic.name.startswith("the pack")
    name = f"the pack's {topic.name}" if by_pack else topic.name
    return [_plain("field", name, changes, word)]


def _lora_causes(
    topic: Topic, changes: Sequence[Difference], node: Node, old: Record, scene: Scene
) -> list[Cause]:
    """Tell a LoRA whose file has other content from one that came, went or changed its weight."""
    kind = "draft" if _DRAFT in node.id else "segment"
    names = [
        str(words.get(acting(kind, scene.shot), "")).split(SEPARATOR)
        for words in (scene.before, scene.now)
    ]
    before, now = (
        dict(zip(uses, _digests(record), strict=False))
        for uses, record in zip(names, (old, node.record), strict=True)
    )
    causes, rest = [], list(changes)
    for index, use in enumerate(names[1]):
        of_pack = not use.endswith(_FILE)
        if of_pack and _PACK in scene.changed:
            continue  # another pack's LoRA of that name
        if use in before and before[use] != now.get(use):
            path = f"fields.loras[{index}].weights"
            there = [change for change in rest if change.path == path]
            rest = [change for change in rest if change.path != path]
            causes.append(
                Cause(
                    kind="content",
                    name=use if use.endswith(_FILE) else f"LoRA {use}",
                    old=before[use],
                    new=now.get(use, MISSING),
                    fields=tuple(change.path for change in there),
                    word=_mention(use, scene.now),
                )
            )
    return causes + (_from_words(topic, rest, scene) if rest else [])


def _digests(record: Record) -> list[str]:
    loras = record.fields.get(_LORAS)
    return [str(lora["weights"]) for lora in loras] if isinstance(loras, list | tuple) else []


def _mention(use: str, words: Mapping[str, Leaf]) -> str:
    """Return the first word that names a LoRA; that of the pack, which brings the few-step one."""
    named = (word for word in words if word.endswith(f".{use}") and word[0] != "=")
    return next(named, _PACK if _PACK in words else "")


def _plain(kind: CauseKind, name: str, changes: Sequence[Difference], word: str = "") -> Cause:
    """Return a cause that shows the first of the changes."""
    first = next((change for change in changes if change.old != change.new), changes[0])
    return Cause(
        kind=kind,
        name=name,
        old=first.old,
        new=first.new,
        fields=tuple(change.path for change in changes),
        word=word,
    )


def merged(causes: Iterable[Cause]) -> list[Cause]:
    """Join causes that are one and the same, in the order in which they were found."""
    joined: dict[tuple[object, ...], list[Cause]] = {}
    for cause in causes:
        joined.setdefault(cause.identity, []).append(cause)
    return [_joined(same) for same in joined.values()]


def _joined(same: list[Cause]) -> Cause:
    return replace(same[0], fields=tuple(dict.fromkeys(_fields(same))))


def _fields(causes: Iterable[Cause]) -> Iterator[str]:
    for cause in causes:
        yield from cause.fields
