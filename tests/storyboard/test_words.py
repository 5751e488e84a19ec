"""The words of a storyboard, by their paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from animegen.storyboard.read import read_storyboard
from animegen.storyboard.words import values_of, words_of

if TYPE_CHECKING:
    from tests.conftest import Project

FILM = """
    version: 1
    title: Words
    pack: smoke
    frame: {fps: 8}
    style: {prompt: none, loras: [pastel-anime-xl]}
    let: {weather: rain, count: 2}
    characters: {mina: {looks: "1girl", lora: {use: mina, weight: 0.7}}}
    shots:
      - id: one
        duration: 24f
        prompt: {0s: "{{ mina }}", 1500ms: "{red|blue} __time__", loop: true}
        transition: {fade-in: 250ms}
        control: {from: draft, maps: [openpose, {use: canny, weight: 0.5}]}
        motion: pan-left
      - id: two
        duration: 3
        prompt: sea
        quality: high
        control: [depth]
        motion: {use: zoom-in, strength: 0.5}
        camera: {zoom: [1.0, 1.5]}
    ending: cut
    """


def words(project: Project, **options: Any) -> dict[str, Any]:
    project.write("noon\n", "wildcards/time.txt")
    path = project.write(FILM)
    return values_of(words_of(read_storyboard(path, **options)))


def test_every_word_has_a_path_and_a_plain_value(project: Project) -> None:
    assert {path: value for path, value in words(project).items() if path[0] != "="} == {
        "version": 1,
        "title": "Words",
        "pack": "smoke",
        "frame.fps": "8",
        "style.prompt": "none",
        "style.loras.pastel-anime-xl": "usual weight",
        "let.weather": "rain",
        "let.count": 2,
        "characters.mina.looks": "1girl",
        "characters.mina.lora.mina": 0.7,
        "ending": "cut",
        "shots": "one, two",
        "shots.one.duration": "24f",
        "shots.one.prompt": "{{ mina }}",
        "shots.one.prompt.1.5s": "{red|blue} __time__",
        "shots.one.prompt.loop": True,
        "shots.one.transition": "fade-in 0.25s",
        "shots.one.motion": "pan-left",
        "shots.one.control.from": "draft",
        "shots.one.control.openpose": "on",
        "shots.one.control.canny": "on",
        "shots.one.control.canny.weight": 0.5,
        "shots.two.duration": "3s",
        "shots.two.prompt": "sea",
        "shots.two.motion": "zoom-in",
        "shots.two.motion.strength": 0.5,
        "shots.two.control.depth": "on",
        "shots.two.camera.zoom": "[1, 1.5]",
        "shots.two.quality": "high",
        "wildcards/time.txt": "noon\n",
    }


def test_the_command_line_has_words_of_its_own(project: Project) -> None:
    found = words(project, variables={"weather": "snow"}, quality="draft")
    assert found["--set weather"] == "snow"
    assert found["--quality"] == "draft"
    assert found["let.weather"] == "rain"
    assert found["shots.two.quality"] == "high"
    assert "quality" not in found


def test_the_loras_that_act_together_are_remembered(project: Project) -> None:
    found = words(project)
    assert found["=loras.segment.one"] == "lcm|pastel-anime-xl|mina"
    assert found["=loras.segment.two"] == "pastel-anime-xl"
    assert found["=loras.draft.two"] == "lcm|pastel-anime-xl"
