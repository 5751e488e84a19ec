"""The two text encoders of the SDXL layout, small. Unaware of pictures and of training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from training.tokenizer import LENGTH

if TYPE_CHECKING:
    from training.recipe import Recipe
    from training.tokenizer import Words


@dataclass(frozen=True, kw_only=True)
class Encoders:
    """`first` gives only context; `second` context and the pooled text."""

    first: CLIPTextModel
    second: CLIPTextModelWithProjection

    @property
    def modules(self) -> tuple[nn.Module, nn.Module]:
        """Both, in order."""
        return self.first, self.second

    def embed(self, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return context (B, 77, 2 * width) and pooled text (B, width) of token ids (B, 77).

        As StableDiffusionXLPipeline does: the last hidden states but one, side by side.
        """
        one = self.first(ids, output_hidden_states=True)
        two = self.second(ids, output_hidden_states=True)
        context = torch.cat([one.hidden_states[-2], two.hidden_states[-2]], -1)
        return context, two.text_embeds


def build(recipe: Recipe, words: Words) -> Encoders:
    """Make both encoders with random weights, for this vocabulary."""

    def config(activation: str) -> CLIPTextConfig:
        return CLIPTextConfig(
            vocab_size=len(words.ids),
            hidden_size=recipe.text_width,
            intermediate_size=4 * recipe.text_width,
            projection_dim=recipe.text_width,
            num_hidden_layers=recipe.text_layers,
            num_attention_heads=recipe.text_heads,
            max_position_embeddings=LENGTH,
            hidden_act=activation,
            bos_token_id=words.start,
            # The true one: the pooled text is read where this id stands first.
            eos_token_id=words.end,
            pad_token_id=words.end,
        )

    return Encoders(
        first=CLIPTextModel(config("quick_gelu")),
        second=CLIPTextModelWithProjection(config("gelu")),
    )
