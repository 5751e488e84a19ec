"""What a session changes is put back."""

from __future__ import annotations

import warnings
import weakref

import pytest
import torch

from animegen.errors import RenderFailed
from animegen.render.session import session

pytestmark = pytest.mark.slow


def _settings():
    import diffusers.utils.logging as diffusers_logging
    import transformers.utils.logging as transformers_logging

    return [
        (library.get_verbosity(), library.is_progress_bar_enabled())
        for library in (diffusers_logging, transformers_logging)
    ] + [torch.is_grad_enabled(), torch.backends.cudnn.deterministic, list(warnings.filters)]


def test_everything_is_put_back():
    before = _settings()
    with session("cpu") as device:
        assert device == torch.device("cpu")
        assert _settings() != before
        assert not torch.is_grad_enabled()
    assert _settings() == before


def test_everything_is_put_back_after_an_error():
    before = _settings()
    with pytest.raises(RenderFailed, match="cannot use the device 'nowhere'"), session("nowhere"):
        pass
    assert _settings() == before


def test_a_full_device_is_no_mystery_and_its_memory_is_given_back(monkeypatch):
    emptied, alive = [], None

    def fill():
        nonlocal alive
        tensor = torch.empty(1)
        alive = weakref.ref(tensor)
        raise torch.OutOfMemoryError("tried to allocate 20 GiB")

    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: emptied.append(alive()))
    before = _settings()
    with pytest.raises(RenderFailed) as failed, session("cpu"):
        fill()
    assert failed.value.message == "the device ran out of memory (cpu)"
    assert "smaller frame" in failed.value.remedy
    assert emptied == [None]
    assert _settings() == before


def test_libraries_are_silent(capsys):
    import diffusers.utils.logging as diffusers_logging

    with session("cpu"):
        diffusers_logging.get_logger("diffusers.x").error("noise")
        warnings.warn("noise", stacklevel=1)
    assert capsys.readouterr() == ("", "")
