"""Fixtures of the engine's tests."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the wait for the disk: what outlives a power cut is not what the test is about."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
