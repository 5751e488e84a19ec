"""Turns what loaders stumble over into errors that name the weights. Unaware of models."""

from __future__ import annotations

from contextlib import contextmanager
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from animegen.errors import WeightsUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def explained(place: Path, wanted: str) -> Iterator[None]:
    """Raise WeightsUnusable for whatever a loader finds wrong with `place`."""
    import torch
    from diffusers.loaders.single_file_utils import SingleFileComponentError
    from safetensors import SafetensorError

    wrong = (SafetensorError, SingleFileComponentError, OSError, ValueError, KeyError)

    try:
        yield
    except torch.OutOfMemoryError:  # a RuntimeError, too, but not the weights' fault
        raise
    except (*wrong, RuntimeError, TypeError) as error:
        raise WeightsUnusable(
            f"the weights in {place} cannot be used: {gist(error)}",
            remedy=f"they must be {wanted}, in safetensors",
        ) from error


def gist(error: Exception) -> str:
    """Return the beginning of a loader's message; it may name hundreds of tensors."""
    return shorten(str(error), 200, placeholder=" ...")


def whole(model: Any, name: str) -> Any:
    """Return a model that diffusers filled from a file.

    Raises:
        ValueError: when the file left some of it empty: diffusers does not mind.
    """
    empty = [key for key, tensor in model.state_dict().items() if tensor.is_meta]
    if empty:
        raise ValueError(f"{len(empty)} tensors of the {name} are not in the file ({empty[0]})")
    return model
