"""Checkpoints as numbered pieces of at most 15 MiB, beside which a small JSON says what they are.

Weights are kept in fp16: a slice resumes from the averaged weights with a fresh optimizer, which
keeps a checkpoint at the size of what is shipped. Unaware of what the tensors mean.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from safetensors.torch import load, save

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import torch

    Weights = Mapping[str, torch.Tensor]

PIECE = 15 * 2**20


class CheckpointError(Exception):
    """A checkpoint's pieces are missing, damaged or of another training."""


@dataclass(frozen=True, kw_only=True)
class State:
    """Where a stage stands: steps taken and progress (0 to 1); `words` digests the vocabulary."""

    step: int
    progress: float
    words: str

    @property
    def finished(self) -> bool:
        """Whether the planned schedule was carried out to its end."""
        return self.progress > 1 - 1e-6


def write(folder: Path, stage: str, models: Mapping[str, Weights], state: State) -> None:
    """Write `models` (name to state dict) as `STAGE.NN` pieces and `STAGE.json` in `folder`.

    The JSON, written last, holds the digest of the joined pieces: a torn write is found out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    flat = {f"{model}/{key}": _half(t) for model, w in models.items() for key, t in w.items()}
    whole = save(flat)
    pieces = [whole[start : start + PIECE] for start in range(0, len(whole), PIECE)]
    for number, piece in enumerate(pieces):
        (folder / f"{stage}.{number:02d}").write_bytes(piece)
    about = asdict(state) | {"pieces": len(pieces), "sha256": hashlib.sha256(whole).hexdigest()}
    beside = folder / f"{stage}.json.new"
    beside.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    beside.rename(folder / f"{stage}.json")


def _half(tensor: torch.Tensor) -> torch.Tensor:
    kept = tensor.detach().to("cpu").contiguous()
    return kept.half() if kept.is_floating_point() else kept


def exists(folder: Path, stage: str) -> bool:
    """Whether `folder` holds a checkpoint of `stage`."""
    return (folder / f"{stage}.json").exists()


def state(folder: Path, stage: str) -> State:
    """Return where the checkpoint of `stage` in `folder` stands, without reading its weights."""
    about = json.loads((folder / f"{stage}.json").read_text(encoding="utf-8"))
    return State(**{name: about[name] for name in ("step", "progress", "words")})


def steps(folder: Path, stage: str) -> int:
    """Return how many steps the checkpoint of `stage` in `folder` took; 0 without one."""
    if not exists(folder, stage):
        return 0
    about = json.loads((folder / f"{stage}.json").read_text(encoding="utf-8"))
    return int(about["step"])


def read(folder: Path, stage: str) -> tuple[dict[str, dict[str, torch.Tensor]], State]:
    """Return the models (fp32 tensors by name) and the state that `write` wrote.

    Raises CheckpointError when there is none, or the pieces aren't the ones that were written.
    """
    if not exists(folder, stage):
        raise CheckpointError(f"no checkpoint of stage {stage} in {folder}")
    about = json.loads((folder / f"{stage}.json").read_text(encoding="utf-8"))
    paths = [folder / f"{stage}.{number:02d}" for number in range(about.pop("pieces"))]
    missing = [path.name for path in paths if not path.exists()]
    if missing:
        raise CheckpointError(f"{folder} lacks {', '.join(missing)}")
    whole = b"".join(path.read_bytes() for path in paths)
    if hashlib.sha256(whole).hexdigest() != about.pop("sha256"):
        raise CheckpointError(f"the pieces of {stage} in {folder} are not those that were written")
    models: dict[str, dict[str, torch.Tensor]] = {}
    for name, tensor in load(whole).items():
        model, _, key = name.partition("/")
        kept = tensor.float() if tensor.is_floating_point() else tensor
        models.setdefault(model, {})[key] = kept
    return models, State(**about)
