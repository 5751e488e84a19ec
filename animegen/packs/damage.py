"""What can be wrong with a weights file, each cause with its own words. Unaware of packs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from animegen.errors import WeightsUnusable

if TYPE_CHECKING:
    from pathlib import Path

Cause = Literal[
    "pickle", "lfs-pointer", "web-page", "empty", "truncated", "header", "content", "base-model"
]
PICKLED = frozenset({".ckpt", ".pt", ".pth", ".bin", ".pkl", ".pickle"})
_AGAIN = "download it again"
_CONVERT = """\
use the safetensors form of these weights, or convert them; weights_only runs no code:
    python -c "import torch; from safetensors.torch import save_file; \
d = torch.load('{name}', map_location='cpu', weights_only=True); \
save_file({{k: v.contiguous().clone() for k, v in d.get('state_dict', d).items() \
if isinstance(v, torch.Tensor)}}, '{stem}.safetensors')\""""


class WeightsDamaged(WeightsUnusable):
    """A weights file is there and cannot be used, for one of the known causes."""

    def __init__(self, cause: Cause, message: str, *, remedy: str = _AGAIN) -> None:
        super().__init__(message, remedy=remedy)
        self.cause: Cause = cause


def pickle(path: Path) -> WeightsDamaged:
    """Return the error for a pickle, whatever its name ends in."""
    return WeightsDamaged(
        "pickle",
        f"{path} is a pickle: loading it could run any code",
        remedy=_CONVERT.format(name=path.name, stem=path.stem),
    )


def refuse_pickle(path: Path) -> None:
    """Refuse a file whose name ends like a pickle's.

    Raises:
        WeightsDamaged: with the way to convert it.
    """
    if path.suffix.lower() in PICKLED:
        raise pickle(path)


def other_content(path: Path, digest: str, published: str) -> WeightsDamaged:
    """Return the error for a file that is whole but not the one that was published."""
    return WeightsDamaged(
        "content",
        f"{path} is not what was published: its SHA-256 is {digest[:12]}..., "
        f"the published file's {published[:12]}...",
        remedy="download it again; if you changed it on purpose, name it in a pack of your own",
    )
