"""Tiny files in the true layouts: safetensors, LoRAs of every naming, a cache, model folders."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def safetensors(
    tensors: dict[str, tuple[int, ...]] | None = None,
    metadata: dict[str, str] | None = None,
    content: bytes = b"",
) -> bytes:
    """Return a whole file: zeros in half precision, and `content` as a tensor of its own."""
    header: dict[str, object] = {"__metadata__": metadata} if metadata else {}
    data = b""
    for name, shape in (tensors or {}).items():
        size = 2
        for side in shape:
            size *= side
        offsets = [len(data), len(data) + size]
        header[name] = {"dtype": "F16", "shape": list(shape), "data_offsets": offsets}
        data += bytes(size)
    if content:
        offsets = [len(data), len(data) + len(content)]
        header["content"] = {"dtype": "U8", "shape": [len(content)], "data_offsets": offsets}
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data


def write(path: Path, content: bytes = b"x") -> Path:
    """Write a file; what is named as safetensors becomes one that holds `content`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.suffix == ".safetensors"
    path.write_bytes(safetensors(content=content) if whole else content)
    return path


def kohya(width: int) -> dict[str, tuple[int, ...]]:
    """Return the tensors of a LoRA as kohya's trainer names them."""
    layer = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k"
    return {
        f"{layer}.alpha": (),
        f"{layer}.lora_down.weight": (4, width),
        f"{layer}.lora_up.weight": (640, 4),
    }


def peft(width: int) -> dict[str, tuple[int, ...]]:
    """Return the tensors of a LoRA as peft names them."""
    layer = "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_v"
    return {f"{layer}.lora_A.weight": (4, width), f"{layer}.lora_B.weight": (640, 4)}


def diffusers(width: int) -> dict[str, tuple[int, ...]]:
    """Return the tensors of a LoRA as older diffusers name them."""
    layer = "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.processor.to_k_lora"
    return {f"{layer}.down.weight": (4, width), f"{layer}.up.weight": (640, 4)}


def cache(home: Path, repository: str, files: dict[str, bytes], commit: str = COMMIT) -> Path:
    """Write a repository into the layout of the Hugging Face cache; return its snapshot."""
    import hashlib

    folder = home / f"models--{repository.replace('/', '--')}"
    snapshot = folder / "snapshots" / commit
    for name, content in files.items():
        blob = folder / "blobs" / hashlib.sha256(content).hexdigest()
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(content)
        (snapshot / name).parent.mkdir(parents=True, exist_ok=True)
        (snapshot / name).unlink(missing_ok=True)
        (snapshot / name).symlink_to(blob)
    (folder / "refs").mkdir(exist_ok=True)
    (folder / "refs" / "main").write_text(commit, encoding="utf-8")
    return snapshot
