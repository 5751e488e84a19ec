"""Weights are known by content: the same file under another name is the same weights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from weight_files import safetensors, write

from animegen.errors import WeightsMissing, WeightsUnusable
from animegen.packs import fingerprint, generated
from animegen.packs.catalog import load_pack
from animegen.packs.weights import Weights


@pytest.fixture
def smoke(tmp_path):
    return load_pack("smoke", tmp_path)


@pytest.fixture
def local(smoke):
    """The smoke pack, as if its weights lay in a folder `w`."""
    return smoke.model_copy(update={"weights": "w"})


@pytest.fixture
def weights(tmp_path):
    """Look weights up afresh, as a new process does."""

    def look(pack, **changes):
        found = Weights.of(pack, tmp_path, cache=tmp_path / "cache" / "weights.json")
        return replace(found, **changes)

    return look


@pytest.fixture
def put(tmp_path):
    return lambda name, content=b"x": write(tmp_path / name, content)


def test_a_renamed_lora_is_the_same_lora(weights, local, put):
    put("loras/one.safetensors", b"same")
    put("loras/two.safetensors", b"same")
    put("loras/other.safetensors", b"other")
    found = weights(local)
    assert found.lora("loras/one.safetensors") == found.lora("loras/two.safetensors")
    assert found.lora("loras/one.safetensors") != found.lora("loras/other.safetensors")


def test_names_of_the_pack_and_files_of_the_project(weights, local, put, tmp_path):
    put("w/loras/mina.safetensors", b"pack's")
    put("loras/mina.safetensors", b"project's")
    found = weights(local)
    assert found.path(found.lora("mina")) == tmp_path / "w/loras/mina.safetensors"
    assert found.path(found.lora("loras/mina.safetensors")) == tmp_path / "loras/mina.safetensors"


def test_the_packs_folder_is_where_its_weights_start_from(local, put, tmp_path):
    put("elsewhere/w/loras/mina.safetensors")
    found = Weights.of(local, tmp_path, cache=tmp_path / "c.json", folder=tmp_path / "elsewhere")
    assert found.path(found.lora("mina")).is_file()


@pytest.mark.parametrize(
    ("edited", "same"),
    [
        ("w/base/unet/model.safetensors", False),
        ("w/base/unet/config.json", False),
        ("w/base/tokenizer/merges.txt", False),
        ("w/base/preview.png", True),
        ("w/base/unet/model.bin", True),
        ("w/base/unet/model.fp16.safetensors", True),
        ("w/base/unet/model-00001-of-00002.safetensors", False),
        ("w/base/unet/model.safetensors.index.json", False),
        ("w/base/unet/model.safetensors.index.fp16.json", True),
    ],
)
def test_a_folder_is_what_is_read_of_it(weights, local, put, edited, same):
    for name in ("unet/model.safetensors", "unet/config.json", "tokenizer/merges.txt"):
        put(f"w/base/{name}")
    before = weights(local).component("base")
    put(edited, b"changed")
    assert (weights(local).component("base") == before) is same


@pytest.mark.parametrize(
    ("edited", "same"),
    [
        ("model_index.json", False),
        ("unet/model.safetensors", False),
        ("text_encoder_2/config.json", False),
        ("tokenizer_2/merges.txt", False),
        ("scheduler/scheduler_config.json", False),
        ("unet/model.fp16.safetensors", True),
        ("unet/older/model.safetensors", True),
        ("single-file.safetensors", True),
        ("vae_1_0/model.safetensors", True),
    ],
)
def test_a_whole_model_is_its_components(weights, local, put, edited, same):
    put("w/base/model_index.json")
    put("w/base/unet/model.safetensors")
    before = weights(local).component("base")
    put(f"w/base/{edited}", b"changed")
    assert (weights(local).component("base") == before) is same


def test_a_model_without_weights_that_would_be_loaded_is_missing(weights, local, put):
    put("w/base/model_index.json")
    put("w/base/single-file.safetensors")
    with pytest.raises(WeightsMissing, match=r"no weights in .*base"):
        weights(local).component("base")


def test_without_plain_names_a_variant_counts(weights, local, put):
    put("w/base/model_index.json")
    put("w/base/unet/model.fp16.safetensors", b"one")
    before = weights(local).component("base")
    put("w/base/unet/model.fp16.safetensors", b"another")
    assert weights(local).component("base") != before


def test_a_file_that_moves_within_a_folder_changes_it(weights, local, put):
    path = put("w/base/unet/model.safetensors")
    before = weights(local).component("base")
    path.rename(path.with_name("other.safetensors"))
    assert weights(local).component("base") != before


def test_a_linked_folder_counts_by_what_it_leads_to(weights, local, put, tmp_path):
    put("elsewhere/one/model.safetensors", b"one")
    put("elsewhere/two/model.safetensors", b"two")
    put("w/base/vae/model.safetensors")
    link = tmp_path / "w" / "base" / "unet"
    digests = []
    for name in ("one", "two"):
        link.unlink(missing_ok=True)
        link.symlink_to(tmp_path / "elsewhere" / name)
        digests.append(weights(local).component("base"))
    assert digests[0] != digests[1]


def test_links_that_lead_back_or_nowhere_end(weights, local, put, tmp_path):
    put("w/base/unet/model.safetensors")
    before = weights(local).component("base")
    (tmp_path / "w/base/unet/up").symlink_to(tmp_path / "w")
    (tmp_path / "w/base/unet/self").symlink_to("self")
    (tmp_path / "w/base/unet/gone").symlink_to(tmp_path / "gone")
    assert weights(local).component("base") == before


def test_two_links_to_one_folder_both_count(weights, local, put, tmp_path):
    put("shared/model.safetensors")
    put("w/base/vae/model.safetensors")
    digests = {weights(local).component("base")}
    for name in ("text_encoder", "text_encoder_2"):
        (tmp_path / "w" / "base" / name).symlink_to(tmp_path / "shared")
        digests.add(weights(local).component("base"))
    assert len(digests) == 3


def test_content_is_read_once_while_size_and_time_stay(weights, local, put, monkeypatch):
    path = put("loras/one.safetensors", b"1")
    digest = weights(local).lora("loras/one.safetensors")
    with monkeypatch.context() as patch:
        patch.setattr(fingerprint, "file_digest", lambda path: pytest.fail("read again"))
        assert weights(local).lora("loras/one.safetensors") == digest
    path.write_bytes(safetensors(content=b"2"))
    os.utime(path, ns=(0, 0))
    assert weights(local).lora("loras/one.safetensors") != digest


def test_what_is_forgotten_is_read_again(put, tmp_path, monkeypatch):
    """As `models verify` does: a bit may rot while size and times stay."""
    file = put("base/unet/model.safetensors")
    read = []
    real = fingerprint.file_digest
    monkeypatch.setattr(fingerprint, "file_digest", lambda path: read.append(path) or real(path))
    known = fingerprint.Fingerprints(tmp_path / "memory.json")
    for path in (tmp_path / "base", file):
        known.of(path)
        known.of(path)
        known.forget(path)
        known.of(path)
    assert read == [file] * 3


def test_other_content_of_the_same_size_and_time_is_read_again(weights, local, put):
    path = put("loras/one.safetensors", b"1")
    before, digest = path.stat(), weights(local).lora("loras/one.safetensors")
    path.write_bytes(safetensors(content=b"2"))
    while path.stat().st_ctime_ns == before.st_ctime_ns:  # the clock of a file system is coarse
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert weights(local).lora("loras/one.safetensors") != digest


def test_another_file_in_its_place_is_read_again(weights, local, put, tmp_path):
    path, other = put("loras/one.safetensors", b"1"), put("other.safetensors", b"2")
    digest = weights(local).lora("loras/one.safetensors")
    memory = tmp_path / "cache" / "weights.json"
    known = json.loads(memory.read_text(encoding="utf-8"))
    other.replace(path)
    stat = path.stat()
    (entry,) = known.values()
    entry[:3] = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]
    memory.write_text(json.dumps(known), encoding="utf-8")
    assert weights(local).lora("loras/one.safetensors") != digest


def test_processes_do_not_write_the_memory_over_each_other(weights, local, put, monkeypatch):
    beside, replace = [], Path.replace
    monkeypatch.setattr(Path, "replace", lambda *way: beside.append(way[0]) or replace(*way))
    for name in ("one", "two"):
        put(f"loras/{name}.safetensors")
        weights(local).lora(f"loras/{name}.safetensors")
    assert len(set(beside)) == 2
    assert [path.name for path in beside[0].parent.iterdir()] == ["weights.json"]


@pytest.mark.parametrize(
    "memory", ["{broken", "null", "[]", "7", '{"FILE": null}', '{"FILE": []}', '{"FILE": [1, 2]}']
)
def test_a_damaged_memory_costs_only_time(weights, local, put, tmp_path, memory):
    path = put("loras/one.safetensors")
    digest = weights(local).lora("loras/one.safetensors")
    damaged = memory.replace("FILE", str(path.resolve()))
    (tmp_path / "cache" / "weights.json").write_text(damaged, encoding="utf-8")
    assert weights(local).lora("loras/one.safetensors") == digest


def test_an_unwritable_memory_costs_only_time(weights, local, put):
    put("loras/one.safetensors")
    digest = weights(local).lora("loras/one.safetensors")
    blocked = fingerprint.Fingerprints(put("file") / "weights.json")
    assert weights(local, fingerprints=blocked).lora("loras/one.safetensors") == digest


@pytest.mark.parametrize("name", ["a.ckpt", "a.pt", "a.pth", "a.bin", "a.pickle", "a.CKPT"])
def test_a_pickled_lora_is_refused(weights, local, put, name):
    put(name)
    with pytest.raises(WeightsUnusable, match="is a pickle"):
        weights(local).lora(name)


def test_a_folder_of_pickles_only_is_refused(weights, local, put):
    put("w/base/unet/model.bin")
    with pytest.raises(WeightsUnusable, match="is a pickle"):
        weights(local).component("base")


def test_what_is_missing_is_named(weights, local, put, tmp_path):
    found = weights(local)
    with pytest.raises(WeightsMissing, match=r"no weights in .*base"):
        found.component("base")
    with pytest.raises(WeightsMissing, match=r"none\.safetensors"):
        found.lora("none.safetensors")
    put("w/base/unet/model.safetensors")
    missing = [entry.path.relative_to(tmp_path).as_posix() for entry in found.missing()]
    assert missing[0] == "w/motion"
    assert len(missing) == 1 + len(local.loras) + len(local.motion_loras) + 3
    assert {"w/controlnet", "w/detectors/pose", "w/detectors/depth"} < set(missing)


def test_a_fresh_process_finds_a_digest(weights, local, put, tmp_path):
    path = put("loras/deep/one.safetensors", b"project's")
    base = put("w/base/unet/model.safetensors").parent.parent
    found = weights(local)
    digests = found.lora("loras/deep/one.safetensors"), found.component("base")
    afresh = weights(local)
    assert [afresh.path(digest) for digest in digests] == [path, base]
    with pytest.raises(WeightsMissing, match="no weights with the digest 000000000000"):
        afresh.path("0" * 64)


def test_a_damaged_file_that_nobody_asked_for_stops_no_worker(weights, local, put):
    path = put("loras/one.safetensors", b"wanted")
    digest = weights(local).lora("loras/one.safetensors")
    put("loras/broken.safetensors").write_bytes(b"<html>")
    put("w/loras/mina.safetensors").write_bytes(b"")
    assert weights(local).path(digest) == path


def test_generated_weights_are_known_without_making_them(weights, smoke, monkeypatch):
    monkeypatch.setattr(generated, "_make", lambda *_: pytest.fail("made"))
    found = weights(smoke)
    digests = [found.component("base"), found.component("motion"), found.lora("mina")]
    assert len({*digests, found.lora("lcm")}) == 4
    assert [len(digest) for digest in digests] == [64] * 3
    assert found.missing() == []
    assert weights(smoke).component("base") == digests[0]


def test_another_recipe_is_other_weights(weights, smoke, monkeypatch):
    before = weights(smoke).component("base")
    from animegen.packs import weights as module

    monkeypatch.setattr(module, "recipe_digest", lambda name: "another")
    assert weights(smoke).component("base") != before


def test_an_unknown_recipe_is_missing(weights, smoke):
    with pytest.raises(WeightsMissing, match="generated:none"):
        weights(smoke.model_copy(update={"weights": "generated:none"})).component("base")


def test_planning_imports_no_torch():
    code = (
        "import sys; from pathlib import Path; from animegen.packs.catalog import load_pack;"
        "from animegen.packs.weights import Weights;"
        "pack = load_pack('smoke', Path());"
        "Weights.of(pack, Path(), cache=Path('none.json')).lora('mina');"
        "sys.exit(any(name in sys.modules for name in ('torch', 'numpy', 'diffusers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
