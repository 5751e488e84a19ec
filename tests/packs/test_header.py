"""A damaged weights file says what is wrong with it, before anything of it is loaded."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from weight_files import kohya, safetensors

from animegen.packs.damage import WeightsDamaged
from animegen.packs.fingerprint import Fingerprints
from animegen.packs.header import read_header

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = safetensors(kohya(2048), {"format": "pt"})
LENGTH = int.from_bytes(WHOLE[:8], "little")
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 134\n"
PAGE = b"\n<!DOCTYPE html>\n<html><body>Sign in to download</body></html>"


def flipped(at: int, bit: int = 0) -> bytes:
    return WHOLE[:at] + bytes([WHOLE[at] ^ (1 << bit)]) + WHOLE[at + 1 :]


@pytest.fixture
def damage(tmp_path: Path):
    """Write bytes into a file and return the error of reading its header."""

    def look(content: bytes) -> WeightsDamaged:
        path = tmp_path / "a.safetensors"
        path.write_bytes(content)
        with pytest.raises(WeightsDamaged) as caught:
            read_header(path)
        assert caught.value.exit_code == 4
        return caught.value

    return look


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(WHOLE)
    header = read_header(path)
    assert header.metadata == {"format": "pt"}
    assert {name.rsplit(".", 2)[-2]: one.shape for name, one in header.tensors.items()} == {
        "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k": (),
        "lora_down": (4, 2048),
        "lora_up": (640, 4),
    }


def test_what_safetensors_writes_is_read(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    kinds = [torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.uint8, torch.bool,
             torch.float8_e4m3fn, torch.complex64]  # fmt: skip
    tensors = {str(kind): torch.zeros(3, 5).to(kind) for kind in kinds}
    save_file({**tensors, "empty": torch.zeros(0, 4)}, tmp_path / "a.safetensors", {"a": "b"})
    header = read_header(tmp_path / "a.safetensors")
    assert {name: one.shape for name, one in header.tensors.items()} == {
        **dict.fromkeys(tensors, (3, 5)),
        "empty": (0, 4),
    }


@pytest.mark.parametrize(
    ("content", "cause", "message", "remedy"),
    [
        (b"", "empty", "{path} is empty: it has no bytes at all", "download it again"),
        (
            POINTER,
            "lfs-pointer",
            "{path} is a pointer of Git LFS, not the weights themselves",
            "run `git lfs pull` where it was cloned, or download the file itself",
        ),
        (
            PAGE,
            "web-page",
            "{path} is a web page, not weights",
            "its download was answered by a page, most often a login or an error: open the address "
            "in a browser, then download the file itself",
        ),
        (
            WHOLE[:5],
            "truncated",
            "{path} is cut off: of more than 8 bytes it has 5",
            "download it again",
        ),
        (
            WHOLE[:100],
            "truncated",
            f"{{path}} is cut off: of more than {8 + LENGTH} bytes it has 100",
            "download it again",
        ),
        (
            WHOLE[:-1],
            "truncated",
            f"{{path}} is cut off: of {len(WHOLE)} bytes it has {len(WHOLE) - 1}",
            "download it again",
        ),
        (
            WHOLE + b"!!",
            "header",
            "the header of {path} is damaged: 2 bytes follow that it does not tell of",
            "download it again",
        ),
        (
            flipped(7, 3),
            "header",
            "the header of {path} is damaged: it would be longer than any header is",
            "download it again",
        ),
        (
            flipped(8),
            "header",
            "the header of {path} is damaged: it cannot be read (JSONDecodeError)",
            "download it again",
        ),
        (
            WHOLE.replace(b"F16", b"F17"),
            "header",
            "the header of {path} is damaged: `lora_unet_down_blocks_1_attentions_0_transformer_"
            "blocks_0_attn2_to_k.alpha` is of the unknown kind F17",
            "download it again",
        ),
        (
            WHOLE.replace(b"[4, 2048]", b"[4, 2049]"),
            "header",
            "the header of {path} is damaged: `lora_unet_down_blocks_1_attentions_0_transformer_"
            "blocks_0_attn2_to_k.lora_down.weight` does not fit its place",
            "download it again",
        ),
        (b"[]".rjust(10, b"\0"), "header", None, "download it again"),
    ],
)
def test_each_cause_has_its_words(
    damage, tmp_path: Path, content: bytes, cause: str, message: str | None, remedy: str
) -> None:
    error = damage(content)
    assert (error.cause, error.remedy) == (cause, remedy)
    if message is not None:
        assert error.message == message.replace("{path}", str(tmp_path / "a.safetensors"))


@pytest.mark.parametrize("start", [b"PK\x03\x04rest of an archive", b"\x80\x02}q\x00(X\x05\x00"])
def test_a_pickle_under_another_name_is_one(damage, start: bytes) -> None:
    assert damage(start).cause == "pickle"


def test_no_flipped_bit_of_a_header_surprises(tmp_path: Path) -> None:
    """A flipped letter of a name leaves a whole file; everything else has a cause."""
    path = tmp_path / "a.safetensors"
    causes = set()
    for at in range(8 + LENGTH):
        path.write_bytes(flipped(at, at % 8))
        try:
            read_header(path)
        except WeightsDamaged as error:
            causes.add(error.cause)
    assert causes == {"header", "truncated"}


def test_no_length_of_a_cut_surprises(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    for length in range(1, len(WHOLE), 97):
        path.write_bytes(WHOLE[:length])
        with pytest.raises(WeightsDamaged) as caught:
            read_header(path)
        assert caught.value.cause == "truncated"


def test_a_damaged_file_has_no_digest_and_a_folder_names_its_file(tmp_path: Path) -> None:
    fingerprints = Fingerprints(tmp_path / "memory.json")
    path = tmp_path / "base" / "unet" / "model.safetensors"
    path.parent.mkdir(parents=True)
    path.write_bytes(WHOLE[:-1])
    with pytest.raises(WeightsDamaged) as caught:
        fingerprints.of(tmp_path / "base")
    assert (caught.value.cause, str(path) in caught.value.message) == ("truncated", True)
    path.write_bytes(WHOLE)
    assert len(fingerprints.of(tmp_path / "base")) == 64


def test_a_pickle_is_refused_with_a_way_to_convert_it_that_works(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    path = tmp_path / "my model.ckpt"
    shared = torch.arange(6.0).reshape(2, 3)
    torch.save({"state_dict": {"a": shared, "b": shared.t(), "step": 7}}, path)
    with pytest.raises(WeightsDamaged) as caught:
        Fingerprints(tmp_path / "memory.json").of(path)
    assert caught.value.cause == "pickle"
    assert caught.value.message == f"{path} is a pickle: loading it could run any code"
    command = caught.value.remedy.split("\n")[1].strip()
    command = command.replace("python ", f"{sys.executable} ", 1)
    subprocess.run(command, shell=True, check=True, cwd=tmp_path)
    tensors = load_file(tmp_path / "my model.safetensors")
    assert {name: tuple(tensor.shape) for name, tensor in tensors.items()} == {
        "a": (2, 3),
        "b": (3, 2),
    }
