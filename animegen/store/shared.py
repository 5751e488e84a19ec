"""A store with a shared one behind it: what others made is taken from there, and what is made here
is put there.

It is never needed. While it cannot be reached, everything goes on with the folder alone. What comes
from there is compared with its digests, so whatever happened to it, it is right or it is missing.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from animegen.digest import file_digest
from animegen.store.entry import EntryDamaged, decode, encode
from animegen.store.remote import RemoteFailed
from animegen.store.store import OnDamage, Store, unheard

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from animegen.digest import Json
    from animegen.store.artifact import Artifact, Blob
    from animegen.store.record import Record
    from animegen.store.remote import Remote

    Announce = Callable[[str], None]

_VERSION = "v1"
"""The folder at the address; another layout would be another folder."""
_T = TypeVar("_T")
_PAUSE = 60.0
"""Seconds before an address that failed is asked again."""


class SharedStore(Store):
    """The folder at `root`, with `remote` behind it; `announce` hears what a person should know."""

    def __init__(self, root: Path, remote: Remote, announce: Announce) -> None:
        """Open the folder; the address is not asked anything yet.

        Raises:
            StoreFailed: as `Store`.
        """
        super().__init__(root)
        self._remote = remote
        self._announce = announce
        self._expected: frozenset[str] = frozenset()
        self._answers: dict[str, Artifact | None] = {}
        """What the address said about keys when all were asked for."""
        self._damaged: set[str] = set()
        """Keys whose blobs at the address are not what was put there."""
        self._silent_until = 0.0
        self._told = False
        self._unsent: list[str] = []

    @property
    def address(self) -> str:
        """Where the shared store is."""
        return self._remote.address

    def find(self, key: str, on_damage: OnDamage = unheard) -> Artifact | None:
        """Return the artifact of `key`, from the address if it is not here.

        Raises:
            StoreFailed: when the folder cannot be read, or not take what comes.
        """
        told: list[str] = []
        found = super().find(key, told.append)
        if found is None and (found := self._pull(key)) is not None:
            return found
        for reason in told:
            on_damage(reason)
        return found

    def has(self, key: str) -> bool:
        """Say whether `find` would return an artifact; nothing is moved."""
        return super().has(key) or self._there(key) is not None

    def record(self, key: str) -> Record | None:
        """Return the record of an artifact that was made here, or is at the address."""
        here = super().record(key)
        if here is not None:
            return here
        there = self._there(key)
        return there.record if there else None

    def told(self, key: str) -> Artifact | None:
        """Return what is said of a key here, or at the address."""
        return super().told(key) or self._there(key)

    def expect(self, keys: Iterable[str]) -> None:
        """Hear which artifacts will be asked for, and ask for all at once when the first is."""
        self._expected = frozenset(keys)
        self._answers.clear()

    def publish(self, record: Record, folder: Path, made: Mapping[str, Json]) -> Artifact:
        """Publish here, and at the address; only what goes wrong here is an error."""
        artifact = super().publish(record, folder, made)
        self._damaged.discard(artifact.key)
        if not self._attempt(lambda: self._put(artifact)):
            self._unsent.append(artifact.key)
        return artifact

    def send(self, keys: Iterable[str]) -> int:
        """Put those artifacts at the address that are here and not there; return how many.

        Raises:
            RemoteFailed: when the address cannot be reached, or refuses.
            StoreFailed: when the folder cannot be read.
        """
        here = {key: found for key in keys if (found := Store.find(self, key))}
        there = self._ask(here) if here else {}
        missing = [artifact for key, artifact in here.items() if there[key] is None]
        for artifact in missing:
            if self.check(artifact):
                self._put(artifact)
        return len(missing)

    def close(self) -> None:
        """Say that nothing of the store is in use any more, and tell what was not sent."""
        super().close()
        count, self._unsent = len(self._unsent), []
        if count:
            self._announce(
                f"note: {count} new artifact{'' if count == 1 else 's'} could not be put into "
                f"{self.address}; `storyboard cache push FILE` does it later"
            )

    def _pull(self, key: str) -> Artifact | None:
        artifact = self._there(key)
        # An answer serves once: who asks again does so because time has passed.
        self._answers.pop(key, None)
        if artifact is None:
            return None
        with self.workspace() as folder:
            if not self._attempt(lambda: self._fetch(artifact, folder)):
                return None
            self.receive(artifact, folder)
        return artifact

    def _there(self, key: str) -> Artifact | None:
        """Return what the address has of `key`, not looking at its blobs' content."""
        if key in self._damaged:
            return None
        if key not in self._answers:
            wanted = [key]
            if key in self._expected:
                wanted = [each for each in self._expected if not self.is_listed(each)]
                self._expected = frozenset()
            self._answers.update(self._attempt(lambda: self._ask({key, *wanted})) or {})
        return self._answers.get(key)

    def _ask(self, keys: Collection[str]) -> dict[str, Artifact | None]:
        """Ask for many entries at once, then for the sizes of their blobs."""
        texts = self._remote.read(map(_entry_name, keys))
        found = {key: self._decode(key, texts.get(_entry_name(key))) for key in keys}
        blobs = [blob for artifact in found.values() if artifact for blob in _blobs(artifact)]
        sizes = self._remote.sizes({_blob_name(blob) for blob in blobs})
        return {key: found[key] if _is_whole(found[key], sizes) else None for key in keys}

    def _decode(self, key: str, text: bytes | None) -> Artifact | None:
        if text is None:
            return None
        try:
            return decode(text, key, self.layout)
        except EntryDamaged as error:
            self._announce(f"note: {key[:12]} in {self.address} is damaged: {error}")
            return None

    def _fetch(self, artifact: Artifact, folder: Path) -> bool:
        """Bring the blobs into `folder` under their digests; false if one is gone or damaged."""
        blobs = _blobs(artifact)
        if not self._remote.fetch({_blob_name(blob): folder / blob.digest for blob in blobs}):
            return False
        damaged = [blob for blob in blobs if file_digest(folder / blob.digest) != blob.digest]
        if damaged:
            self._damaged.add(artifact.key)
            self._announce(f"note: {artifact.key[:12]} in {self.address} is damaged")
        return not damaged

    def _put(self, artifact: Artifact) -> bool:
        # The entry last, as here: who sees it finds everything that it names.
        self._remote.put({_blob_name(blob): blob.path for blob in _blobs(artifact)})
        self._remote.write(_entry_name(artifact.key), encode(artifact))
        return True

    def _attempt(self, act: Callable[[], _T]) -> _T | None:
        """Do something at the address; None when it cannot be reached, which is told once."""
        if time.monotonic() < self._silent_until:
            return None
        try:
            return act()
        except RemoteFailed as error:
            self._silent_until = time.monotonic() + _PAUSE
            if not self._told:
                self._announce(
                    f"note: {self.address} cannot be used ({error}); going on without it"
                )
            self._told = True
            return None


def _is_whole(artifact: Artifact | None, sizes: Mapping[str, int]) -> bool:
    if artifact is None:
        return False
    return all(sizes.get(_blob_name(blob)) == blob.size for blob in _blobs(artifact))


def _entry_name(key: str) -> str:
    return f"{_VERSION}/entries/{key[:2]}/{key}.json"


def _blob_name(blob: Blob) -> str:
    return f"{_VERSION}/objects/{blob.digest[:2]}/{blob.digest}"


def _blobs(artifact: Artifact) -> list[Blob]:
    """Return each content once."""
    return list({blob.digest: blob for blob in artifact.blobs.values()}.values())
