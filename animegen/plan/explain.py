"""Explains a plan: why each node is in the store or will run. Renders nothing, prints nothing.

The walk over two records that would make two keys is all it knows of what changed
(`Record.differences`); the storyboard's words only say it better.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from animegen.digest import MISSING
from animegen.plan.causes import Cause, causes_of, merged, merged_words, word_causes
from animegen.plan.scene import Scene, changed_words
from animegen.plan.stories import Story
from animegen.plan.topics import APPEARS, ARRANGED, TOPICS, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.digest import Difference, Leaf
    from animegen.plan.graph import Node, Plan
    from animegen.store.record import Record
    from animegen.store.store import Store
    from animegen.storyboard.reading import Reading
    from animegen.storyboard.words import Word

_UNKNOWN = Topic("inputs")
_SAME_AFTER_RENAMING = frozenset({"fields.seed", "fields.shot"})


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What is known of a film's last render."""

    keys: Mapping[str, str]
    """By node id."""
    words: Mapping[str, Mapping[str, Leaf]] = field(default_factory=dict)
    """Of the storyboard, by node id."""


@dataclass(frozen=True, kw_only=True)
class Now:
    """The storyboard as it is."""

    reading: Reading
    words: Mapping[str, Word]


def explain_plan(
    plan: Plan, store: Store, memory: Memory, now: Now | None = None
) -> dict[str, Story]:
    """Return every node's story, in plan order.

    A node whose readers are all in the store counts as a hit even when its own artifact is gone:
    nothing needs it. Without `now`, changes are told by the names of the steps' fields.
    """
    explainer = _Explainer(plan=plan, store=store, memory=memory, now=now)
    for node in plan.nodes.values():
        explainer.stories[node.id] = explainer.story(node)
    return explainer.stories


def with_artifact(story: Story, store: Store) -> Story:
    """Return a story with what the store has: of a step that will run, from its last render."""
    key = story.key if story.state == "hit" else story.last_key
    artifact, damage = store.look(key) if key else (None, "")
    if story.state == "run":
        return replace(story, artifact=artifact)
    there = artifact is not None and not damage
    return replace(story, artifact=artifact, because="stored" if there else "unneeded")


@dataclass(kw_only=True)
class _Explainer:
    plan: Plan
    store: Store
    memory: Memory
    now: Now | None
    stories: dict[str, Story] = field(default_factory=dict)
    _changed: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """What differs from remembered words, by their identity: nodes of one render share them."""

    def story(self, node: Node) -> Story:
        """Return the story of a node whose inputs' stories were told."""
        last = self.memory.keys.get(node.id, "")
        if last == node.key:
            return self._unchanged(node, last)
        if not last:
            return self._new(node)
        old = self.store.record(last)
        return self._changed_since(node, last, old) if old else self._evicted(node, last)

    def _told(self, node: Node, **facts: object) -> Story:
        """Return a story with what is known of any node."""
        running = node.id in self._running
        return Story(
            node=node.id,
            kind=node.step.kind,
            key=node.key,
            state="run" if running else "hit",
            **facts,  # type: ignore[arg-type]
        )

    def _unchanged(self, node: Node, last: str) -> Story:
        if node.id not in self._running:
            because = "stored" if node.id in self._needed else "unneeded"
            return self._told(node, because=because, last_key=last)
        _, damage = self.store.look(node.key)
        because = "damaged" if damage else "gone"
        return self._told(node, because=because, damage=damage, roots=(node.id,), last_key=last)

    def _new(self, node: Node) -> Story:
        shot = node.id.rpartition("/")[0]
        known = not shot or shot in self._rendered_shots
        causes: list[Cause] = []
        scene = self._scene(shot, self._words_of(shot)) if known and shot else None
        if scene and node.step.kind in APPEARS:
            causes = word_causes(scene, APPEARS[node.step.kind])
        return self._told(
            node,
            because=self._stored(node) or ("new-step" if known else "new-shot"),
            causes=tuple(causes),
            roots=(node.id,),
            renamed="" if known else self._renamed(node, shot),
        )

    def _changed_since(self, node: Node, last: str, old: Record) -> Story:
        found = tuple(old.differences(node.record))
        scene = self._scene(node.id.rpartition("/")[0], self.memory.words.get(node.id))
        causes = causes_of(node, old, found, scene)
        changed, moved = self._inputs(node, found)
        if moved:
            causes += self._arranged(node, moved, scene)
        causes = merged(causes)
        roots = {root: None for source in changed.values() for root in self.stories[source].roots}
        known = {cause.identity for root in roots for cause in self.stories[root].causes}
        if any(cause.identity not in known for cause in causes):
            roots[node.id] = None
        return self._told(
            node,
            because=self._stored(node) or ("changed" if causes else "input"),
            causes=tuple(causes),
            inputs=changed,
            roots=tuple(roots),
            differences=found,
            last_key=last,
        )

    def _evicted(self, node: Node, last: str) -> Story:
        """Tell of a node whose old record is gone: the words at least may be remembered."""
        scene = self._scene(node.id.rpartition("/")[0], self.memory.words.get(node.id))
        topics = TOPICS.get(node.step.kind, {}).values()
        return self._told(
            node,
            because=self._stored(node) or "evicted",
            causes=tuple(merged_words(scene, topics)) if scene else (),
            roots=(node.id,),
            last_key=last,
        )

    def _stored(self, node: Node) -> str:
        """Return why a node is a hit; empty when it runs."""
        if node.id in self._running:
            return ""
        return "stored" if node.id in self._needed else "unneeded"

    def _inputs(
        self, node: Node, found: tuple[Difference, ...]
    ) -> tuple[dict[str, str], list[Difference]]:
        """Part inputs that changed themselves from those that only came, went or moved.

        An input that was rendered since its reader was, by a render that left the reader out, is no
        longer what it was: neither its old key is in the plan, nor did the reader know its new one.
        """
        changed, moved = {}, []
        known = {change.old for change in found}
        for change in found:
            role = change.path.removeprefix("inputs.")
            if role == change.path:
                continue
            source = node.inputs.get(role, "")
            key = self.plan.nodes[source].key if source else ""
            since = key not in known and change.old not in self._keys and change.old != MISSING
            if source and (self.memory.keys.get(source) != key or since):
                changed[change.path] = source
            else:
                moved.append(change)
        return changed, moved

    def _arranged(self, node: Node, moved: list[Difference], scene: Scene | None) -> list[Cause]:
        topic = ARRANGED.get(node.step.kind, _UNKNOWN)
        told = word_causes(scene, topic, moved) if scene else []
        if told:
            return told
        paths = tuple(change.path for change in moved)
        return [Cause(kind="field", name=topic.name, old=MISSING, new=MISSING, fields=paths)]

    def _renamed(self, node: Node, shot: str) -> str:
        """Return the shot that this node was rendered for under another id, if there is one."""
        step = node.id.removeprefix(f"{shot}/")
        for gone in self._gone_shots:
            key = self.memory.keys.get(f"{gone}/{step}")
            old = self.store.record(key) if key else None
            if old is None or old.kind != node.step.kind:
                continue
            own = {
                change.path
                for change in old.differences(node.record)
                if not change.path.startswith("inputs.")
            }
            if own <= _SAME_AFTER_RENAMING:
                return gone
        return ""

    def _scene(self, shot: str, before: Mapping[str, Leaf] | None) -> Scene | None:
        if self.now is None or before is None:
            return None
        if id(before) not in self._changed:
            self._changed[id(before)] = changed_words(before, self._values)
        return Scene(
            reading=self.now.reading,
            shot=shot,
            model=self._shots.get(shot),
            now=self._values,
            before=before,
            changed=self._changed[id(before)],
        )

    def _words_of(self, shot: str) -> Mapping[str, Leaf] | None:
        """Return the words that some step of the shot was last rendered from."""
        return self._words_by_shot.get(shot)

    @cached_property
    def _keys(self) -> frozenset[Leaf]:
        return frozenset(node.key for node in self.plan.nodes.values())

    @cached_property
    def _values(self) -> dict[str, Leaf]:
        return {path: word.value for path, word in self.now.words.items()} if self.now else {}

    @cached_property
    def _shots(self) -> dict[str, Any]:
        return {shot.id: shot for shot in self.now.reading.storyboard.shots} if self.now else {}

    @cached_property
    def _words_by_shot(self) -> dict[str, Mapping[str, Leaf]]:
        return {node.rpartition("/")[0]: words for node, words in self.memory.words.items()}

    @cached_property
    def _rendered_shots(self) -> frozenset[str]:
        return frozenset(node.rpartition("/")[0] for node in self.memory.keys)

    @cached_property
    def _gone_shots(self) -> list[str]:
        here = set(self._shots) or {node.rpartition("/")[0] for node in self.plan.nodes}
        return sorted(self._rendered_shots - here - {""})

    @cached_property
    def _running(self) -> frozenset[str]:
        return self._survey[0]

    @cached_property
    def _needed(self) -> frozenset[str]:
        return self._survey[1]

    @cached_property
    def _survey(self) -> tuple[frozenset[str], frozenset[str]]:
        """Walk from the targets down; only what a missing node reads is looked at."""
        needed, running = set(self.plan.targets), set[str]()
        for node in reversed(list(self.plan.nodes.values())):
            if node.id in needed and not self.store.has(node.key):
                running.add(node.id)
                needed.update(node.inputs.values())
        return frozenset(running), frozenset(needed)
