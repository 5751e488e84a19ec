"""Finding and reading packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from animegen.packs.catalog import (
    SHIPPED,
    PackInvalid,
    PackNotFound,
    load_pack,
    names,
    pack_file,
    pack_folder,
)
from animegen.packs.pack import Checkpoint
from animegen.packs.parts import part_named
from animegen.packs.places import Places

if TYPE_CHECKING:
    from pathlib import Path

QUALITY = (
    '{scheduler = "lcm", steps = 4, guidance = 1.7, steps_range = [4, 6], '
    "guidance_range = [1.5, 2.0]}"
)
PACK = f"""
name = "mine"
title = "Mine"
base_model = "sdxl"
licence = "CC0-1.0"
weights = "files"
base = {{path = "base"}}
motion = {{path = "motion"}}
dtype = {{cpu = "float32"}}
frame = {{width = 64, height = 64}}
[qualities]
draft = {QUALITY}
fast = {QUALITY}
high = {QUALITY}
"""


def test_names_are_the_packs_that_ship() -> None:
    assert "smoke" in names()
    assert "weights" not in names()


@pytest.mark.parametrize("name", names())
def test_shipped_packs_are_whole(name: str, tmp_path: Path) -> None:
    assert load_pack(name, tmp_path).name == name
    assert pack_file(name, tmp_path).is_file()


def test_a_pack_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "mine.toml").write_text(PACK)
    pack = load_pack("packs/mine.toml", tmp_path)
    assert (pack.name, pack.qualities["fast"].steps) == ("mine", 4)
    assert pack_folder("packs/mine.toml", tmp_path) == tmp_path / "packs"


def test_unknown_packs(tmp_path: Path) -> None:
    with pytest.raises(PackNotFound) as missing:
        load_pack("mine", tmp_path)
    assert missing.value.message == "there is no pack `mine`"
    assert missing.value.exit_code == 3
    with pytest.raises(PackNotFound) as missing:
        load_pack("mine.toml", tmp_path)
    assert missing.value.message == "the pack file mine.toml is not there"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"mine"', "mine", "mine.toml is not TOML: Invalid value (at line 2, column 8)"),
        ('"sdxl"', '"sd9"', "mine.toml: `base_model`: input should be 'sdxl' or 'sd2'"),
        ("steps = 4", 'steps = "x"', "mine.toml: `qualities.draft.steps`: input should be a valid"),
        (
            "cpu =",
            "xpu =",
            "mine.toml: `dtype.xpu`: string should match pattern '^(cpu|cuda|mps)$'",
        ),
        ("[qual", "colour = 1\n[qual", "mine.toml: `colour`: extra inputs are not permitted"),
        (f"high = {QUALITY}", "", "mine.toml: `qualities.high`: field required"),
        (
            "high = {",
            'high = {lora = "lcm", ',
            "mine.toml: `qualities.high.lora`: `lcm` is not among its loras",
        ),
    ],
)
def test_invalid_packs_say_where(tmp_path: Path, old: str, new: str, message: str) -> None:
    (tmp_path / "mine.toml").write_text(PACK.replace(old, new))
    with pytest.raises(PackInvalid) as invalid:
        load_pack("mine.toml", tmp_path)
    assert invalid.value.message.startswith(message)
    assert invalid.value.exit_code == 3


MOTION = 'motion = {path = "motion"'


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (MOTION, f"{MOTION}, frames = 1", "motion.frames"),
        (MOTION, f"{MOTION}, overlap = 0", "motion.overlap"),
        (MOTION, f"{MOTION}, overlap = 16", "motion.overlap"),
        (MOTION, f"{MOTION}, frames = 4", "motion.overlap"),
        (MOTION, f"{MOTION}, strength = 0", "motion.strength"),
        (MOTION, f"{MOTION}, strength = 1.1", "motion.strength"),
        (MOTION, f"{MOTION}, strength = nan", "motion.strength"),
        ("steps = 4", "steps = 0", "qualities.draft.steps"),
        ("guidance = 1.7", "guidance = 0.9", "qualities.draft.guidance"),
        ("guidance = 1.7", "guidance = inf", "qualities.draft.guidance"),
        ("width = 64", "width = 7", "frame.width"),
        ("height = 64", "height = 0", "frame.height"),
        ("height = 64", "height = 64, multiple = 4", "frame.multiple"),
        ("steps = 4", "steps = 4.5", "qualities.draft.steps"),
        ("draft = {", "best = {", "qualities.best"),
    ],
)
def test_numbers_out_of_bounds_say_where(tmp_path: Path, old: str, new: str, field: str) -> None:
    assert old in PACK
    (tmp_path / "mine.toml").write_text(PACK.replace(old, new))
    with pytest.raises(PackInvalid) as invalid:
        load_pack("mine.toml", tmp_path)
    assert invalid.value.message.startswith(f"mine.toml: `{field}`: input should be ")


def test_the_least_numbers_are_valid(tmp_path: Path) -> None:
    text = PACK.replace(MOTION, f"{MOTION}, frames = 2, overlap = 1, strength = 1")
    text = text.replace("steps = 4", "steps = 1").replace("guidance = 1.7", "guidance = 1")
    (tmp_path / "mine.toml").write_text(text.replace("= 64", "= 8"))
    assert load_pack("mine.toml", tmp_path).frame.width == 8


def test_a_pack_lies_over_the_one_that_it_extends(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'extends = "sdxl"\nname = "mine"\n'
        '[base]\npath = "/models/anime.safetensors"\n'
        "[loras.pastel-anime-xl]\nlow = 0.5\n"
        '[loras.hero]\npath = "loras/hero.safetensors"\nrole = "character"\n'
    )
    pack, sdxl = load_pack("mine.toml", tmp_path), load_pack("sdxl", tmp_path)
    assert (pack.name, pack.title, pack.motion) == ("mine", sdxl.title, sdxl.motion)
    # What was known of the other file would be wrong of this one.
    assert pack.base == Checkpoint(path="/models/anime.safetensors")
    pastel = sdxl.loras["pastel-anime-xl"]
    assert pack.loras["pastel-anime-xl"] == pastel.model_copy(update={"low": 0.5})
    assert set(pack.loras) == {*sdxl.loras, "hero"}


def test_what_a_base_predicts_goes_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(
        'extends = "sdxl"\nname = "one"\n[base]\npath = "v.safetensors"\nprediction = "v"\n'
    )
    (tmp_path / "two.toml").write_text('extends = "one.toml"\nname = "two"\n')
    (tmp_path / "three.toml").write_text(
        'extends = "one.toml"\nname = "three"\n[base]\npath = "other.safetensors"\n'
    )
    found = [
        load_pack(f"{name}.toml", tmp_path).base.prediction for name in ("one", "two", "three")
    ]
    assert found == ["v", "v", None]


def test_what_a_pack_inherits_still_lies_where_it_ships(tmp_path: Path) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "mine.toml").write_text('extends = "mini"\nname = "mine"\n')
    pack = load_pack("packs/mine.toml", tmp_path)
    places = Places.of(pack, pack_folder("packs/mine.toml", tmp_path), tmp_path)
    found = places.find(part_named(pack, "base"))
    assert found is not None
    assert found.path == SHIPPED / "mini" / "base"


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"a": 'extends = "a.toml"'}, "a.toml: `extends`: a pack cannot extend itself"),
        (
            {"a": 'extends = "b.toml"', "b": 'extends = "a.toml"'},
            "b.toml: `extends`: a pack cannot extend itself",
        ),
        ({"a": "extends = 3"}, "a.toml: `extends`: input should be the name of a pack"),
        ({"a": 'extends = "none"'}, "there is no pack `none`"),
        (
            {"a": 'extends = "sdxl"\n[base]\nhub = "a/b"\npath = "x"'},
            "a.toml: `base.files`: input should name the files of `hub` that are used",
        ),
        (
            {"a": 'extends = "sdxl"\n[base]\nhub = "a"\npath = "x"\nfiles = ["y"]'},
            "a.toml: `base.hub`: string should match pattern",
        ),
    ],
)
def test_packs_that_cannot_be_extended_so(
    tmp_path: Path, texts: dict[str, str], message: str
) -> None:
    for name, text in texts.items():
        (tmp_path / f"{name}.toml").write_text(text)
    with pytest.raises((PackInvalid, PackNotFound)) as invalid:
        load_pack("a.toml", tmp_path)
    assert invalid.value.message.startswith(message)
