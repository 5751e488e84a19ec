"""Whatever is done to a storyboard: it is read, or it is refused with findings at real places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from animegen.storyboard.diagnose import render_concise, render_full, render_json
from animegen.storyboard.diagnostic import StoryboardErrors
from animegen.storyboard.read import read_storyboard

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """\
version: 1
title: Rain over the river
pack: smoke
quality: fast
seed: 20251208
frame: {width: 64, height: 64, fps: 8}
output: {fps: 24, height: 768}
style:
  prompt: anime
  negative: &usual "blurry, {{ weather }}"
let: {weather: rain, count: 3}
characters:
  mina: {looks: "1girl, short red hair"}
shots:
  - id: rooftop
    duration: 3s
    characters: [mina]
    prompt: "{{ mina }} on a rooftop, {{ weather }}, (night:1.2)"
    motion: pan-left
    control: [openpose, {use: depth, weight: 0.5}]
  - &river
    id: river
    transition: {crossfade: 500ms}
    duration: 4s
    prompt: {0s: "walking", 2s: "looking up", loop: true}
    camera: {zoom: [1.0, 1.15]}
    negative: *usual
  - <<: *river
    id: bridge
    prompt: |
      A bridge, {{ mina }}
        in 'the' rain
    dialogue: [{text: Hello, at: 0s}]
ending: {fade-out: 1s}
"""
PIECES = (
    *("{{", "}}", "{%", "%}", "{", "}", "[", "]", '"', "'", ": ", ":", ",", "\t", "\n", "\n\n"),
    *("- ", "*usual", "&a ", "<<: ", "!t ", "|\n", ">\n", "? ", "# ", " #1", "---\n", "...", "%"),
    *("null", "~", "true", ".nan", ".inf", "-3", "1e999", "9" * 50, "1:30", "0s", "24f", "日本"),
    *("\x07", "\ufeff", "\u2028", "\x85", "shots", "prompt", "image: a.png\n", "(", ")", "__a__"),
)

edits = st.lists(
    st.tuples(
        st.integers(0, len(WHOLE)),
        st.integers(0, 12),
        st.sampled_from(PIECES) | st.text(max_size=3),
    ),
    min_size=1,
    max_size=4,
)


def read(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        reading = read_storyboard(path)
        findings, source = reading.findings, reading.document.source
    except StoryboardErrors as errors:
        findings, source = errors.diagnostics, errors.source
        assert any(finding.severity == "error" for finding in findings)
    for finding in findings:
        for span in (finding.span, *(span for span, _ in finding.related)):
            if span is not None:
                assert 1 <= span.line <= max(1, len(source.lines)), finding
                assert span.column >= 1, finding
    render_full(findings, source, color=True)
    render_concise(findings, source)
    render_json(findings, source)


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "film.yaml"


@given(edits=edits)
@settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
def test_edited_storyboards_are_read_or_refused(path, edits):
    text = WHOLE
    for place, removed, piece in edits:
        text = text[:place] + piece + text[place + removed :]
    read(path, text.encode("utf-8", "surrogatepass"))


@given(content=st.binary(max_size=60))
@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
def test_arbitrary_bytes_are_read_or_refused(path, content):
    read(path, content)


def test_the_storyboard_that_is_edited_is_good(path):
    path.write_text(WHOLE)
    assert [finding.code for finding in read_storyboard(path).findings] == []
