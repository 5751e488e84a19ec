"""Segments continue from the latents before them, bit for bit, and stand on their own."""

from __future__ import annotations

import threading
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from still_life import DPM, FIRST, LCM, NEXT, STILL, lora

from animegen.errors import Interrupted, RenderFailed, StoreFailed
from animegen.render import decode
from animegen.render.decode import decode_frames
from animegen.render.denoise import denoise
from animegen.render.keyframe import render_keyframe
from animegen.render.segment import render_segment
from animegen.steps.diffusion import Conditioning, PromptKey
from animegen.steps.segment import Betas

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def keyframe(pack, tmp_path_factory):
    from still_life import FakeBench

    folder = tmp_path_factory.mktemp("keyframe")
    render_keyframe(STILL, FakeBench(pack=pack, folder=folder))
    return folder / "keyframe.safetensors"


def _tail(bench):
    return load_file(bench.folder / "tail.safetensors")["latents"]


def _frames(bench):
    import av

    with av.open(str(bench.folder / "frames.mkv")) as file:
        rate = file.streams.video[0].average_rate
        return [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)], rate


def _chain(bench, keyframe, sampler=LCM, **changes):
    """Render two segments; return their benches."""
    one, two = bench("one"), bench("two")
    render_segment(
        replace(FIRST, sampler=sampler, **changes), one, keyframe=keyframe, tail=None, maps={}
    )
    tail = one.folder / "tail.safetensors"
    render_segment(
        replace(NEXT, sampler=sampler, **changes), two, keyframe=keyframe, tail=tail, maps={}
    )
    return one, two


@pytest.mark.parametrize("changes", [{}, {"fade": 3, "drift": 0.5}], ids=["plain", "held"])
@pytest.mark.parametrize("sampler", [LCM, DPM], ids=["lcm", "dpm"])
def test_the_overlap_is_bit_equal(bench, keyframe, sampler, changes):
    one, two = _chain(bench, keyframe, sampler, **changes)
    assert torch.equal(_tail(two)[:, :, : NEXT.overlap], _tail(one))
    assert not torch.equal(_tail(two)[:, :, 2], _tail(two)[:, :, 3])


def test_only_new_frames_are_written(bench, keyframe):
    one, two = _chain(bench, keyframe)
    (first, rate), (second, _) = _frames(one), _frames(two)
    assert (len(first), len(second), rate) == (6, 4, Fraction(8))
    assert _tail(one).shape == (1, 4, FIRST.keep, 8, 8)
    assert one.reports[-1] == (6, 6, "frame")
    moves = [np.abs(a.astype(int) - b).mean() for a, b in pairwise(first)]
    assert min(moves) > 0.5


def test_the_tail_is_the_end(bench, keyframe):
    whole, end = bench("whole"), bench("end")
    render_segment(replace(FIRST, keep=6), whole, keyframe=keyframe, tail=None, maps={})
    render_segment(FIRST, end, keyframe=keyframe, tail=None, maps={})
    assert torch.equal(_tail(end), _tail(whole)[:, :, -2:])


def test_new_frames_start_from_the_picture_before_them(bench, keyframe, monkeypatch):
    given = []

    def watch(*args, start, frozen, **more):
        given.append((start, frozen))
        return denoise(*args, start=start, frozen=frozen, **more)

    monkeypatch.setattr("animegen.render.segment.denoise", watch)
    one, _ = _chain(bench, keyframe)
    (first_start, first_frozen), (next_start, next_frozen) = given
    assert torch.equal(first_start[:, :, 0], load_file(keyframe)["latents"])
    assert first_frozen is None
    assert torch.equal(next_start, _tail(one)[:, :, -1:])
    assert torch.equal(next_frozen, _tail(one))


def test_a_stored_chain_renders_alone(bench, keyframe, fresh, tmp_path):
    one, two = _chain(bench, keyframe, loras=(lora("mina"),))
    fresh()
    again = bench("again")
    render_segment(
        replace(NEXT, loras=(lora("mina"),)),
        again,
        keyframe=keyframe,
        tail=one.folder / "tail.safetensors",
        maps={},
    )
    for path in two.folder.iterdir():
        assert path.read_bytes() == (again.folder / path.name).read_bytes()


def test_only_a_later_segment_is_corrected_at_its_seam(bench, keyframe):
    one, two = _chain(bench, keyframe)
    held = bench("held-one"), bench("held-two")
    tail = None
    for job, work in zip((FIRST, NEXT), held, strict=True):
        render_segment(replace(job, fade=3), work, keyframe=keyframe, tail=tail, maps={})
        tail = work.folder / "tail.safetensors"
    assert torch.equal(_tail(one), _tail(held[0]))
    assert not torch.equal(_tail(two), _tail(held[1]))


@pytest.mark.parametrize(
    "changed",
    [
        {"drift": 0.5},
        {"betas": Betas(end=0.020)},
        {"seed": 1},
        {"strength": 0.6},
        {
            "conditioning": Conditioning(
                prompts=(PromptKey(frame=0, text="girl"), PromptKey(frame=5, text="sea"))
            )
        },
    ],
    ids=["drift", "betas", "seed", "strength", "travel"],
)
def test_every_ingredient_counts(bench, keyframe, changed):
    one, two = bench("one"), bench("two")
    render_segment(replace(FIRST, keep=6), one, keyframe=keyframe, tail=None, maps={})
    render_segment(replace(FIRST, keep=6, **changed), two, keyframe=keyframe, tail=None, maps={})
    assert not torch.equal(_tail(one), _tail(two))


def test_a_tail_of_another_length_is_refused(bench, keyframe):
    one = bench("one")
    render_segment(replace(FIRST, keep=3), one, keyframe=keyframe, tail=None, maps={})
    with pytest.raises(RenderFailed, match="left 3 frames to continue from, not 2"):
        render_segment(
            NEXT, bench(), keyframe=keyframe, tail=one.folder / "tail.safetensors", maps={}
        )


def test_frames_are_the_same_bits_whether_written_meanwhile_or_by_turns(
    bench, keyframe, monkeypatch
):
    meanwhile, by_turns = bench("meanwhile"), bench("by-turns")
    render_segment(FIRST, meanwhile, keyframe=keyframe, tail=None, maps={})
    monkeypatch.setattr("animegen.render.segment.hand_over", lambda items, use: use(iter(items)))
    render_segment(FIRST, by_turns, keyframe=keyframe, tail=None, maps={})
    files = [(work.folder / "frames.mkv").read_bytes() for work in (meanwhile, by_turns)]
    assert files[0] == files[1]
    assert meanwhile.reports == by_turns.reports


@pytest.mark.parametrize("at", [1, 3, 6])
def test_who_stops_while_frames_are_written_leaves_no_thread(bench, keyframe, at):
    def stop(done, _total, unit):
        if (done, unit) == (at, "frame"):
            raise Interrupted("stopped")

    work, before = bench(), threading.active_count()
    work.on_progress = stop
    with pytest.raises(Interrupted, match="stopped"):
        render_segment(FIRST, work, keyframe=keyframe, tail=None, maps={})
    assert threading.active_count() == before
    assert not (work.folder / "tail.safetensors").exists()


def test_a_full_disk_is_told_as_one_and_the_vae_is_put_back(bench, keyframe, monkeypatch):
    vaes = []

    def fill(_path, frames, _rate):
        next(frames)
        raise StoreFailed("no space left")

    def tiled(vae, *rest, **options):
        vaes.append(vae)
        for frame in decode_frames(vae, *rest, **options):
            vae.enable_tiling()
            yield frame

    def put_back(vae, *rest, **options):
        with decode._put_back(vae):
            yield from tiled(vae, *rest, **options)

    monkeypatch.setattr("animegen.video.encode.write_lossless_rgb", fill)
    monkeypatch.setattr("animegen.render.segment.decode_frames", put_back)
    with pytest.raises(StoreFailed, match="no space left") as kept:
        render_segment(FIRST, bench(), keyframe=keyframe, tail=None, maps={})
    assert kept.value.__traceback__ is not None  # which holds every frame that was left open
    assert vaes[0].use_tiling is False
