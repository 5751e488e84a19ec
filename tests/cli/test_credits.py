"""`storyboard credits`: only what draws the film is credited, and what is unknown is said to be."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from animegen.packs.catalog import load_pack
from animegen.packs.generated import made
from animegen.packs.parts import parts
from animegen.report.credits import cited, keys_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project

FILM = """
    version: 1
    title: Thanks
    pack: smoke
    frame: {width: 64, height: 64}
    quality: draft
    shots:
      - {id: a, duration: 1s, prompt: "sea", loras: [{use: mina, weight: 0.8}]}
    """


def test_a_film_credits_what_draws_it_and_nothing_else(project: Project) -> None:
    project.write(FILM)
    result = project.storyboard("credits")
    assert result.code == 0, result.err
    assert re.findall(r"^- \*\*(.*?)\*\* \((.*)\)$", result.out, re.M) == [
        ("smoke base", "base model; base"),
        ("smoke motion", "motion module; motion"),
        ("smoke lcm", "LoRA; loras.lcm"),
        ("smoke mina", "LoRA; loras.mina"),
    ]
    assert "No external picture, video or sketch conditioned any frame." in result.out


def test_slates_credit_no_model(project: Project) -> None:
    project.write(FILM)
    assert "Drawn without any model: slates only." in project.storyboard("credits", "--slate").out


@pytest.mark.slow
def test_a_lora_of_the_project_is_honest_about_what_nobody_knows(project: Project) -> None:
    shutil.copy(made("smoke") / "loras/mina.safetensors", project.folder / "own.safetensors")
    project.write(FILM.replace("use: mina", "use: own.safetensors"))
    told = project.storyboard("credits").out
    assert "- **own** (LoRA; own.safetensors)\n  - source: unknown: a file of the project\n" in told
    assert "  - licence: unknown: look at its source\n" in told


def test_bibtex_and_the_end_card(project: Project) -> None:
    project.write(FILM)
    keys = keys_of(project.storyboard("credits", "--format", "bibtex").out)
    assert keys == [
        "animegen", "weights-base", "weights-motion", "weights-loras-lcm", "weights-loras-mina",
    ]  # fmt: skip
    card = project.storyboard("credits", "--format", "card").out.splitlines()
    assert (card[0], card[-1]) == ("Thanks", "no external visual input")


@pytest.mark.parametrize("pack", ["sdxl", "sd2"])
def test_every_citation_of_a_pack_is_whole(pack: str, tmp_path: Path) -> None:
    cites = [part.row.citation for part in parts(load_pack(pack, tmp_path)) if part.row.citation]
    assert cites
    for citation in cites:
        (line,) = cited(citation)
        assert re.fullmatch(r".+\. .+\. arXiv:\d{4}\.\d{5}\. \d{4}\.", line), line


def test_every_published_part_of_a_pack_has_a_link_and_a_licence(tmp_path: Path) -> None:
    for pack in ("sdxl", "sd2"):
        for part in parts(load_pack(pack, tmp_path)):
            if part.row.hub:
                assert part.row.source.startswith("https://"), part.name
                assert part.row.licence, part.name
