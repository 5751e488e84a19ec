"""Prompts become the embeddings that diffusers and compel make; frames travel between them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from still_life import MODEL

from animegen.render import text
from animegen.render.models import load_checkpoint
from animegen.render.session import session
from animegen.render.text import encode
from animegen.steps.diffusion import Conditioning, PromptKey

pytestmark = pytest.mark.slow

LONG = ", ".join(["a girl in the rain", "city street", "night sky"] * 12)


@pytest.fixture
def encoded(checkpoint):
    def run(*prompts, frames=(0,), negative="", **how):
        keys = tuple(
            PromptKey(frame=prompt[0], text=prompt[1])
            if isinstance(prompt, tuple)
            else PromptKey(frame=0, text=prompt)
            for prompt in prompts
        )
        conditioning = Conditioning(prompts=keys, negative=negative, **how)
        return encode(conditioning, frames, checkpoint)

    return run


def test_along_an_arc_tokens_keep_their_length(encoded):
    ends = ((0, "girl, rain"), (8, "city street, night"))

    def norms(frames, **how):
        positive, _ = encoded(*ends, frames=frames, **how)
        return positive, positive.tokens.norm(dim=-1)

    straight, between = norms([4])
    arc, long = norms([4], blend="slerp")
    _, first = norms([0])
    _, last = norms([8])
    torch.testing.assert_close(long, (first + last) / 2)
    moved = (encoded(*ends, frames=[0])[0].tokens != encoded(*ends, frames=[8])[0].tokens).any(-1)
    assert (between[moved] < long[moved]).all()
    assert torch.equal(straight.tokens[~moved], arc.tokens[~moved])
    for frame in (0, 8):  # the ends are the same bits
        positive, _ = encoded(*ends, frames=[frame], blend="slerp")
        assert torch.equal(positive.tokens, encoded(*ends, frames=[frame])[0].tokens)
    assert not torch.equal(arc.pooled, straight.pooled)


def test_plain_text_is_encoded_as_diffusers_does(encoded, pack):
    from diffusers import StableDiffusionXLPipeline

    pipe = StableDiffusionXLPipeline.from_pretrained(pack / "base")
    with torch.no_grad():
        theirs = pipe.encode_prompt("girl, rain", negative_prompt="text")
    positive, negative = encoded("girl, rain", negative="text")
    ours = (positive.tokens, negative.tokens, positive.pooled, negative.pooled)
    assert all(torch.equal(one, two) for one, two in zip(ours, theirs, strict=True))


@pytest.mark.parametrize(
    ("a1111", "compel"),
    [
        ("a (cat:1.4) in the rain", "a (cat)1.4 in the rain"),
        ("a (red cat:0.6), night", "a (red cat)0.6, night"),
    ],
)
def test_weights_are_compels(encoded, checkpoint, a1111, compel):
    from compel import Compel, ReturnedEmbeddingsType

    tokens = [
        Compel(
            tokenizer=tokenizer,
            text_encoder=encoder,
            returned_embeddings_type=(
                ReturnedEmbeddingsType.PENULTIMATE_HIDDEN_STATES_NON_NORMALIZED
            ),
        )(compel)
        for tokenizer, encoder in zip(checkpoint.tokenizers, checkpoint.encoders, strict=True)
    ]
    ours, _ = encoded(a1111)
    assert torch.equal(ours.tokens, torch.cat(tokens, dim=-1))
    plain, _ = encoded(a1111.replace("(", "").replace(":1.4)", "").replace(":0.6)", ""))
    assert not torch.equal(ours.tokens, plain.tokens)
    assert torch.equal(ours.pooled, plain.pooled)


def test_compels_own_syntax_is_plain_text(encoded):
    marked, _ = encoded('a cat++ ("x", "y").and()')
    assert marked.tokens.shape[1] == 77


def test_long_prompts_are_chunked_not_cut(encoded):
    whole, negative = encoded(LONG, negative="blurry")
    assert whole.tokens.shape[1] == negative.tokens.shape[1] == 3 * 77
    edited, _ = encoded(LONG + ", smile")
    assert not torch.equal(whole.tokens, edited.tokens)


def test_break_starts_a_chunk(encoded):
    both, _ = encoded("girl BREAK rain")
    girl, _ = encoded("girl")
    rain, _ = encoded("rain")
    assert torch.equal(both.tokens, torch.cat([girl.tokens, rain.tokens], dim=1))


def test_an_empty_negative_is_zeros_at_any_length(encoded):
    _, negative = encoded(LONG)
    assert not negative.tokens.any()
    assert not negative.pooled.any()


def test_prompts_travel_in_a_straight_line(encoded):
    frames = range(2, 12)
    travel, _ = encoded((4, "girl"), (8, "sea"), frames=frames)
    girl, sea = (encoded(text)[0] for text in ("girl", "sea"))
    at = dict(zip(frames, travel.tokens, strict=True))
    assert torch.equal(at[2], girl.tokens[0])
    assert torch.equal(at[4], girl.tokens[0])
    torch.testing.assert_close(at[5], torch.lerp(girl.tokens[0], sea.tokens[0], 0.25))
    assert torch.equal(at[8], sea.tokens[0])
    assert torch.equal(at[11], sea.tokens[0])
    torch.testing.assert_close(travel.pooled, torch.lerp(girl.pooled, sea.pooled, 0.75))


def test_the_order_of_keys_does_not_matter(encoded):
    one, _ = encoded((0, "girl"), (4, "sea"), frames=range(6))
    two, _ = encoded((4, "sea"), (0, "girl"), frames=range(6))
    assert torch.equal(one.tokens, two.tokens)


def test_a_text_goes_through_the_encoders_once(checkpoint, monkeypatch):
    read = []
    whole = text._Coder._encode
    monkeypatch.setattr(
        text._Coder, "_encode", lambda coder, one: read.append(one) or whole(coder, one)
    )
    keys = tuple(PromptKey(frame=frame, text="ab"[frame % 2]) for frame in range(5))
    encode(Conditioning(prompts=keys, negative="b"), range(8), checkpoint)
    assert sorted(read) == ["a", "b"]


def test_sd2_reads_one_encoder_and_encodes_an_empty_negative(sd2, bench):
    from diffusers import StableDiffusionPipeline

    with session("cpu") as device:
        checkpoint = load_checkpoint(replace(MODEL, base="sd2"), bench(pack=sd2), device)
        keys = (PromptKey(frame=0, text="girl, rain"), PromptKey(frame=4, text="sea"))
        positive, negative = encode(Conditioning(prompts=keys), range(5), checkpoint)
        pipe = StableDiffusionPipeline.from_pretrained(sd2 / "base", safety_checker=None)
        girl, empty = pipe.encode_prompt("girl, rain", device, 1, True)
        sea, _ = pipe.encode_prompt("sea", device, 1, False)
    assert positive.pooled is negative.pooled is None
    assert torch.equal(positive.tokens[0], girl[0])
    assert torch.equal(positive.tokens[4], sea[0])
    torch.testing.assert_close(positive.tokens[1], torch.lerp(girl[0], sea[0], 0.25))
    assert torch.equal(negative.tokens[0], empty[0])
    assert negative.tokens.any()
