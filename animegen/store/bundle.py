"""The artifacts of one film as one file: a plain tar, in the order in which it can be taken in.

First comes who they are of, then each artifact, its entry after its blobs, and last a mark that
nothing is missing. Nothing is compressed, for pictures are already. Unaware of storyboards.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from animegen.errors import AnimegenError
from animegen.store.entry import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from animegen.store.artifact import Artifact

VERSION = 1
HEADER = "animegen-bundle.json"
END = "end.json"
_MEMBER = re.compile(
    r"entries/([0-9a-f]{2})/(\1[0-9a-f]{62})\.json|objects/([0-9a-f]{2})/(\3[0-9a-f]{62})"
)
_LONGEST_TEXT = 64 << 20
_MAKE = "make one with `storyboard cache export FILE -o film.animegen.tar`"
_AGAIN = "copy it again from where it was made; what was imported before this stays"


class NotABundle(AnimegenError):
    """The file is something else, or of a version that this program does not know."""


class BundleTruncated(AnimegenError):
    """The file ends too early."""


class BundleDamaged(AnimegenError):
    """Something in the file is not what was exported."""


class BundleUnsafe(AnimegenError):
    """The file holds something that no export writes, such as a path out of the store."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Whose the artifacts are."""

    film: str
    nodes: Mapping[str, str]
    """Node id to key of the film's whole plan."""
    complete: bool
    """Whether the film itself is among them."""


class Member:
    """A file of a bundle, on its way: a blob, an entry, or the end."""

    def __init__(self, name: str, content: IO[bytes], size: int) -> None:
        self.name = name
        self.size = size
        self.content = content
        found = _MEMBER.fullmatch(name)
        self.key = found[2] if found else None
        """Of an entry."""
        self.digest = found[4] if found else None
        """Of a blob."""

    def text(self) -> bytes:
        """Return the content of a small file.

        Raises:
            BundleUnsafe: when it is not small.
        """
        if self.size > _LONGEST_TEXT:
            raise BundleUnsafe(f"{self.name} has {self.size} bytes", remedy=_AGAIN)
        return self.content.read()


def write_bundle(path: Path, contents: Contents, artifacts: Iterable[Artifact]) -> int:
    """Write a bundle to `path` and return how many artifacts are in it."""
    count, written = 0, set()
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        header = {"version": VERSION, **vars(contents), "nodes": dict(contents.nodes)}
        _add(tar, HEADER, header)
        for artifact in artifacts:
            for blob in artifact.blobs.values():
                if blob.digest not in written:
                    written.add(blob.digest)
                    with blob.path.open("rb") as file:
                        name = f"objects/{blob.digest[:2]}/{blob.digest}"
                        tar.addfile(_info(name, blob.size), file)
            key, text = artifact.key, encode(artifact)
            tar.addfile(_info(f"entries/{key[:2]}/{key}.json", len(text)), io.BytesIO(text))
            count += 1
        _add(tar, END, {"artifacts": count})
    return count


@contextmanager
def reading(path: Path) -> Iterator[tuple[Contents, Iterator[Member]]]:
    """Lend what a bundle is of, and its blobs and entries in order, each good until the next.

    Raises:
        NotABundle, BundleTruncated, BundleDamaged, BundleUnsafe: as soon as that is seen.
        OSError: when the file cannot be read.
    """
    with path.open("rb") as file, _translated(path):
        try:
            tar = tarfile.open(fileobj=file, mode="r|")  # noqa: SIM115 - closed below
        except tarfile.ReadError as error:
            raise NotABundle(f"{path} is no bundle of artifacts", remedy=_MAKE) from error
        with tar:
            members = _members(path, tar)
            first = next(members, None)
            if first is None or first.name != HEADER:
                raise NotABundle(f"{path} is no bundle of artifacts", remedy=_MAKE)
            yield _contents(path, first.text()), _until_end(path, members)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.ReadError, EOFError) as error:
        if "unexpected end" in str(error) or isinstance(error, EOFError):
            raise _truncated(path) from error
        raise BundleDamaged(f"{path} is damaged: {error}", remedy=_AGAIN) from error
    except tarfile.TarError as error:
        raise BundleDamaged(f"{path} is damaged: {error}", remedy=_AGAIN) from error


def _members(path: Path, tar: tarfile.TarFile) -> Iterator[Member]:
    for member in tar:
        if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or not _is_ours(member.name):
            raise BundleUnsafe(
                f"{path} holds {member.name!r}, which no export writes",
                remedy="do not trust this file",
            )
        content = tar.extractfile(member)
        if content is None:
            raise BundleDamaged(f"{path} is damaged: {member.name} has no content", remedy=_AGAIN)
        yield Member(member.name, content, member.size)


def _is_ours(name: str) -> bool:
    return name in (HEADER, END) or _MEMBER.fullmatch(name) is not None


def _until_end(path: Path, members: Iterator[Member]) -> Iterator[Member]:
    entries = 0
    for member in members:
        if member.name == END:
            if _json(path, member.text()).get("artifacts") != entries:
                raise BundleDamaged(f"{path} is damaged: artifacts are missing", remedy=_AGAIN)
            return
        entries += member.key is not None
        yield member
    raise _truncated(path)


def _contents(path: Path, text: bytes) -> Contents:
    body = _json(path, text)
    if body.get("version") != VERSION:
        raise NotABundle(
            f"{path} is a bundle of version {body.get('version')!r}; this program reads {VERSION}",
            remedy="export it again with this version",
        )
    nodes = body.get("nodes")
    if not isinstance(nodes, dict) or not all(isinstance(key, str) for key in nodes.values()):
        raise BundleDamaged(f"{path} is damaged: it does not say what it holds", remedy=_AGAIN)
    return Contents(film=str(body.get("film")), nodes=nodes, complete=body.get("complete") is True)


def _json(path: Path, text: bytes) -> dict[str, object]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BundleDamaged(f"{path} is damaged: {error}", remedy=_AGAIN) from error
    return body if isinstance(body, dict) else {}


def _truncated(path: Path) -> BundleTruncated:
    return BundleTruncated(f"{path} ends too early", remedy=_AGAIN)


def _add(tar: tarfile.TarFile, name: str, body: object) -> None:
    text = json.dumps(body, indent=1).encode()
    tar.addfile(_info(name, len(text)), io.BytesIO(text))


def _info(name: str, size: int) -> tarfile.TarInfo:
    # No owner, no time: the same artifacts are the same file.
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o444
    return info
