"""Downloads the parts of a pack from the Hugging Face hub into its cache.

The only module that ever asks the network, and the only one that imports huggingface_hub.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from animegen.errors import AnimegenError, UsageError

if TYPE_CHECKING:
    from animegen.packs.parts import Part

_WORDS = {
    "GatedRepoError": "the repository wants its licence agreed to, on its page",
    "RepositoryNotFoundError": "the hub has no such repository, or a private one",
    "RevisionNotFoundError": "the repository has no such commit, tag or branch",
    "RemoteEntryNotFoundError": "the repository has no such file",
    "OfflineModeIsEnabled": "HF_HUB_OFFLINE is set",
}
"""By the client's errors, the more special first."""


class PullFailed(AnimegenError):
    """The hub did not give a file."""

    exit_code = 4


def pull(part: Part, *, force: bool = False) -> Path:
    """Download the files that are used of a part, and return the folder that they lie in.

    Files that are in the cache already are not fetched again, unless by `force`. All come from
    one commit, also where `revision` is a branch.

    Raises:
        UsageError: when the part is not on the hub.
        PullFailed: when the hub cannot be reached, refuses, or lacks a file.
    """
    row = part.row
    if not row.hub:
        raise UsageError(
            f"`{part.name}` is yours to bring: nothing is known to download it from",
            remedy=f"put it at {row.path} in the project",
        )
    commit, folder = row.revision, None
    for name in row.files:
        path = _fetch(row.hub, name, commit, force=force)
        folder = path.parents[name.count("/")]
        commit = folder.name
    return folder or Path()


def _fetch(repository: str, name: str, revision: str, *, force: bool) -> Path:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HFValidationError, HTTPError  # type: ignore[attr-defined]

    try:
        return Path(hf_hub_download(repository, name, revision=revision, force_download=force))
    except (OSError, HTTPError, HFValidationError) as error:
        raise PullFailed(
            f"{name} of {repository} at {revision[:7]} was not downloaded: {_gist(error)}",
            remedy=f"see whether https://huggingface.co/{repository} opens; HF_TOKEN signs in, "
            "HF_ENDPOINT names a mirror",
        ) from error


def _gist(error: BaseException) -> str:
    """Say in a few words why the hub gave nothing; the client hides causes behind each other."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    for name, words in _WORDS.items():
        if name in kinds:
            return words
    if error.__cause__ is not None:
        return _gist(error.__cause__)
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error).__name__
