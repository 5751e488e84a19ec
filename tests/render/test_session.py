"""What a session changes is put back."""

from __future__ import annotations

import warnings

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


def test_libraries_are_silent(capsys):
    import diffusers.utils.logging as diffusers_logging

    with session("cpu"):
        diffusers_logging.get_logger("diffusers.x").error("noise")
        warnings.warn("noise", stacklevel=1)
    assert capsys.readouterr() == ("", "")
