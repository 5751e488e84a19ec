"""Plans the film of the edit matrix against a store in which all of it counts as rendered."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from edit_film import write_film
from scratch_project import Project

from animegen.packs.catalog import pack_folder
from animegen.packs.weights import Weights
from animegen.plan.compile import compile_film
from animegen.plan.explain import Memory, Now, explain_plan
from animegen.store.store import Store
from animegen.storyboard.read import read_storyboard
from animegen.storyboard.words import values_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from edit_rows import Row

    from animegen.plan.compile import Compiled
    from animegen.plan.graph import Plan
    from animegen.plan.stories import Story
    from animegen.storyboard.reading import Reading

OLD_LIBRARIES = {"animegen": "0.0.1", "torch": "1.0"}


@dataclass(frozen=True)
class Bench:
    """The film as it was rendered; nothing here is ever edited."""

    project: Project
    store: Store
    memory: Memory

    def story_of(self, row: Row, folder: Path) -> dict[str, Story]:
        """Copy the project, edit the copy, and explain its plan."""
        plan = self.plan_in(folder, row)
        store = self._damaged(row, folder / "damaged") if row.evicted or row.damaged else self.store
        return explain_plan(plan, store, self.memory, self.now_in(folder, row))

    def plan_in(self, folder: Path, row: Row) -> Plan:
        """Copy the project, edit the copy, and return its plan."""
        shutil.copytree(self.project.folder, folder, dirs_exist_ok=True)
        row.edit(Project(folder))
        return compile_in(Project(folder), row)[1].plan

    def now_in(self, folder: Path, row: Row) -> Now:
        """Return the words of the edited copy."""
        reading, _ = compile_in(Project(folder), row)
        return Now(reading=reading, words=words_of(reading))

    def _damaged(self, row: Row, folder: Path) -> Store:
        shutil.copytree(self.store.root, folder)
        store = Store(folder)
        for node in row.evicted:
            store.layout.entry(self.memory.keys[node]).unlink()
        for node in row.damaged:
            artifact, _ = store.look(self.memory.keys[node])
            blob = artifact.path("blob")
            blob.chmod(0o644)
            blob.write_bytes(b"")
        return store


def set_up(folder: Path) -> Bench:
    """Write the film and publish an artifact under each of its keys, as if it were rendered."""
    project = Project(folder / "film")
    write_film(project)
    reading, compiled = compile_in(project)
    store = Store(folder / "store")
    pretend(compiled.plan, store)
    words = values_of(words_of(reading))
    keys = {node.id: node.key for node in compiled.plan.nodes.values()}
    return Bench(project, store, Memory(keys=keys, words=dict.fromkeys(keys, words)))


def compile_in(project: Project, row: Row | None = None) -> tuple[Reading, Compiled]:
    """Read and compile the film in a project."""
    path = project.folder / "film.yaml"
    flags, quality, dtype = (row.flags, row.quality, row.dtype) if row else ({}, None, "float32")
    reading = read_storyboard(path, variables=flags, quality=quality)
    weights = Weights.of(
        reading.pack,
        project.folder,
        cache=project.folder / "memory.json",
        folder=pack_folder(reading.storyboard.pack, project.folder),
    )
    return reading, compile_film(reading, weights, dtype=dtype)


def pretend(plan: Plan, store: Store) -> None:
    """Publish an artifact for every node, with one file that says which it is."""
    for node in plan.nodes.values():
        with store.workspace() as work:
            (work / "blob").write_text(node.id, encoding="utf-8")
            store.publish(node.record, work, {"seconds": 1.0, "versions": OLD_LIBRARIES})


def running(stories: Mapping[str, Story]) -> set[str]:
    """Return the nodes that run."""
    return {node for node, story in stories.items() if story.state == "run"}


def expand(patterns: str, nodes: Iterable[str]) -> set[str]:
    """Return the nodes that patterns stand for; each must stand for something."""
    known, found = list(nodes), set()
    for pattern in patterns.split():
        matching = {node for node in known if fnmatchcase(node, pattern)}
        assert matching, f"no node is like {pattern}"
        found |= matching
    return found


def told(stories: Mapping[str, Story]) -> set[str]:
    """Return the names of all causes of the nodes that run."""
    return {
        cause.name for story in stories.values() if story.state == "run" for cause in story.causes
    }
