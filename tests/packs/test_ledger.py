"""Weights that ship are known by the list beside them, without being read."""

from __future__ import annotations

import json

import pytest
from weight_files import safetensors

from animegen.packs import fingerprint, weights
from animegen.packs.catalog import load_pack
from animegen.packs.ledger import LEDGER, Ledger
from animegen.packs.weights import Weights

DIGEST = "d" * 64
SIZE = len(safetensors(content=b"x"))
LISTED = {"loras/mina.safetensors": {"sha256": DIGEST, "bytes": SIZE}}


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """The smoke pack, as if its weights shipped in a folder `w`, with one LoRA listed."""
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    (tmp_path / "w" / "loras").mkdir(parents=True)
    (tmp_path / "w" / "loras" / "mina.safetensors").write_bytes(safetensors(content=b"x"))
    (tmp_path / "w" / LEDGER).write_text(json.dumps(LISTED), encoding="utf-8")
    return load_pack("smoke", tmp_path).model_copy(update={"weights": "w"})


def look(pack, folder, name="mina"):
    found = Weights.of(pack, folder, cache=folder / "memory.json", folder=folder)
    return found.lora(name)


def test_what_is_listed_is_not_read(shipped, tmp_path, monkeypatch):
    monkeypatch.setattr(fingerprint, "file_digest", lambda path: pytest.fail("read"))
    assert look(shipped, tmp_path) == DIGEST
    assert not (tmp_path / "memory.json").exists()


def test_a_file_of_another_size_is_read(shipped, tmp_path):
    (tmp_path / "w" / "loras" / "mina.safetensors").write_bytes(safetensors(content=b"x" * 9))
    assert look(shipped, tmp_path) != DIGEST


def test_a_file_that_is_not_listed_is_read(shipped, tmp_path):
    (tmp_path / "w" / "loras" / "lcm.safetensors").write_bytes(safetensors(content=b"x"))
    assert look(shipped, tmp_path, "lcm") != DIGEST


def test_a_list_elsewhere_is_not_believed(shipped, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "SHIPPED", tmp_path / "package")
    assert look(shipped, tmp_path) != DIGEST


def test_the_projects_own_files_are_not_listed(tmp_path):
    ledger = Ledger(tmp_path / "w", LISTED)
    assert ledger.digest(tmp_path / "w" / "loras" / "mina.safetensors", SIZE) == DIGEST
    assert ledger.digest(tmp_path / "loras" / "mina.safetensors", SIZE) is None


@pytest.mark.parametrize(
    "text",
    ["{broken", "[]", "7", '{"loras/mina.safetensors": 1}', '{"loras/mina.safetensors": {}}'],
)
def test_a_damaged_list_costs_only_time(shipped, tmp_path, text):
    (tmp_path / "w" / LEDGER).write_text(text, encoding="utf-8")
    assert len(look(shipped, tmp_path)) == 64
