"""A film of six shots with a bit of everything, to be edited; with weights that are small files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weight_files import write

from animegen.packs.catalog import load_pack
from animegen.packs.parts import parts

if TYPE_CHECKING:
    from scratch_project import Project

FILM = """\
version: 1
title: Six shots
pack: own.toml
seed: 7
frame: {width: 64, height: 64, fps: 8}
output: {width: 128, height: 128, fps: 24}
style:
  prompt: look
  negative: blurry
  loras: [{use: loras/ink.safetensors, weight: 0.8}]
let: {weather: rain, unused: x}
characters:
  mina: {looks: "1girl, red hair", negative: hat, lora: {use: loras/mina.safetensors, weight: 0.7}}
shots:
  - id: street
    duration: 1s
    prompt: "street, {{ weather }}"
  - id: mina
    transition: {crossfade: 500ms}
    duration: 2500ms
    characters: [mina]
    prompt: "{{ mina }}, smile"
  - id: dance
    duration: 1s
    characters: [mina]
    prompt: "{{ mina }}, dancing"
    control: [{use: openpose, weight: 0.8}, canny]
  - id: walk
    transition: {dip: 500ms}
    duration: 1s
    prompt: "road, {{ weather }}, __time__"
    control: {from: draft, maps: [canny]}
  - id: river
    transition: {crossfade: 500ms}
    duration: 3s
    prompt:
      0s: "river, morning"
      1750ms: "river, noon"
      2500ms: "river, {red|golden} evening"
    motion: pan-left
  - id: sky
    duration: 1s
    prompt: sky, clouds
    camera: {zoom: [1.0, 1.2]}
    seed: 42
ending: {fade-out: 500ms}
"""
LOOK = """\
{% block positive %}{{ prompt }}, anime{% endblock %}
{% block negative %}{{ negative }}, bad anatomy{% endblock %}
"""
PACK = """\
extends = "smoke"
name = "own"
weights = "weights"
controls = {canny = {path = "controlnets/canny"}, openpose = {path = "controlnets/openpose"}}
"""
LORAS = ("ink", "mina", "spare")


def write_film(project: Project) -> None:
    """Write the film, its template, its wildcard, its LoRAs and its pack."""
    project.write(FILM)
    project.write(LOOK, "templates/look.j2")
    project.write("sunset\n", "wildcards/time.txt")
    project.write(PACK, "own.toml")
    for name in LORAS:
        write(project.folder / f"loras/{name}.safetensors", name.encode())
    for part in parts(load_pack("own.toml", project.folder)):
        write_part(project, part.row.path, part.row.path)


def write_part(project: Project, path: str, content: str) -> None:
    """Write a part of the pack, by the path that the pack gives it."""
    whole = project.folder / "weights" / path
    file = whole if whole.suffix else whole / "diffusion_pytorch_model.safetensors"
    write(file, content.encode())
