"""What goes wrong in the numbers, end to end: it is told, never kept, and the rest is finished."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import torch
from safetensors.torch import load_file, save_file

from animegen.packs.catalog import SHIPPED
from animegen.packs.generated import made
from animegen.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Project

pytestmark = pytest.mark.slow

FILM = """
    version: 1
    title: Faults
    pack: own.toml
    frame: {width: 64, height: 64}
    quality: draft
    shots:
      - {id: good, duration: 1s, prompt: "sea"}
      - {id: bad, duration: 1s, prompt: "river", loras: [{use: mina, weight: 0.8}]}
    """
VAE = "base/vae/diffusion_pytorch_model.safetensors"
Tensors = dict[str, torch.Tensor]


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """Leave no poisoned model resident for the tests that follow."""
    from animegen.render import models

    yield
    models._SHELF.label = models._SHELF.checkpoint = None


@pytest.fixture
def poisoned(project: Project) -> Callable[[str, Callable[[Tensors], object]], None]:
    """Write the film, and the smoke pack as one's own folder, one of its files damaged."""

    def poison(name: str, change: Callable[[Tensors], object]) -> None:
        text = (SHIPPED / "smoke.toml").read_text(encoding="utf-8")
        project.write(text.replace('weights = "generated:smoke"', 'weights = "models"'), "own.toml")
        project.write(FILM)
        shutil.copytree(made("smoke"), project.folder / "models")
        path: Path = project.folder / "models" / name
        tensors = load_file(path)
        change(tensors)
        save_file(tensors, path)

    return poison


def _nan(tensors: Tensors) -> None:
    for tensor in tensors.values():
        tensor.fill_(float("nan"))


def _black(tensors: Tensors) -> None:
    tensors["decoder.conv_out.weight"].zero_()
    tensors["decoder.conv_out.bias"].fill_(-9)


def _loud(tensors: Tensors) -> None:
    """Overflow half precision on the way; the norms after it make pictures of it in float32."""
    tensors["decoder.conv_in.weight"].mul_(2e5)
    tensors["decoder.conv_in.bias"].mul_(2e5)


def kinds(project: Project) -> list[str]:
    return sorted(a.record.kind for a in Store(project.folder / ".storyboard").entries())


def told(err: str) -> list[str]:
    """Return what was said, without the lines of what went well."""
    return [line for line in err.splitlines() if ": rendered in" not in line]


def test_nan_fails_its_shot_and_no_other(
    project: Project, poisoned: Callable[[str, Callable[[Tensors], object]], None]
) -> None:
    poisoned("loras/mina.safetensors", _nan)
    result = project.storyboard("render")
    assert (result.code, result.out) == (5, "")
    said = told(result.err)
    assert said[:4] == [
        "bad/keyframe: FAILED: the model's output is not finite (NaN)",
        "  help: render with --dtype bfloat16 or float32; if it stays, the weights are damaged",
        "bad/segment-000: skipped, bad/keyframe failed",
        "bad/clip: skipped, bad/keyframe failed",
    ]
    assert said[-2:] == [
        "error: no film: bad/keyframe failed",
        "  help: what is finished is kept; mend the cause and run the same command again",
    ]
    assert kinds(project) == ["clip", "keyframe", "segment"]  # the good shot's
    again = project.storyboard("render")
    assert again.code == 5
    assert "good/" not in again.err
    assert kinds(project) == ["clip", "keyframe", "segment"]
    project.edit("{use: mina, weight: 0.8}", "{use: mina, weight: 0}")
    assert project.storyboard("render").code == 0


@pytest.mark.parametrize(
    ("change", "message", "remedy"),
    [
        (
            _nan,
            "the VAE's pictures are not finite (NaN)",
            "the VAE's weights are damaged: put the pack's own back",
        ),
        (
            _black,
            "a picture came out flat (every pixel is about 0 of 255)",
            "the weights are damaged or overflow: try --dtype float32; if the shot is meant to be "
            "so, give it `allow_black: true`",
        ),
    ],
    ids=["nan", "black"],
)
def test_a_vae_that_draws_nothing_leaves_nothing(
    project: Project,
    poisoned: Callable[[str, Callable[[Tensors], object]], None],
    change: Callable[[Tensors], object],
    message: str,
    remedy: str,
) -> None:
    poisoned(VAE, change)
    result = project.storyboard("render")
    assert (result.code, result.out) == (1, "")
    assert told(result.err)[:2] == [f"good/keyframe: FAILED: {message}", f"  help: {remedy}"]
    assert "error: no film: good/keyframe, bad/keyframe failed\n" in result.err
    assert kinds(project) == []
    assert not (project.folder / "out").exists()


def test_black_is_a_picture_where_the_shot_says_so(
    project: Project, poisoned: Callable[[str, Callable[[Tensors], object]], None]
) -> None:
    poisoned(VAE, _black)
    project.edit('prompt: "sea"', 'prompt: "sea", allow_black: true')
    result = project.storyboard("render")
    assert result.code == 5
    assert "error: no film: bad/keyframe failed\n" in result.err
    assert kinds(project) == ["clip", "keyframe", "segment"]
    project.edit('prompt: "sea", allow_black: true', 'prompt: "sea"')
    assert "good/keyframe: FAILED: a picture came out flat" in project.storyboard("render").err


def test_a_vae_that_overflows_gets_one_more_chance_in_float32(
    project: Project, poisoned: Callable[[str, Callable[[Tensors], object]], None]
) -> None:
    poisoned(VAE, _loud)
    project.edit(", loras: [{use: mina, weight: 0.8}]", "")
    flags = ("--only", "good", "--dtype", "float16")
    result = project.storyboard("render", *flags)
    assert result.code == 0, result.err
    notes = [line for line in told(result.err) if "note" in line]
    assert notes == [
        f"good/{node}: note: the VAE overflowed in float16: decoding in float32"
        for node in ("keyframe", "segment-000")
    ]
    assert "nothing to render" in project.storyboard("render", *flags).err


def test_memory_that_ends_is_told_with_its_remedy(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diffusers import UNetMotionModel

    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 1.00 GiB.")

    monkeypatch.setattr(UNetMotionModel, "forward", full)
    project.write(FILM.replace("own.toml", "smoke"))
    result = project.storyboard("render", "--only", "good")
    assert (result.code, result.out) == (5, "")
    assert told(result.err)[:3] == [
        "good/segment-000: note: the device ran out of memory: "
        "trying again with nothing on it but what is in use",
        "good/segment-000: FAILED: the device ran out of memory (cpu) with frames of 64x64",
        "  help: choose a smaller frame; --offload sequential spares more memory",
    ]
    assert kinds(project) == ["keyframe"]


@pytest.mark.parametrize("device", ["cuda", "cuda:7", "mps"])
def test_a_device_that_is_not_here_is_refused_before_any_work(
    project: Project, monkeypatch: pytest.MonkeyPatch, device: str
) -> None:
    monkeypatch.setattr("animegen.render.device.guess_device", lambda: "cpu")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    project.write(FILM.replace("own.toml", "smoke"))
    for verb in (("render",), ("still", "--shot", "good")):
        result = project.storyboard(*verb, "--device", device)
        assert (result.code, result.out) == (2, "")
        assert result.err == (
            f"error: this machine has no device `{device}`\n  help: leave --device out for the "
            "best that is here; `storyboard doctor` lists all\n"
        )
    assert not (project.folder / ".storyboard").exists()
    assert project.storyboard("render", "--slate", "--device", device).code == 0
    assert project.storyboard("plan", "film.yaml", "--device", device).code == 0


def test_dtype_is_in_the_key_and_offload_is_not(project: Project) -> None:
    project.write(FILM.replace("own.toml", "smoke"))
    assert project.storyboard("render", "--only", "good").code == 0
    for mode in ("none", "model", "sequential"):
        again = project.storyboard("render", "--only", "good", "--offload", mode)
        assert again.err == "nothing to render: everything is in the store\n"
    assert (
        "nothing to render"
        in project.storyboard("render", "--only", "good", "--dtype", "float32").err
    )
    plan = project.storyboard("plan", "film.yaml", "--only", "good", "--dtype", "float16").out
    assert "good/keyframe: dtype: float32 -> float16" in plan


def test_offloading_renders_the_same_film(project: Project) -> None:
    project.write(FILM.replace("own.toml", "smoke"))
    films = []
    for mode in ("none", "model", "sequential"):
        flags = ("--only", "good", "--offload", mode, "--store", mode, "-o", mode)
        result = project.storyboard("render", *flags)
        assert result.code == 0, result.err
        films.append((project.folder / result.out.strip()).read_bytes())
    assert films[0] == films[1] == films[2]


def test_flags_that_are_none_are_usage_errors(project: Project) -> None:
    project.write(FILM.replace("own.toml", "smoke"))
    assert project.storyboard("render", "--dtype", "float4").code == 2
    assert project.storyboard("render", "--offload", "disk").code == 2
