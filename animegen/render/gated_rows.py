"""Gated GELU, rounded to float8 in one pass, as a Triton kernel. Unaware of what is gated.

A row's scale is known only when the whole row is: torch's compiler reads the row, and computes its
GELUs, twice. Here one program keeps the row in its registers. Imported on CUDA only.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl

_MOST = torch.finfo(torch.float8_e4m3fn).max
_LEAST = 1e-12


@triton.jit  # type: ignore[untyped-decorator]
def _gate(source, out, scales, width, MOST: tl.constexpr, LEAST: tl.constexpr, W: tl.constexpr):  # type: ignore[no-untyped-def]
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, W)
    inside = column < width
    value = tl.load(source + row * 2 * width + column, mask=inside, other=0.0).to(tl.float32)
    door = tl.load(source + (row * 2 + 1) * width + column, mask=inside, other=0.0).to(tl.float32)
    gated = value * 0.5 * door * (1.0 + tl.erf(door * 0.7071067811865476))
    scale = tl.maximum(tl.max(tl.abs(gated), 0), LEAST) / MOST
    tl.store(scales + row, scale)
    tl.store(out + row * width + column, (gated / scale).to(tl.float8e4nv), mask=inside)


@torch.library.triton_op("animegen::gate_rows", mutates_args={})
def gate_rows(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a * gelu(b) for contiguous rows (N, 2 K) of a and b: e4m3 (N, K), scales (N, 1)."""
    count, both = rows.shape
    width = both // 2
    out = torch.empty(count, width, device=rows.device, dtype=torch.float8_e4m3fn)
    scales = torch.empty(count, 1, device=rows.device, dtype=torch.float32)
    torch.library.wrap_triton(_gate)[(count,)](
        rows, out, scales, width, MOST=_MOST, LEAST=_LEAST, W=triton.next_power_of_2(width),
        num_warps=4 if width <= 2048 else 8,
    )  # fmt: skip
    return out, scales
