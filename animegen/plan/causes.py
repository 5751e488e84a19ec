"""From the differences of two records to the words of the storyboard that made them.

Every difference ends in exactly one cause, so what is told is what the key is made of.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

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

CauseKind = Literal["word", "content", "revision", "dtype", "field"]


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One thing that changed, and the fields of the record that it changed."""

    kind: CauseKind
    """`word`: of the storyboard. `content`: of weights. `revision`: of the step's code. `dtype`: the
    numerics of the device. `field`: of the record, and no word is known to be behind it."""
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
    node: Node, old: Record, found: Iterable[Difference], scene: Scene | None
) -> list[Cause]:
    """Return what changed the node's own fields: those of `found` that are no inputs.

    Without a scene, nothing is known of the storyboard that `old` was made from.
    """
    groups: dict[tuple[str, Topic], list[Difference]] = defaultdict(list)
    for change in found:
        if not change.path.startswith("inputs."):
            field = change.path.removeprefix(_FIELDS)
            groups[topic_of(node.step.kind, field)].append(change)
    causes: list[Cause] = []
    for (part, topic), changes in groups.items():
        causes += _causes(part, topic, changes, node, old, scene)
    return merged(causes)


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
    return [_plain("content" if topic.content else "field", topic.name, changes, word)]


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
        if use in before and before[use] != now.get(use):
            path = f"fields.loras[{index}].weights"
            there = [change for change in rest if change.path == path]
            rest = [change for change in rest if change.path != path]
            causes.append(
                Cause(
                    kind="content",
                    name=use,
                    old=before[use],
                    new=now.get(use, MISSING),
                    fields=tuple(change.path for change in there),
                    word=_mention(use, scene.now),
                )
            )
    return causes + (_from_words(topic, rest, scene) if rest else [])


def _digests(record: Record) -> list[str]:
    loras = record.fields.get(_LORAS)
    return [str(lora["weights"]) for lora in loras] if isinstance(loras, list | tuple) else []  # type: ignore[index,call-overload]


def _mention(use: str, words: Mapping[str, Leaf]) -> str:
    """Return the first word that names a LoRA."""
    return next((word for word in words if word.endswith(f".{use}") and word[0] != "="), "")


def _plain(
    kind: CauseKind, name: str, changes: Sequence[Difference], word: str = ""
) -> Cause:
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
    from dataclasses import replace

    return replace(same[0], fields=tuple(dict.fromkeys(_fields(same))))


def _fields(causes: Iterable[Cause]) -> Iterator[str]:
    for cause in causes:
        yield from cause.fields
