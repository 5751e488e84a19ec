"""The packs of published models as data: what the brief of SDXL and SD 2 asks of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from animegen.digest import digest_of, file_digest
from animegen.packs.catalog import SHIPPED, load_pack
from animegen.packs.parts import Part, parts
from animegen.packs.weights import Weights
from animegen.steps.diffusion import Sampler

PACKS = {name: load_pack(name, Path()) for name in ("sdxl", "sd2")}
PARTS = [
    pytest.param(part, id=f"{name}-{part.name}")
    for name, pack in PACKS.items()
    for part in parts(pack)
]
COMMIT = re.compile(r"[0-9a-f]{40}")


@pytest.mark.parametrize("part", PARTS)
def test_every_part_says_where_it_comes_from_or_that_nobody_knows(part: Part) -> None:
    row = part.row
    if row.hub:
        assert row.source == f"https://huggingface.co/{row.hub}"
        assert row.licence
        assert row.size
        assert all(name.endswith((".safetensors", ".json", ".txt")) for name in row.files)
        assert COMMIT.fullmatch(row.revision) or row.verified is False
        assert row.verified is not None
        if part.kind == "lora":
            assert len(row.files) == 1
    else:
        assert row.verified is False
    if row.verified is False or row.experimental:
        assert row.note


@pytest.mark.parametrize("part", PARTS)
def test_digests_are_of_files_that_are_used(part: Part) -> None:
    assert set(part.row.sha256) <= set(part.row.files)
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in part.row.sha256.values())


def test_the_weights_of_the_brief() -> None:
    sdxl, sd2 = PACKS["sdxl"], PACKS["sd2"]
    assert sdxl.base_model == "sdxl"
    assert sdxl.vae is not None
    assert sdxl.vae.hub == "madebyollin/sdxl-vae-fp16-fix"
    assert set(sdxl.controls) == {"openpose", "depth", "canny", "lineart"}
    assert all(sdxl.follows(word) for word in sdxl.controls)
    assert sdxl.motion_loras == {}
    ranges = {name: (lora.role, lora.low, lora.high) for name, lora in sdxl.loras.items()}
    assert ranges == {
        "lcm": ("few-step", 1.0, 1.0),
        "pastel-anime-xl": ("style", 0.7, 0.85),
        "anime-flat-color-xl": ("style", 0.15, 0.3),
        "mina": ("character", 0.6, 0.8),
        "hana": ("character", 0.6, 0.8),
        "aesthetic-anime": ("aesthetic", 0.1, 0.2),
    }
    assert (sd2.base_model, sd2.vae, sd2.motion.experimental) == ("sd2", None, True)


def test_each_motion_module_has_the_betas_that_it_was_trained_with() -> None:
    betas = {
        name: (pack.motion.beta_schedule, pack.motion.beta_start, pack.motion.beta_end)
        for name, pack in PACKS.items()
    }
    assert betas == {
        "sdxl": ("scaled_linear", 0.00085, 0.020),
        "sd2": ("linear", 0.00085, 0.012),
    }


def test_the_qualities_are_within_what_they_recommend() -> None:
    for pack in PACKS.values():
        for settings in pack.qualities.values():
            assert settings.steps_range[0] <= settings.steps <= settings.steps_range[1]
            low, high = settings.guidance_range
            assert low <= settings.guidance <= high
    words = {name: pack.qualities["fast"].scheduler for name, pack in PACKS.items()}
    assert words == {"sdxl": "lcm", "sd2": "tcd"}
    fast = PACKS["sdxl"].qualities["fast"]
    assert (fast.steps_range, fast.guidance_range) == ((4, 6), (1.5, 2.0))
    high = PACKS["sdxl"].qualities["high"]
    assert (high.scheduler, high.steps_range, high.guidance) == ("dpmpp-2m-karras", (20, 30), 6.0)
    assert Sampler(scheduler=high.scheduler, steps=high.steps, guidance=high.guidance)


def test_the_digests_of_mini_are_those_of_its_files() -> None:
    """What was rendered with mini before packs could come from elsewhere keeps its keys."""
    pack = load_pack("mini", SHIPPED)
    weights = Weights.of(pack, SHIPPED, cache=Path("none.json"), folder=SHIPPED)
    for part in parts(pack):
        path = SHIPPED / "mini" / part.row.path
        files = {file.relative_to(path).as_posix(): file for file in path.rglob("*.*")}
        inside = {name: file_digest(file) for name, file in files.items() if file.is_file()}
        want = file_digest(path) if path.is_file() else digest_of(inside)
        assert weights.component(part.row.path) == want
