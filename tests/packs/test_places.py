"""Where parts are looked for, in order, in the true layouts of other programs' folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from weight_files import COMMIT, cache, kohya, safetensors, write

from animegen.errors import WeightsMissing, WeightsUnusable
from animegen.packs import hub_cache
from animegen.packs.catalog import load_pack, pack_folder
from animegen.packs.parts import part_named
from animegen.packs.places import Places
from animegen.packs.weights import Weights

if TYPE_CHECKING:
    from animegen.packs.pack import Pack

LORA = safetensors(kohya(2048))
WEIGHTS = safetensors(content=b"weights")
PACK = """
name = "mine"
extends = "sdxl"
weights = "own"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty machine: no cache and no model folders but those that a test writes."""
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "ANIMEGEN_MODEL_PATHS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def project(home: Path) -> Path:
    folder = home / "project"
    folder.mkdir()
    (folder / "mine.toml").write_text(PACK, encoding="utf-8")
    return folder


@pytest.fixture
def find(project: Path):
    """Find a part of a pack afresh; return its path from the home and whose place it is."""

    def look(part: str, called: str = "mine.toml", pack: Pack | None = None):
        loaded = pack or load_pack(called, project)
        places = Places.of(loaded, pack_folder(called, project), project)
        found = places.find(part_named(loaded, part))
        return found and (found.path.relative_to(project.parent).as_posix(), found.place)

    return look


def hub(home: Path) -> Path:
    return home / "cache" / "huggingface" / "hub"


def sdxl() -> Pack:
    return load_pack("sdxl", Path())


def cached(home: Path, part: str, leave_out: str = "", plain: bool = False) -> Path:
    """Put a part of the pack sdxl into the cache, at its own commit."""
    row = part_named(sdxl(), part).row
    names = [name.replace(".fp16.", ".") if plain else name for name in row.files]
    files = {
        name: WEIGHTS if name.endswith(".safetensors") else b"{}"
        for name in names
        if name != leave_out
    }
    return cache(hub(home), row.hub, files, row.revision if len(row.revision) == 40 else COMMIT)


def test_a_machine_without_models_has_none(find) -> None:
    assert find("base") is None
    assert find("loras.mina") is None


def test_the_order_of_places(home: Path, project: Path, find) -> None:
    part, name = "loras.lcm", "lcm-lora-sdxl.safetensors"
    write(project / "own" / "loras" / name)
    assert find(part) == (f"project/own/loras/{name}", "the pack's folder")
    snapshot = cached(home, part)
    assert find(part) == (
        (snapshot / "pytorch_lora_weights.safetensors").relative_to(home).as_posix(),
        "the Hugging Face cache",
    )
    (project / "extra_model_paths.yaml").write_text(
        "comfyui:\n  base_path: ../comfy\n  loras: models/loras\n", encoding="utf-8"
    )
    write(home / "comfy" / "models" / "loras" / "few-step" / name)
    listed = f"project/../comfy/models/loras/few-step/{name}"
    assert find(part) == (listed, "extra_model_paths.yaml")
    write(project / "models" / "loras" / name)
    assert find(part) == (f"project/models/loras/{name}", "the project")
    write(project / "loras" / name)
    assert find(part) == (f"project/loras/{name}", "the project")


def test_an_absolute_path_is_the_only_place(home: Path, project: Path, find) -> None:
    file = home / "elsewhere" / "sdxl.safetensors"
    (project / "mine.toml").write_text(f'{PACK}\n[base]\npath = "{file}"\n', encoding="utf-8")
    write(project / "sdxl-base" / "unet" / "model.safetensors")
    cached(home, "base")
    assert find("base") is None
    write(file)
    assert find("base") == ("elsewhere/sdxl.safetensors", "the pack's file")


def test_what_the_packs_own_folder_holds_lies_nowhere_else(project: Path, find) -> None:
    text = f'{PACK}\n[loras.mina]\npath = "loras/mina.safetensors"\n'
    (project / "mine.toml").write_text(text, encoding="utf-8")
    write(project / "loras" / "mina.safetensors")
    assert find("loras.mina") is None
    write(project / "own" / "loras" / "mina.safetensors")
    assert find("loras.mina") == ("project/own/loras/mina.safetensors", "the pack's file")


def test_a_project_folder_never_shadows_the_weights_that_ship(project: Path) -> None:
    write(project / "base" / "unet" / "model.safetensors")
    pack, folder = load_pack("mini", project), pack_folder("mini", project)
    found = Places.of(pack, folder, project).find(part_named(pack, "base"))
    assert found is not None
    assert found.path == folder / "mini" / "base"


def test_files_that_users_bring(home: Path, project: Path, find, monkeypatch) -> None:
    assert find("loras.mina", "sdxl") is None
    write(project / "loras" / "mina.safetensors")
    assert find("loras.mina", "sdxl") == ("project/loras/mina.safetensors", "the project")
    paths = home / "comfy.yaml"
    monkeypatch.setenv("ANIMEGEN_MODEL_PATHS", str(paths))
    paths.write_text("comfyui: {base_path: comfy, loras: loras}", encoding="utf-8")
    write(home / "comfy" / "loras" / "anime" / "AnimeFlatColorXL.safetensors")
    assert find("loras.anime-flat-color-xl", "sdxl") == (
        "comfy/loras/anime/AnimeFlatColorXL.safetensors",
        "extra_model_paths.yaml",
    )


def test_a_folder_of_a1111(home: Path, project: Path, find) -> None:
    """The group that ComfyUI's example has for A1111: several folders of one kind, one a line."""
    (project / "extra_model_paths.yaml").write_text(
        """\
a111:
    base_path: $A1111/stable-diffusion-webui/

    checkpoints: models/Stable-diffusion
    configs: models/Stable-diffusion
    vae: models/VAE
    loras: |
         models/Lora
         models/LyCORIS
    upscale_models: |
                  models/ESRGAN
                  models/RealESRGAN
    embeddings: embeddings
    controlnet: models/ControlNet
""",
        encoding="utf-8",
    )
    webui = home / "stable-diffusion-webui" / "models"
    write(webui / "Stable-diffusion" / "sd_xl_base_1.0.safetensors")
    write(webui / "VAE" / "sdxl-vae-fp16-fix" / "diffusion_pytorch_model.safetensors")
    write(webui / "LyCORIS" / "pastel-anime-xl.safetensors")
    write(webui / "ControlNet" / "controlnet-depth-sdxl-1.0" / "model.safetensors")
    assert find("base") is None  # the variable is not set
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("A1111", str(home))
        where = {name: find(name) for name in ("base", "vae", "loras.pastel-anime-xl")}
        depth = find("controls.depth")
    assert where == {
        "base": (
            "stable-diffusion-webui/models/Stable-diffusion/sd_xl_base_1.0.safetensors",
            "extra_model_paths.yaml",
        ),
        "vae": (
            "stable-diffusion-webui/models/VAE/sdxl-vae-fp16-fix",
            "extra_model_paths.yaml",
        ),
        "loras.pastel-anime-xl": (
            "stable-diffusion-webui/models/LyCORIS/pastel-anime-xl.safetensors",
            "extra_model_paths.yaml",
        ),
    }
    assert depth is not None
    assert depth[0].endswith("ControlNet/controlnet-depth-sdxl-1.0")


def test_the_default_group_comes_first_and_links_end(home: Path, project: Path, find) -> None:
    (project / "extra_model_paths.yaml").write_text(
        "one: {loras: ../one}\ntwo: {is_default: true, loras: ../two}\nthree:\n", encoding="utf-8"
    )
    for folder in ("one", "two"):
        write(home / folder / "lcm-lora-sdxl.safetensors")
    for name in ("a", "b", "c", "d"):  # four ways at every level, if nobody counts
        (home / "two" / name).symlink_to(home)
    assert find("loras.lcm") == (
        "project/../two/lcm-lora-sdxl.safetensors",
        "extra_model_paths.yaml",
    )


@pytest.mark.parametrize("text", ["- a\n", "a: [1\n", "a: b\n", "a: &x [*x]\nb: {<<: 3}\n"])
def test_a_file_that_is_not_comfyuis_says_so(project: Path, find, text: str) -> None:
    (project / "extra_model_paths.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(WeightsUnusable) as caught:
        find("base")
    assert caught.value.message.startswith(
        f"{project / 'extra_model_paths.yaml'} is not of the form of ComfyUI's"
    )


def test_a_file_that_the_variable_names_must_be_there(home: Path, find, monkeypatch) -> None:
    monkeypatch.setenv("ANIMEGEN_MODEL_PATHS", str(home / "none.yaml"))
    with pytest.raises(WeightsUnusable) as caught:
        find("base")
    assert caught.value.message == (
        f"ANIMEGEN_MODEL_PATHS names {home / 'none.yaml'}, which is not there"
    )


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"HF_HUB_CACHE": "/a", "HF_HOME": "/b"}, "/a"),
        ({"HUGGINGFACE_HUB_CACHE": "/c", "HF_HOME": "/b"}, "/c"),
        ({"HF_HOME": "/b", "XDG_CACHE_HOME": "/d"}, "/b/hub"),
        ({"XDG_CACHE_HOME": "/d"}, "/d/huggingface/hub"),
        ({}, str(Path.home() / ".cache/huggingface/hub")),
    ],
)
def test_the_cache_is_where_the_hub_says(environment: dict[str, str], folder: str) -> None:
    assert hub_cache.cache_folder(environment) == Path(folder)


def test_a_branch_is_what_it_last_meant(home: Path, find) -> None:
    row = part_named(sdxl(), "controls.lineart").row
    assert row.revision == "main"
    snapshot = cached(home, "controls.lineart")
    found = find("controls.lineart")
    assert found == (snapshot.relative_to(home).as_posix(), "the Hugging Face cache")
    (snapshot.parents[1] / "refs" / "main").write_text("f" * 40, encoding="utf-8")
    assert find("controls.lineart") is None
    (snapshot.parents[1] / "refs" / "main").unlink()
    assert find("controls.lineart") is None


def test_another_commit_is_other_files(home: Path, find) -> None:
    row = part_named(sdxl(), "vae").row
    files = {"config.json": b"{}", "diffusion_pytorch_model.safetensors": WEIGHTS}
    cache(hub(home), row.hub, files, COMMIT)
    assert find("vae") is None


def test_an_unfinished_download_is_missing(home: Path, find) -> None:
    cached(home, "base", leave_out="unet/diffusion_pytorch_model.fp16.safetensors")
    assert find("base") is None
    cached(home, "base")
    assert find("base") is not None


def test_plain_files_serve_where_a_variant_is_asked_for(home: Path, find) -> None:
    cached(home, "motion", plain=True)
    assert find("motion") is not None


@pytest.mark.parametrize("called", ["sdxl", "mine.toml"])
def test_what_is_missing_says_how_to_get_it(project: Path, called: str) -> None:
    pack, folder = load_pack(called, project), pack_folder(called, project)
    weights = Weights.of(pack, project, cache=project / "memory.json", folder=folder, called=called)
    with pytest.raises(WeightsMissing) as caught:
        weights.component(pack.base.path)
    assert caught.value.message == (
        f"`base` of pack {called} is not on this machine: "
        "stabilityai/stable-diffusion-xl-base-1.0 at 4621659"
    )
    assert caught.value.remedy == f"storyboard models pull {called}"
    assert caught.value.exit_code == 4
    assert len(weights.missing()) == 15


def test_a_slot_says_where_to_put_the_file(project: Path) -> None:
    weights = Weights.of(load_pack("sdxl", project), project, cache=project / "memory.json")
    with pytest.raises(WeightsMissing) as caught:
        weights.lora("mina")
    assert caught.value.message == (
        "`loras.mina` of pack sdxl is not on this machine: it is yours to bring"
    )
    assert caught.value.remedy == (
        "put it at loras/mina.safetensors in the project, or in a model folder "
        "(`storyboard models list sdxl` shows where it may lie)"
    )
