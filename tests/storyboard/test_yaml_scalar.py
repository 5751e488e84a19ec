"""Unquoted texts mean what YAML 1.2's core schema says."""

from __future__ import annotations

import math

import pytest

from animegen.storyboard.yaml.scalar import resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("", None), ("~", None), ("null", None), ("true", True), ("False", False)],
        *[("0", 0), ("-12", -12), ("+7", 7), ("010", 10), ("0o17", 15), ("0x1F", 31)],
        *[("2.5", 2.5), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("-1.5E-2", -0.015)],
        *[(".inf", math.inf), ("-.INF", -math.inf)],
    ],
)
def test_values(text, value):
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


@pytest.mark.parametrize(
    "text",
    ["yes", "no", "on", "off", "1:30", "1_000", "2026-11-05", "0b1", "nULL", "-", "+", ".", "3s",
     "tRUE", "1.2.3", "--1", "0x", "1e", "e1", "9" * 301],
)  # fmt: skip
def test_texts(text):
    assert resolve(text) == text


def test_nan():
    assert math.isnan(resolve(".nan"))
