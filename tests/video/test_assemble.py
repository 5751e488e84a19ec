"""Assembly reads each clip once, forwards, and holds two at most."""

from __future__ import annotations

import contextlib
import math
from fractions import Fraction

import numpy as np
import pytest

from animegen.errors import RenderFailed
from animegen.video import assemble as module
from animegen.video.assemble import Passage, Placed, assemble
from animegen.video.blend import mix
from animegen.video.decode import read_yuv
from animegen.video.encode import write_lossless_yuv
from animegen.video.frame import black

SIZE = {"width": 16, "height": 8}


def level(value: int):
    return black(16, 8)._replace(y=np.full((8, 16), value, np.uint8))


@pytest.fixture
def clip(tmp_path):
    """Twenty frames with luma 20, 30, 40, ..."""
    path = tmp_path / "clip.mkv"
    write_lossless_yuv(path, (level(20 + 10 * index) for index in range(20)), Fraction(8))
    return path


def crossfade(before: int, after: int):
    return Passage(before=before, after=after, mix=mix, needs_outgoing=True, needs_incoming=True)


def placed(path, offset: int, frames: int, into: Passage | None = None):
    return Placed(path=path, offset=offset, frames=frames, into=into)


def mixed(outgoing: int, incoming: int, share: float) -> int:
    return math.floor(outgoing * (1 - share) + incoming * share + 0.5)


def levels(clips, ending=None):
    return [int(frame.y[0, 0]) for frame in assemble(clips, ending, **SIZE)]


def test_frames_are_taken_by_index(clip):
    assert levels([placed(clip, 2, 3), placed(clip, 10, 2)]) == [40, 50, 60, 120, 130]


def test_a_passage_reads_both_handles_to_their_ends(clip):
    # The incoming clip is read from its frame 0 on, the outgoing one to its frame 19.
    seen = levels([placed(clip, 14, 4), placed(clip, 2, 6, crossfade(2, 2))])

    assert seen[2:6] == [
        mixed(180, 20, 0.125),
        mixed(190, 30, 0.375),
        mixed(200, 40, 0.625),
        mixed(210, 50, 0.875),
    ]


@pytest.mark.parametrize(
    ("outgoing", "incoming", "lacks"), [((15, 4), (2, 6), "20"), ((14, 4), (1, 6), "-1")]
)
def test_a_handle_short_by_one_frame_is_an_error(outgoing, incoming, lacks, clip):
    clips = [placed(clip, *outgoing), placed(clip, *incoming, crossfade(2, 2))]

    with pytest.raises(RenderFailed, match=f"has no frame {lacks}"):
        levels(clips)


def test_a_clip_that_ends_before_its_cut_is_an_error(clip):
    with pytest.raises(RenderFailed, match="has no frame 20"):
        levels([placed(clip, 15, 6)])


def test_a_clip_of_another_size_is_an_error(clip):
    with pytest.raises(RenderFailed, match=r"is \(16, 8\), not \(32, 8\)"):
        list(assemble([placed(clip, 0, 2)], None, width=32, height=8))


def test_transitions_that_overlap_are_an_error(clip):
    clips = [placed(clip, 5, 3), placed(clip, 5, 3, crossfade(1, 2))]

    with pytest.raises(RenderFailed, match=r"transitions around clip\.mkv overlap"):
        levels([*clips, placed(clip, 5, 5, crossfade(2, 2))])


def test_a_crossfade_from_nothing_is_an_error(clip):
    with pytest.raises(RenderFailed, match="at an end of the film"):
        levels([placed(clip, 5, 5, crossfade(2, 2))])


def test_two_clips_are_open_during_a_passage_and_each_is_read_once(clip, monkeypatch):
    still_open, most, opened = set(), 0, 0

    def watched(path):
        nonlocal most, opened
        opened += 1
        number = opened
        still_open.add(number)
        most = max(most, len(still_open))
        with contextlib.closing(read_yuv(path)) as frames:
            try:
                yield from frames
            finally:
                still_open.discard(number)

    monkeypatch.setattr(module, "read_yuv", watched)
    clips = [placed(clip, 5, 8, crossfade(2, 2) if index else None) for index in range(12)]

    assert len(levels(clips)) == 96
    assert (most, opened, still_open) == (2, 12, set())
