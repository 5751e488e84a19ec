"""Loaders ask for plain names; a variant is shown to them under those."""

from __future__ import annotations

from pathlib import Path

import pytest
from weight_files import safetensors, write

from animegen.digest import digest_of, file_digest
from animegen.packs.catalog import load_pack
from animegen.packs.fingerprint import Fingerprints
from animegen.packs.plain import plain_folder
from animegen.packs.weights import Weights

HALF = "diffusion_pytorch_model.fp16.safetensors"
PLAIN = "diffusion_pytorch_model.safetensors"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def digest(tmp_path: Path):
    return lambda folder, variant="": Fingerprints(tmp_path / "m.json").of(folder, variant)


def test_the_variant_is_read_under_the_plain_name(tmp_path: Path, digest) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        write(folder / "config.json", b"{}")
    write(one / HALF, b"half")
    write(other / PLAIN, b"half")
    assert digest(one, "fp16") == digest(other) == digest(other, "fp16")
    write(one / PLAIN, b"single")
    assert digest(one, "fp16") == digest(other)
    assert digest(one) != digest(other)
    last = tmp_path / "last"  # whatever order the folder lists them in
    for name, content in ((PLAIN, b"single"), (HALF, b"half")):
        write(last / name, content)
    write(last / "config.json", b"{}")
    assert digest(last, "fp16") == digest(other)


def test_a_folder_of_links_has_the_names_that_loaders_ask_for(tmp_path: Path) -> None:
    folder = tmp_path / "base"
    write(folder / "model_index.json", b"{}")
    write(folder / "unet" / HALF, b"half")
    write(folder / "unet" / PLAIN, b"single")
    write(folder / "vae" / PLAIN, b"single")
    write(folder / "vae_1_0" / PLAIN, b"older")
    shown = plain_folder(folder, "fp16")
    assert sorted(path.relative_to(shown).as_posix() for path in shown.rglob("*.*")) == [
        "model_index.json",
        f"unet/{PLAIN}",
        f"vae/{PLAIN}",
    ]
    assert (shown / "unet" / PLAIN).read_bytes() == safetensors(content=b"half")
    assert plain_folder(folder, "fp16") == shown
    assert [path.name for path in shown.parent.iterdir()] == [shown.name]
    (folder / "unet" / HALF).unlink()
    assert plain_folder(folder, "fp16") == plain_folder(folder, "") == folder


def test_diffusers_loads_what_only_has_a_variant(tmp_path: Path) -> None:
    import torch
    from diffusers import AutoencoderKL

    model = AutoencoderKL(block_out_channels=(8,), norm_num_groups=1, layers_per_block=1)
    model.half().save_pretrained(tmp_path / "vae", variant="fp16")
    assert [path.suffixes[0] for path in (tmp_path / "vae").glob("*.safetensors")] == [".fp16"]
    (tmp_path / "own.toml").write_text(
        'name = "own"\nextends = "smoke"\nweights = "."\n[vae]\npath = "vae"\nvariant = "fp16"\n',
        encoding="utf-8",
    )
    pack = load_pack("own.toml", tmp_path)
    assert pack.vae is not None
    weights = Weights.of(pack, tmp_path, cache=tmp_path / "memory.json", folder=tmp_path)
    path = weights.path(weights.component(pack.vae.path))
    loaded = AutoencoderKL.from_pretrained(path, use_safetensors=True, torch_dtype=torch.float16)
    assert all(
        torch.equal(one, other)
        for one, other in zip(model.parameters(), loaded.parameters(), strict=True)
    )
    afresh = Weights.of(pack, tmp_path, cache=tmp_path / "memory.json", folder=tmp_path)
    assert afresh.path(weights.component(pack.vae.path)) == path


def test_the_digests_of_mini_are_those_of_its_plain_files() -> None:
    """What was rendered with mini before variants existed keeps its keys."""
    from animegen.packs.catalog import SHIPPED
    from animegen.packs.fingerprint import contents
    from animegen.packs.parts import parts

    pack = load_pack("mini", SHIPPED)
    weights = Weights.of(pack, SHIPPED, cache=Path("none.json"), folder=SHIPPED)
    for part in parts(pack):
        path = SHIPPED / "mini" / part.row.path
        if path.is_file():
            want = file_digest(path)
        else:
            files = {file.relative_to(path).as_posix(): file for file in path.rglob("*.*")}
            assert contents(path, "") == {
                name: file for name, file in files.items() if file.is_file()
            }
            want = digest_of({name: file_digest(files[name]) for name in files})
        assert weights.component(part.row.path) == want
