"""The files of the mini pack: what its TOML names, what its ledger says, how large they are."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from animegen.digest import file_digest
from animegen.packs import fingerprint
from animegen.packs.catalog import SHIPPED
from animegen.packs.ledger import LEDGER
from animegen.packs.weights import Weights
from animegen.storyboard.model.guidance import CONTROL_WORDS
from training import pack

if TYPE_CHECKING:
    from animegen.packs.pack import Pack
    from tests.conftest import Project

ROOT = Path(__file__).parents[2]


def test_it_has_every_word_of_the_language_and_the_loras_of_its_storyboards(mini: Pack) -> None:
    # The words of zoom and roll are a virtual camera.
    assert set(mini.motion_loras) == {"pan-left", "pan-right", "tilt-up", "tilt-down"}
    assert set(mini.controls) == set(CONTROL_WORDS)
    assert {name: (lora.low, lora.high, lora.triggers) for name, lora in mini.loras.items()} == {
        "lcm": (1.0, 1.0, ()),
        "pastel-anime-xl": (0.4, 0.85, ()),
        "anime-flat-color-xl": (0.15, 0.8, ()),
        "aesthetic-anime": (0.1, 0.8, ()),
        "mina": (0.7, 1.2, ("mina",)),
        "hana": (0.7, 1.2, ("hana",)),
    }


def test_its_numbers_are_within_what_it_recommends(mini: Pack) -> None:
    for settings in mini.qualities.values():
        low, high = settings.steps_range
        assert low <= settings.steps <= high
        least, most = settings.guidance_range
        assert least <= settings.guidance <= most


def test_the_ledger_lists_every_file_as_it_is(mini_folder: Path) -> None:
    ledger = json.loads((mini_folder / LEDGER).read_text(encoding="utf-8"))
    assert ledger == {
        file.relative_to(mini_folder).as_posix(): {
            "sha256": file_digest(file),
            "bytes": file.stat().st_size,
        }
        for file in pack.files(mini_folder)
    }


def test_it_is_whole_small_and_in_half_precision(mini: Pack, mini_folder: Path) -> None:
    pack.check(mini_folder)
    weights = Weights.of(mini, ROOT, cache=mini_folder / "none.json", folder=SHIPPED)
    assert weights.missing() == []


def test_its_readme_names_every_part_with_its_licence_and_digest(mini_folder: Path) -> None:
    readme = (mini_folder / "README.md").read_text(encoding="utf-8")
    parts = readme.split("\n## ")[1:]
    assert len(parts) == 10
    for part in parts:
        assert "- Licence: Apache-2.0" in part
        assert "- Data: " in part


def test_planning_a_film_reads_no_weights_and_writes_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write((ROOT / "storyboards" / "rain.yaml").read_text(encoding="utf-8"))
    monkeypatch.setattr(fingerprint, "file_digest", lambda path: pytest.fail(f"read {path}"))
    began = time.monotonic()
    assert project.storyboard("plan", "film.yaml").code == 0
    assert time.monotonic() - began < 2  # half a second when nothing else runs here
    assert [path.name for path in project.folder.iterdir()] == ["film.yaml"]
