"""CMX 3600: timecodes, reels, dissolves; and OpenTimelineIO's own reader agrees."""

from __future__ import annotations

from fractions import Fraction

import opentimelineio as otio
import pytest

from animegen.plan.cut_list import Cut, CutList
from animegen.report.edl import NoSuchList, edl_text
from animegen.report.smpte import smpte
from animegen.steps.film import Join
from animegen.units import parse_rate

NTSC = Fraction(30000, 1001)


def film(*cuts: Cut, rate: Fraction = Fraction(24), ending: Join | None = None) -> CutList:
    return CutList(rate=rate, cuts=cuts, ending=ending or Join(), whole=True)


def shot(name: str, start: int, frames: int = 48, into: Join | None = None) -> Cut:
    return Cut(id=name, start=start, frames=frames, offset=12, available=80, into=into or Join())


FADE = Join(word="crossfade", before=6, after=6)


def test_a_list_is_written_to_the_letter() -> None:
    card = Cut(id="opening-1", text="A film", start=0, frames=24, available=24)
    fade_in, dip = Join(word="fade-in", after=12), Join(word="dip", before=6, after=6)
    cuts = film(
        card,
        shot("rooftop", 24, into=fade_in),
        shot("river-bank-at-night", 72, into=FADE),
        shot("river-bank-by-day", 120, into=dip),
        ending=Join(word="fade-out", before=24),
    )
    assert edl_text("Über den\nRegen", cuts) == (
        "TITLE: Uber den Regen\n"
        "FCM: NON-DROP FRAME\n"
        "\n"
        "001  OPENING1 V     C        00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n"
        "* FROM CLIP NAME: opening-1\n"
        "002  BL       V     C        00:00:00:00 00:00:00:00 00:00:01:00 00:00:01:00\n"
        "002  ROOFTOP  V     D    012 00:00:00:12 00:00:02:06 00:00:01:00 00:00:02:18\n"
        "* FROM CLIP NAME: BL\n"
        "* TO CLIP NAME: rooftop\n"
        "003  ROOFTOP  V     C        00:00:02:06 00:00:02:06 00:00:02:18 00:00:02:18\n"
        "003  RIVERBAN V     D    012 00:00:00:06 00:00:02:06 00:00:02:18 00:00:04:18\n"
        "* FROM CLIP NAME: rooftop\n"
        "* TO CLIP NAME: river-bank-at-night\n"
        "004  RIVERBAN V     C        00:00:02:06 00:00:02:06 00:00:04:18 00:00:04:18\n"
        "004  BL       V     D    006 00:00:00:00 00:00:00:06 00:00:04:18 00:00:05:00\n"
        "* FROM CLIP NAME: river-bank-at-night\n"
        "* TO CLIP NAME: BL\n"
        "005  BL       V     C        00:00:00:06 00:00:00:06 00:00:05:00 00:00:05:00\n"
        "005  RIVERBA2 V     D    006 00:00:00:12 00:00:01:12 00:00:05:00 00:00:06:00\n"
        "* FROM CLIP NAME: BL\n"
        "* TO CLIP NAME: river-bank-by-day\n"
        "006  RIVERBA2 V     C        00:00:01:12 00:00:01:12 00:00:06:00 00:00:06:00\n"
        "006  BL       V     D    024 00:00:00:00 00:00:01:00 00:00:06:00 00:00:07:00\n"
        "* FROM CLIP NAME: river-bank-by-day\n"
        "* TO CLIP NAME: BL\n"
    )


def test_ntsc_drops_frame_numbers_and_says_so() -> None:
    text = edl_text("t", film(shot("a", 0, 1800), shot("b", 1800, 30), rate=NTSC))
    assert "FCM: DROP FRAME\n" in text
    assert "00:00:00;12 00:01:00;14 00:00:00;00 00:01:00;02\n" in text


@pytest.mark.parametrize("rate", ["8", "12", "23.976", "24", "25", "29.97", "30", "59.94", "60"])
def test_timecodes_are_those_of_opentimelineio(rate: str) -> None:
    fps = parse_rate(rate)
    seen = []
    for frame in [*range(0, 40_000, 7), *range(1790, 1810), *range(17_900, 18_000), 900_000]:
        drop = rate in ("29.97", "59.94")
        time = otio.opentime.RationalTime(frame, float(fps))
        try:
            theirs = otio.opentime.to_timecode(time, float(fps), drop)
        except ValueError:  # it does not know 8 and 12
            theirs = f"00:{frame // int(fps) // 60 % 60:02d}:{frame // int(fps) % 60:02d}"
            assert smpte(frame, fps)[3:8] == theirs[3:]
            continue
        assert smpte(frame, fps) == theirs
        seen.append(frame)
    assert rate in ("8", "12") or len(seen) > 5000


def test_opentimelineio_reads_what_was_written() -> None:
    text = edl_text("t", film(shot("a", 0), shot("b", 48, into=FADE), shot("c", 96)))
    track = otio.adapters.read_from_string(text, "cmx_3600", rate=24).tracks[0]
    clips = [
        (clip.name, clip.source_range.start_time.value, clip.source_range.duration.value)
        for clip in track.find_clips()
    ]
    assert clips == [("a", 12, 42), ("b", 6, 54), ("c", 12, 48)]
    (dissolve,) = (item for item in track if isinstance(item, otio.schema.Transition))
    assert (dissolve.in_offset.value, dissolve.out_offset.value) == (0, 12)
    assert track.duration().value == 144


def test_many_reels_of_one_beginning_all_differ() -> None:
    cuts = [shot(f"the-same-{n}", 48 * n) for n in range(120)]
    lines = edl_text("t", film(*cuts)).splitlines()
    reels = [line[5:13] for line in lines if line[:3].isdigit()]
    assert len(set(reels)) == 120
    assert all(reel.strip().isalnum() and reel.isupper() for reel in reels)


def test_no_reel_is_called_like_black() -> None:
    assert "BL2      V" in edl_text("t", film(shot("bl", 0)))


@pytest.mark.parametrize(
    ("cuts", "message"),
    [
        (film(shot("a", 0), rate=Fraction(120)), "100 frames in a second, this film has 120"),
        (
            film(*(shot(f"s{n}", 48 * n) for n in range(1000))),
            "999 events, this film has 1000",
        ),
        (
            film(shot("a", 0, 2000, Join(word="fade-in", after=1000))),
            "999 frames in a dissolve, this film has 1000",
        ),
    ],
)
def test_what_has_no_room_is_refused(cuts: CutList, message: str) -> None:
    with pytest.raises(NoSuchList) as refused:
        edl_text("t", cuts)
    assert refused.value.message == f"an EDL holds at most {message}"
