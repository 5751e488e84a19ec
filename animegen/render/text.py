"""Encodes prompts for a base model's text encoders, one embedding per frame. Unaware of noise.

Weights and long prompts are compel's work (the embedding moves away from the empty prompt's, per
token); the prompt's syntax is read by `weighting`, so compel's own syntax never gets a say.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from animegen.render.blending import mix
from animegen.render.weighting import parse_prompt, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from animegen.render.checkpoint import Checkpoint
    from animegen.render.job import Conditioning, PromptKey


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """A prompt as the UNet takes it."""

    tokens: torch.Tensor
    """(F, L, D), L a multiple of 77."""
    pooled: torch.Tensor | None
    """(1, P): SDXL has one per clip, SD2 none."""


@dataclass(frozen=True, kw_only=True)
class Prompts:
    """A shot's prompts, encoded once; `encode` for any of its frames."""

    keys: Sequence[PromptKey]
    """Sorted."""
    texts: Sequence[Encoded]
    negative: Encoded
    blend: str = "lerp"
    """How the embeddings move between two keys: see `blending`."""

    def at(self, frames: Sequence[int]) -> tuple[Encoded, Encoded]:
        """Return the positive and the negative prompt for `frames` of the shot."""
        positions = [_position(self.keys, frame) for frame in frames]
        tokens = self.negative.tokens.expand(len(frames), -1, -1)
        return self._travel(positions), Encoded(tokens=tokens, pooled=self.negative.pooled)

    def _travel(self, positions: Sequence[float]) -> Encoded:
        import torch

        mixed = [self._between(position) for position in positions]
        tokens = torch.cat([code.tokens for code in mixed])
        return Encoded(tokens=tokens, pooled=mixed[len(mixed) // 2].pooled)

    def _between(self, position: float) -> Encoded:
        index, share = int(position), position % 1.0
        before = self.texts[index]
        if not share:
            return before
        after = self.texts[index + 1]
        pooled = None
        if before.pooled is not None and after.pooled is not None:
            pooled = mix(self.blend, before.pooled, after.pooled, share)
        tokens = mix(self.blend, before.tokens, after.tokens, share)
        return Encoded(tokens=tokens, pooled=pooled)


def encode(
    conditioning: Conditioning, frames: Sequence[int], checkpoint: Checkpoint
) -> tuple[Encoded, Encoded]:
    """Return the positive and the negative prompt for `frames` of the shot, equally long.

    Between two prompt keys the embeddings move as the conditioning's `blend` says. The pooled
    embedding cannot change within a clip, so it is that of the middle frame.
    """
    return read_prompts(conditioning, checkpoint).at(frames)


def read_prompts(conditioning: Conditioning, checkpoint: Checkpoint) -> Prompts:
    """Return the prompts as the text encoders read them, equally long."""
    coder = _Coder(checkpoint)
    keys = sorted(conditioning.prompts, key=lambda key: key.frame)
    texts = [coder.encode(key.text) for key in keys]
    negative = coder.encode_negative(conditioning.negative)
    length = max(code.tokens.shape[1] for code in (*texts, negative))
    texts = [coder.lengthen(code, length) for code in texts]
    negative = coder.lengthen(negative, length)
    return Prompts(keys=keys, texts=texts, negative=negative, blend=conditioning.blend)


def _position(keys: Sequence[PromptKey], frame: int) -> float:
    """Return where a frame lies among the keys: 1.5 is halfway between the second and third."""
    for index, (before, after) in enumerate(pairwise(keys)):
        if frame < after.frame:
            return index + max(0.0, (frame - before.frame) / (after.frame - before.frame))
    return len(keys) - 1.0


class _Coder:
    """A checkpoint's encoders side by side: hidden states, joined along their features.

    Each distinct text goes through them once.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._zero_empty = checkpoint.zero_empty
        self._device = checkpoint.device
        self._providers = [
            _provider(tokenizer, encoder, checkpoint.base.hidden, checkpoint.device)
            for tokenizer, encoder in zip(checkpoint.tokenizers, checkpoint.encoders, strict=True)
        ]
        self._pooling = [
            provider
            for provider, reader in zip(self._providers, checkpoint.base.readers, strict=True)
            if reader.pooled
        ]
        self._known: dict[str, Encoded] = {}

    def encode(self, text: str) -> Encoded:
        if text not in self._known:
            self._known[text] = self._encode(text)
        return self._known[text]

    def _encode(self, text: str) -> Encoded:
        import torch

        chunks = [
            torch.cat([self._encode_chunk(provider, chunk) for provider in self._providers], dim=-1)
            for chunk in parse_prompt(text)
        ]
        pooled = [
            provider.get_pooled_embeddings([plain_text(text)], device=self._device)
            for provider in self._pooling
        ]
        return Encoded(
            tokens=torch.cat(chunks, dim=1), pooled=torch.cat(pooled, dim=-1) if pooled else None
        )

    def encode_negative(self, text: str) -> Encoded:
        code = self.encode(text)
        if text.strip() or not self._zero_empty:
            return code
        pooled = None if code.pooled is None else code.pooled * 0
        return Encoded(tokens=code.tokens * 0, pooled=pooled)

    def lengthen(self, code: Encoded, length: int) -> Encoded:
        """Append the empty prompt (to zeros: zeros) until the code has `length` tokens."""
        import torch

        missing = length - code.tokens.shape[1]
        if not missing:
            return code
        empty = torch.cat([provider.empty_z for provider in self._providers], dim=-1)
        filler = empty.repeat(1, missing // empty.shape[1], 1) * bool(code.tokens.any())
        return Encoded(tokens=torch.cat([code.tokens, filler], dim=1), pooled=code.pooled)

    def _encode_chunk(self, provider: Any, chunk: Sequence[tuple[str, float]]) -> torch.Tensor:
        texts, weights = [text for text, _ in chunk], [weight for _, weight in chunk]
        embeddings: torch.Tensor = provider.get_embeddings_for_weighted_prompt_fragments(
            [texts], [weights], device=self._device
        )
        return embeddings.to(self._device)  # compel leaves them where the encoder waits


def _provider(tokenizer: Any, encoder: Any, hidden: str, device: torch.device) -> Any:
    from compel import EmbeddingsProvider, ReturnedEmbeddingsType, SplitLongTextMode

    return EmbeddingsProvider(
        tokenizer=tokenizer,
        text_encoder=encoder,
        device=device,
        dtype_for_device_getter=lambda _device: encoder.dtype,
        truncate=False,
        returned_embeddings_type=ReturnedEmbeddingsType[hidden],
        # Prompts of tags have commas, not sentences.
        split_long_text_mode=SplitLongTextMode.PHRASES,
    )
