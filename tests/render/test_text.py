"""Prompts become the embeddings that diffusers and compel make; frames travel between them."""

from __future__ import annotations

import pytest
import torch

from animegen.render.text import encode
from animegen.steps.diffusion import Conditioning, PromptKey

pytestmark = pytest.mark.slow

LONG = ", ".join(["a girl in the rain", "city street", "night sky"] * 12)


@pytest.fixture
def encoded(checkpoint):
    def run(*prompts, frames=(0,), negative=""):
        keys = tuple(
            PromptKey(frame=prompt[0], text=prompt[1])
            if isinstance(prompt, tuple)
            else PromptKey(frame=0, text=prompt)
            for prompt in prompts
        )
        conditioning = Conditioning(prompts=keys, negative=negative)
        return encode(conditioning, frames, checkpoint)

    return run


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
