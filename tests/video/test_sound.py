"""Sound: as many samples as asked for, in their place, shaped; files with pictures are refused."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from animegen.errors import RenderFailed
from animegen.video.encode import write_h264
from animegen.video.frame import black
from animegen.video.sound import (
    SAMPLE_RATE,
    Shape,
    SoundRefused,
    require_sound,
    shape_sound,
)
from tests.sounds import write_tone

NONE = Fraction(0)


def shape(gain=0.0, at=NONE, skip=NONE, fade_in=NONE, fade_out=NONE) -> Shape:
    return Shape(gain=gain, at=at, skip=skip, fade_in=fade_in, fade_out=fade_out)


def heard(path, form: Shape, samples: int):
    blocks = list(shape_sound(path, form, samples))
    assert all(block.shape == (2, 1024) for block in blocks[:-1])
    assert {block.dtype for block in blocks} <= {np.dtype(np.float32)}
    return np.concatenate(blocks, axis=1) if blocks else np.zeros((2, 0), np.float32)


@pytest.fixture
def tone(tmp_path):
    return write_tone(tmp_path / "tone.wav", 1)


@pytest.fixture
def ramp(tmp_path):
    """A file in which sample n says where it is."""
    path = tmp_path / "ramp.wav"
    values = (np.arange(SAMPLE_RATE) // 2).astype(np.int16)[None]
    with av.open(str(path), "w") as file:
        stream = file.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(values, "s16", "mono")
        frame.sample_rate = SAMPLE_RATE
        file.mux([*stream.encode(frame), *stream.encode(None)])
    return path


@pytest.mark.parametrize("samples", [0, 1, 1023, 1024, 1025, 47_999, 48_000, 48_001, 100_000])
def test_there_are_exactly_as_many_samples_as_asked_for(tone, samples: int) -> None:
    assert heard(tone, shape(), samples).shape == (2, samples)


def test_sound_is_as_it_was_and_silent_after_its_end(ramp) -> None:
    seen = heard(ramp, shape(), 50_000)
    # A mono sound keeps its loudness on both sides.
    expected = (np.arange(48_000) // 2) / 32768
    assert np.array_equal(seen[0], seen[1])
    assert np.abs(seen[0, :48_000] - expected).max() < 1e-4
    assert not seen[:, 48_000:].any()


def test_it_begins_at_its_time_and_its_beginning_is_left_out(ramp) -> None:
    seen = heard(ramp, shape(at=Fraction(1, 4), skip=Fraction(1, 2)), 48_000)
    assert not seen[:, :12_000].any()
    assert seen[0, 12_000] == pytest.approx(12_000 / 32768, abs=1e-4)
    assert seen[0, 35_999] == pytest.approx(23_999 / 32768, abs=1e-4)
    assert not seen[:, 36_000:].any()


@pytest.mark.parametrize("form", [shape(at=Fraction(9)), shape(skip=Fraction(9))])
def test_what_lies_beyond_is_silence(tone, form: Shape) -> None:
    seen = heard(tone, form, 24_000)
    assert seen.shape == (2, 24_000)
    assert not seen.any()


def test_gain_is_in_decibels(tone) -> None:
    plain, louder = heard(tone, shape(), 9600), heard(tone, shape(gain=6.0), 9600)
    assert np.abs(louder - plain * 10 ** (6 / 20)).max() < 1e-5


def levels(seen, window: int = 480) -> list[float]:
    return [float(np.abs(part).max()) for part in np.split(seen[0], seen.shape[1] // window)]


def test_fades_rise_and_sink_over_their_time(tone) -> None:
    whole = levels(heard(tone, shape(), 48_000))
    faded = levels(heard(tone, shape(fade_in=Fraction(1, 4), fade_out=Fraction(1, 2)), 48_000))
    assert faded[0] < 0.01
    assert faded[-1] < 0.01
    assert faded[25:50] == pytest.approx(whole[25:50], abs=1e-4)
    assert faded[:25] == sorted(faded[:25])
    assert faded[50:] == sorted(faded[50:], reverse=True)
    assert faded[12] == pytest.approx(whole[12] / 2, abs=0.03)


def test_it_fades_out_with_the_film_or_with_the_file_if_that_is_shorter(tone) -> None:
    form = shape(fade_out=Fraction(1, 4))
    assert levels(heard(tone, form, 24_000))[-1] < 0.01
    longer = levels(heard(tone, form, 96_000))
    assert longer[70] == pytest.approx(0.5, abs=0.01)
    assert 0 < longer[99] < 0.01
    assert longer[100:] == [0.0] * 100


@pytest.mark.parametrize(
    ("name", "codec", "rate", "layout"),
    [
        ("a.flac", "flac", 44_100, "stereo"),
        ("a.mp3", "libmp3lame", 44_100, "stereo"),
        ("a.ogg", "libvorbis", 48_000, "stereo"),
        ("a.opus", "libopus", 48_000, "stereo"),
        ("a.m4a", "aac", 48_000, "stereo"),
        ("a.wav", "pcm_s16le", 22_050, "mono"),
        ("a.aiff", "pcm_s16be", 48_000, "5.1"),
    ],
)
def test_common_files_are_read(tmp_path, name: str, codec: str, rate: int, layout: str) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"this FFmpeg cannot write {codec}")
    path = tmp_path / name
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        for start in range(0, rate, 1000):
            time = (start + np.arange(1000)) / rate
            wave = (0.4 * np.sin(time * 440 * 2 * np.pi) * 32767).astype(np.int16)
            channels = len(av.AudioLayout(layout).channels)
            frame = av.AudioFrame.from_ndarray(np.repeat(wave, channels)[None], "s16", layout)
            frame.sample_rate, frame.pts = rate, start
            frame.time_base = Fraction(1, rate)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    require_sound(path)
    seen = heard(path, shape(), 24_000)
    assert float(np.abs(seen[:, 4_000:20_000]).max()) > 0.2


def picture_file(path, *, with_sound: bool):
    sound = iter([np.zeros((2, 1024), np.float32)]) if with_sound else None
    write_h264(path, [black(64, 64)] * 3, Fraction(24), sound=sound)
    return path


@pytest.mark.parametrize("with_sound", [True, False])
def test_a_file_with_pictures_is_refused(tmp_path, with_sound: bool) -> None:
    path = picture_file(tmp_path / "film.m4a", with_sound=with_sound)
    with pytest.raises(SoundRefused, match="it holds pictures, too"):
        require_sound(path)
    with pytest.raises(RenderFailed, match="it holds pictures, too"):
        list(shape_sound(path, shape(), 100))


def test_a_cover_is_a_picture(tmp_path) -> None:
    path = tmp_path / "song.mka"
    with av.open(str(path), "w", format="matroska") as file:
        sound = file.add_stream("flac", rate=SAMPLE_RATE, layout="stereo")
        cover = file.add_stream("mjpeg", rate=1)
        cover.width = cover.height = 64
        cover.pix_fmt = "yuvj420p"
        picture = av.VideoFrame(64, 64, "yuvj420p")
        picture.pts, picture.time_base = 0, Fraction(1)
        file.mux(cover.encode(picture))
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 9600), np.int16), "s16", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, 0, Fraction(1, SAMPLE_RATE)
        file.mux([*sound.encode(frame), *sound.encode(None), *cover.encode(None)])
    with pytest.raises(SoundRefused, match="it holds pictures, too"):
        require_sound(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no sound at all",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\ntone.wav\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile tone.wav\n",
    ],
)
def test_what_is_no_sound_or_leads_to_another_file_is_refused(tone, content: bytes) -> None:
    path = tone.with_name("list.mp3")
    path.write_bytes(content)
    with pytest.raises(SoundRefused, match="it cannot be read as sound"):
        require_sound(path)


def test_a_file_that_is_gone_is_an_error_of_the_render(tmp_path) -> None:
    with pytest.raises(RenderFailed, match="cannot read the soundtrack: No such file"):
        list(shape_sound(tmp_path / "gone.wav", shape(), 100))
