"""The packs of docs/packs.md are packs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from animegen.packs.catalog import load_pack

PAGE = (Path(__file__).parents[2] / "docs" / "packs.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_every_pack_of_the_page_loads(tmp_path: Path, block: str) -> None:
    (tmp_path / "mine.toml").write_text(block, encoding="utf-8")
    pack = load_pack("mine.toml", tmp_path)
    assert pack.base.hub == ""


def test_the_commands_of_the_page_are_there() -> None:
    from animegen.cli.models import app

    told = set(re.findall(r"^storyboard models (\w+)", PAGE, re.MULTILINE))
    assert told == {command.name for command in app.registered_commands}
