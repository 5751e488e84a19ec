"""The mini pack's folder: the one that ships, or one of the same layout while it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from animegen.packs.catalog import SHIPPED, load_pack

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.packs.pack import Pack


@pytest.fixture(scope="session")
def mini() -> Pack:
    return load_pack("mini", SHIPPED)


@pytest.fixture(scope="session")
def mini_folder(mini: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    torch.set_num_threads(1)
    shipped = SHIPPED / mini.weights
    if shipped.is_dir():
        return shipped
    from tiny_mini import build

    folder = tmp_path_factory.mktemp("mini")
    build(folder, mini)
    return folder
