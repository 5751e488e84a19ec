"""A scratch project for each test that asks for one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from scratch_project import Project as Project
from scratch_project import Result as Result

if TYPE_CHECKING:
    from pathlib import Path


# What runs the suite in several processes narrows their terminals.
os.environ.pop("COLUMNS", None)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
