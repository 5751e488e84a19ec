"""Attention along a clip's few frames, as one Triton kernel. Unaware of what is attended to.

Torch's kernels are made for long sequences. A motion module attends along 16 frames at each of
ten thousand places: there they spend their time on launching and padding. Here one small program
takes one head at one place, and reads and writes every number once. Imported on CUDA only, where
Triton is installed.
"""

from __future__ import annotations

from typing import Any

import torch
import triton
import triton.language as tl


@triton.jit  # type: ignore[untyped-decorator]
def _attend(  # type: ignore[no-untyped-def]
    q, k, v, out, frames, heads, width, SCALE: tl.constexpr, F: tl.constexpr, D: tl.constexpr
):
    program = tl.program_id(0).to(tl.int64)
    place, head = program // heads, program % heads
    row = tl.arange(0, F)
    column = tl.arange(0, D)
    spot = place * frames * heads * width + head * width
    where = spot + row[:, None] * (heads * width) + column[None, :]
    inside = (row[:, None] < frames) & (column[None, :] < width)
    query = tl.load(q + where, mask=inside, other=0.0)
    key = tl.load(k + where, mask=inside, other=0.0)
    value = tl.load(v + where, mask=inside, other=0.0)
    score = tl.dot(query, tl.trans(key), input_precision="ieee") * SCALE
    score = tl.where(row[None, :] < frames, score, float("-inf"))
    score = tl.exp(score - tl.max(score, 1)[:, None])
    share = score / tl.sum(score, 1)[:, None]
    mixed = tl.dot(share.to(value.dtype), value, input_precision="ieee")
    tl.store(out + where, mixed.to(value.dtype), mask=inside)


@torch.library.triton_op("animegen::short_attention", mutates_args={})
def short_attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, heads: int) -> torch.Tensor:
    """Return softmax(q k^T / sqrt(d)) v for q, k, v (N, F, H * d) and H heads, as (N, F, H * d).

    The tensors must be contiguous and of one type. F and d are padded to powers of two, at least
    16: frames are meant to be few.
    """
    places, frames, channels = q.shape
    width = channels // heads
    rows, columns = max(16, triton.next_power_of_2(frames)), triton.next_power_of_2(width)
    out = torch.empty_like(q)
    torch.library.wrap_triton(_attend)[(places * heads,)](
        q, k, v, out, frames, heads, width,
        # As a constant: torch's compiler would hand a number over in double precision.
        SCALE=width**-0.5, F=rows, D=max(16, columns), num_warps=1 if columns <= 64 else 2,
    )  # fmt: skip
    return out


class KernelAttention:
    """An attention processor for the self-attention of motion modules on a CUDA device.

    Masks and the processors' other options do not occur there.
    """

    def __call__(
        self, attn: Any, hidden_states: torch.Tensor, *_args: Any, **_kwargs: Any
    ) -> torch.Tensor:
        """Return (N, F, C) for N places of F frames."""
        query, key, value = (
            projection(hidden_states).contiguous()
            for projection in (attn.to_q, attn.to_k, attn.to_v)
        )
        out: torch.Tensor = attn.to_out[0](short_attention(query, key, value, attn.heads))
        return out
