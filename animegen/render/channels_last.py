"""Transformers of pictures and clips that keep a pixel's channels side by side. Unaware of weights.

Diffusers' own put the channels of what they return apart again, so that a GPU's convolutions,
which want them side by side, have to copy every picture back. What is computed stays the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from diffusers.models.modeling_outputs import Transformer2DModelOutput
from diffusers.models.transformers.transformer_2d import Transformer2DModel
from diffusers.models.unets.unet_motion_model import AnimateDiffTransformer3D

if TYPE_CHECKING:
    from collections.abc import Callable

    Layer = Callable[[torch.Tensor], torch.Tensor]


def keep_channels_last(model: torch.nn.Module) -> None:
    """Let every transformer in `model` keep its pictures' channels side by side."""
    for module in model.modules():
        if type(module) is AnimateDiffTransformer3D:
            module.__class__ = ClipTransformer
        elif type(module) is Transformer2DModel and module.use_linear_projection:
            module.__class__ = PictureTransformer


class ClipTransformer(AnimateDiffTransformer3D):
    """A motion module: attention along the frames at every place of a clip."""

    def forward(
        self, hidden_states: torch.Tensor, *_: Any, num_frames: int = 1, **__: Any
    ) -> torch.Tensor:
        """Return (B * F, C, h, w) for as much; text and time do not reach motion modules."""
        frames, channels, height, width = hidden_states.shape
        clips = frames // num_frames
        clip = hidden_states.reshape(clips, num_frames, channels, height, width)
        normed = self.norm(clip.permute(0, 2, 1, 3, 4))
        places = normed.permute(0, 3, 4, 2, 1).reshape(clips * height * width, num_frames, channels)
        places = self.proj_in(places)
        for block in self.transformer_blocks:
            places = block(places)
        clip = self.proj_out(places).reshape(clips, height, width, num_frames, channels)
        change = clip.permute(0, 3, 4, 1, 2).reshape(frames, channels, height, width)
        return hidden_states + change


def _enter(picture: torch.Tensor, norm: Layer, project: Layer) -> torch.Tensor:
    """Return (B, h * w, C) for (B, C, h, w)."""
    return project(norm(picture).permute(0, 2, 3, 1).flatten(1, 2))


def _leave(places: torch.Tensor, picture: torch.Tensor, project: Layer) -> torch.Tensor:
    """Return `picture` (B, C, h, w), changed by what became of its places (B, h * w, C)."""
    change = project(places).unflatten(1, picture.shape[2:])
    return picture + change.permute(0, 3, 1, 2)


class PictureTransformer(Transformer2DModel):
    """Attention between a picture's places, and from them to the text."""

    enter = staticmethod(_enter)
    leave = staticmethod(_leave)

    def compile_ends(self, **options: Any) -> None:
        """Let what comes before the blocks and after them be compiled; the blocks are not."""
        self.enter = torch.compile(_enter, **options)
        self.leave = torch.compile(_leave, **options)

    def forward(  # type: ignore[override]
        self,
        hidden_states: torch.Tensor,
        encoder_hidden_states: torch.Tensor,
        *_: Any,
        return_dict: bool = True,
        **__: Any,
    ) -> Any:
        """Return (B, C, h, w) for as much and texts (B, L, D); nothing is masked."""
        places = self.enter(hidden_states, self.norm, self.proj_in)
        for block in self.transformer_blocks:
            places = block(places, encoder_hidden_states=encoder_hidden_states)
        picture = self.leave(places, hidden_states, self.proj_out)
        return Transformer2DModelOutput(sample=picture) if return_dict else (picture,)
