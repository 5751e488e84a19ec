"""What repeats is compiled, on a GPU only; what isn't compiled keeps its call."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest
import torch

from animegen.render import compiling, models
from animegen.render.compiling import compile_blocks

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True, scope="module")
def _forgotten():
    """Let no later test have the resident model: it is arranged otherwise after these."""
    yield
    models._SHELF.label = models._SHELF.checkpoint = None


@pytest.fixture
def compiled(checkpoint, monkeypatch):
    """The modules of the UNet that would be compiled on a GPU, by name, with their options."""
    found = {}
    names = {module: name for name, module in checkpoint.unet.named_modules()}

    def note(module, **options):
        found[names[module]] = options

    monkeypatch.setattr(torch.nn.Module, "compile", note)

    def run(mode):
        unet = checkpoint.unet
        model = SimpleNamespace(
            device=torch.device("cuda"), to=unet.to, children=unet.children, modules=unet.modules
        )
        assert compile_blocks(model, mode) is model
        return found

    yield run
    checkpoint.unet.to(memory_format=torch.contiguous_format)


def test_every_repeated_block_is_compiled_for_fixed_shapes(checkpoint, compiled):
    found = compiled("regional")
    kinds = {type(checkpoint.unet.get_submodule(name)).__name__ for name in found}
    assert kinds == {"BasicTransformerBlock", "ResnetBlock2D"}
    assert all(options == {"dynamic": False} for options in found.values())
    blocks = [
        name
        for name, module in checkpoint.unet.named_modules()
        if type(module).__name__ in compiling._REGIONS
    ]
    assert sorted(found) == sorted(blocks)


def test_max_autotune_searches_without_graphs(compiled):
    found = compiled("max-autotune")
    assert found
    assert all(options["mode"] == "max-autotune-no-cudagraphs" for options in found.values())


@pytest.mark.parametrize("mode", compiling.MODES)
def test_on_a_cpu_nothing_is_compiled(checkpoint, monkeypatch, mode):
    monkeypatch.setattr(torch.nn.Module, "compile", None)
    assert compile_blocks(checkpoint.unet, mode) is checkpoint.unet


def test_kernels_are_kept_unless_the_user_keeps_them_elsewhere(compiled, monkeypatch, tmp_path):
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / name)
    mine = str(tmp_path / "mine")
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", mine)
    compiled("regional")
    assert os.environ["TORCHINDUCTOR_CACHE_DIR"] == mine
    monkeypatch.delenv("TORCHINDUCTOR_CACHE_DIR")
    compiled("regional")
    assert os.environ["TORCHINDUCTOR_CACHE_DIR"] == str(tmp_path / "animegen" / "kernels")
