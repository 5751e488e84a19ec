"""The smoke weights, made once per run; a bench; the loaded checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from still_life import MODEL, STILL, FakeBench

from animegen.render import loras, models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from animegen.render import smoke
    from animegen.render.session import session

    folder = tmp_path_factory.mktemp("smoke")
    with session("cpu"):
        smoke.build(folder)
    return folder


@pytest.fixture(scope="session")
def sd2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a whole Stable Diffusion 2 model, laid out like the smoke pack."""
    import tiny_sd2

    from animegen.render.session import session

    folder = tmp_path_factory.mktemp("sd2")
    with session("cpu"):
        tiny_sd2.build(folder)
    return folder


@pytest.fixture(scope="module")
def keyframe(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the latents of a keyframe."""
    from animegen.render.keyframe import render_keyframe

    folder = tmp_path_factory.mktemp("keyframe")
    render_keyframe(STILL, FakeBench(pack=pack, folder=folder))
    return folder / "keyframe.safetensors"


@pytest.fixture
def bench(pack: Path, tmp_path: Path) -> Callable[..., FakeBench]:
    def lend(name: str = "work", pack: Path = pack) -> FakeBench:
        folder = tmp_path / name
        folder.mkdir()
        return FakeBench(pack=pack, folder=folder)

    return lend


@pytest.fixture
def checkpoint(bench: Any) -> Iterator[Any]:
    from animegen.render.session import session

    with session("cpu") as device:
        work = bench("load")
        loaded = models.load_checkpoint(MODEL, work, device)
        loras.dress(loaded.wearers(loaded.unet), (), work)
        yield loaded


@pytest.fixture
def fresh() -> Callable[[], None]:
    """Forget the resident checkpoint, as a new process has."""

    def forget() -> None:
        models._SHELF.label = models._SHELF.checkpoint = None

    return forget
