"""Reads the header of a safetensors file and checks the file's length against it.

The format: 8 bytes with the header's length, little-endian; the header, JSON; then all tensors
without gaps (https://huggingface.co/docs/safetensors). No tensor is read.
Unaware of what they mean.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from animegen.packs import damage
from animegen.packs.damage import WeightsDamaged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LENGTH = 8
_LONGEST = 100_000_000
"""Bytes of the longest header that the format's own reader accepts."""
_PICKLES = (b"PK\x03\x04", *(bytes([0x80, protocol]) for protocol in range(2, 6)))
"""How torch's archives and plain pickles begin."""
_BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F4": 4,
    "F6_E2M3": 6, "F6_E3M2": 6,
    "U16": 16, "I16": 16, "F16": 16, "BF16": 16, "U32": 32, "I32": 32, "F32": 32,
    "U64": 64, "I64": 64, "F64": 64, "C64": 64,
}  # fmt: skip


class Tensor(NamedTuple):
    """What the header says of a tensor."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int
    """In bytes from the header's end."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """A safetensors file without its tensors."""

    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, str]


def read_header(path: Path) -> Header:
    """Read a file's header and check that the file is as long as it says.

    Raises:
        WeightsDamaged: for a pointer of Git LFS, a web page, a pickle, an empty or cut off file,
            a damaged header; each with its cause.
        OSError: when the file cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(512)
        _refuse_other_kinds(path, start)
        length = _header_length(path, start, size)
        file.seek(_LENGTH)
        header = _parse(path, file.read(length))
    _check_extent(path, header, size - _LENGTH - length, size)
    return header


def _header_length(path: Path, start: bytes, size: int) -> int:
    length = int.from_bytes(start[:_LENGTH], "little")
    if size < _LENGTH:
        raise _cut_off(path, size, f"more than {_LENGTH}")
    if length > _LONGEST:
        raise _damaged(path, "it would be longer than any header is")
    if size < _LENGTH + length:
        raise _cut_off(path, size, f"more than {_LENGTH + length}")
    return length


def _refuse_other_kinds(path: Path, start: bytes) -> None:
    text = start.lstrip().lower()
    if not start:
        raise WeightsDamaged("empty", f"{path} is empty: it has no bytes at all")
    if start.startswith(b"version https://git-lfs"):
        raise WeightsDamaged(
            "lfs-pointer",
            f"{path} is a pointer of Git LFS, not the weights themselves",
            remedy="run `git lfs pull` where it was cloned, or download the file itself",
        )
    if text.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise WeightsDamaged(
            "web-page",
            f"{path} is a web page, not weights",
            remedy="its download was answered by a page, most often a login or an error: open the "
            "address in a browser, then download the file itself",
        )
    # A header's length could begin with the same bytes, but a brace follows it.
    if start.startswith(_PICKLES) and start[_LENGTH : _LENGTH + 1] != b"{":
        raise damage.pickle(path)


def _parse(path: Path, raw: bytes) -> Header:
    try:
        read = json.loads(raw)
        metadata = read.pop("__metadata__", {})
        tensors = {name: _tensor(entry) for name, entry in read.items()}
        return Header(tensors=tensors, metadata={str(k): str(v) for k, v in metadata.items()})
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError) as error:
        raise _damaged(path, f"it cannot be read ({type(error).__name__})") from None


def _tensor(entry: Mapping[str, Any]) -> Tensor:
    begin, end = entry["data_offsets"]
    return Tensor(str(entry["dtype"]), tuple(int(side) for side in entry["shape"]), begin, end)


def _check_extent(path: Path, header: Header, data: int, size: int) -> None:
    """Check that tensors follow each other without gaps and end with the file."""
    at = 0
    for name, tensor in sorted(header.tensors.items(), key=lambda one: one[1][2:]):
        bits = _BITS.get(tensor.dtype)
        if bits is None:
            raise _damaged(path, f"`{name}` is of the unknown kind {tensor.dtype}")
        if tensor.begin != at or (tensor.end - at) * 8 != prod(tensor.shape) * bits:
            raise _damaged(path, f"`{name}` does not fit its place")
        at = tensor.end
    if data < at:
        raise _cut_off(path, size, str(size - data + at))
    if data > at:
        raise _damaged(path, f"{data - at} bytes follow that it does not tell of")


def _cut_off(path: Path, size: int, whole: str) -> WeightsDamaged:
    return WeightsDamaged("truncated", f"{path} is cut off: of {whole} bytes it has {size}")


def _damaged(path: Path, what: str) -> WeightsDamaged:
    return WeightsDamaged("header", f"the header of {path} is damaged: {what}")
