"""The device is guessed without torch."""

from __future__ import annotations

import subprocess
import sys

import pytest

from animegen.render import device


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Pretend to be a machine: `machine(nvidia=True, system="Linux", ...)`."""

    def pretend(*, nvidia=False, system="Linux", chip="x86_64", torch="2.9.0+cu128", visible=None):
        node = tmp_path / "nvidiactl"
        if nvidia:
            node.touch()
        monkeypatch.setattr(device, "_NVIDIA", node)
        monkeypatch.setattr(device, "_WSL_NVIDIA", tmp_path / "dxg")
        monkeypatch.setattr(device.platform, "system", lambda: system)
        monkeypatch.setattr(device.platform, "machine", lambda: chip)
        monkeypatch.setattr(device.metadata, "version", lambda name: torch)
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        if visible is not None:
            monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
        return device.guess_device()

    return pretend


def test_guesses(machine):
    assert machine() == "cpu"
    assert machine(system="Darwin", chip="arm64") == "mps"
    assert machine(system="Darwin") == "cpu"
    assert machine(nvidia=True) == "cuda"
    assert machine(nvidia=True, visible="1") == "cuda"
    assert machine(nvidia=True, visible="") == "cpu"
    assert machine(nvidia=True, torch="2.9.0+cpu") == "cpu"


def test_dtypes():
    table = {"cpu": "float32", "cuda": "bfloat16"}
    assert device.dtype_for(table, "cuda:1") == "bfloat16"
    assert device.dtype_for(table, "cpu") == "float32"
    assert device.dtype_for(table, "mps") == "float32"


def test_no_torch_is_imported():
    code = (
        "import sys; from animegen.render.device import guess_device; guess_device();"
        "import animegen.render.job, animegen.render.weighting, animegen.render.models;"
        "sys.exit(any(name in sys.modules for name in ('torch', 'numpy', 'diffusers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_here(machine, monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    machine(nvidia=True)
    asked = ("cpu", "cuda", "cuda:0", "cuda:1", "cuda:2", "mps")
    assert [device.is_here(name) for name in asked] == [True, True, True, True, False, False]
    # Without NVIDIA's driver torch has the last word: it calls AMD's cards cuda, too.
    monkeypatch.setattr(device, "guess_device", lambda: "cpu")
    assert device.is_here("cuda")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    assert not device.is_here("cuda")


def test_a_device_that_was_guessed_costs_no_torch():
    code = (
        "import sys; from animegen.render import device;"
        "device.guess_device = lambda: 'cuda';"
        "assert device.is_here('cuda') and device.is_here('cpu');"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
