"""Our own renderer drives every part of the mini pack in one film."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import pytest

from animegen.packs.catalog import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project

pytestmark = pytest.mark.slow

FILM = """
    version: 1
    title: All of it
    pack: mini.toml
    quality: draft
    frame: {width: 64, height: 64}
    output: {width: 64, height: 64, fps: 8}
    style: {loras: [pastel-anime-xl]}
    characters:
      mina: {looks: "mina, red hair", lora: {use: mina, weight: 0.7}}
    shots:
      - id: guided
        duration: 1s
        characters: [mina]
        prompt: "1girl, solo, {{ mina }}, walking, full body, street, sunset"
        motion: pan-left
        control: [openpose, depth, canny, lineart]
      - id: free
        transition: {crossfade: 250ms}
        duration: 1s
        quality: high
        sampling: {steps: 2}
        prompt: {0s: "rain, night", 500ms: "snow, night"}
    """


def test_a_film_of_every_part(project: Project, mini_folder: Path) -> None:
    text = (SHIPPED / "mini.toml").read_text(encoding="utf-8")
    project.write(text.replace('weights = "mini"', f'weights = "{mini_folder}"'), "mini.toml")
    project.write(FILM)
    result = project.storyboard("render", "film.yaml")
    assert result.code == 0, result.err
    with av.open(str(project.folder / result.out.strip())) as film:
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert len(frames) == 16
    assert min(frame.std() for frame in frames) > 1
    assert "nothing to render" in project.storyboard("render", "film.yaml").err
