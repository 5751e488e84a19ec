"""Every part of a pack by a name that people can type. Unaware of where weights lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from animegen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animegen.packs.pack import Component, Pack

Kind = Literal["base", "vae", "motion", "lora", "motion-lora", "controlnet", "detector", "embedder"]


class Part(NamedTuple):
    """One row of a pack."""

    name: str
    """As the pack's file says it: `base`, `loras.lcm`, `controls.depth`."""
    kind: Kind
    row: Component


def parts(pack: Pack) -> Iterator[Part]:
    """Yield the parts of a pack in the order of its file."""
    yield Part("base", "base", pack.base)
    if pack.vae is not None:
        yield Part("vae", "vae", pack.vae)
    yield Part("motion", "motion", pack.motion)
    yield from (Part(f"loras.{name}", "lora", row) for name, row in pack.loras.items())
    for name, row in pack.motion_loras.items():
        yield Part(f"motion_loras.{name}", "motion-lora", row)
    yield from (Part(f"controls.{name}", "controlnet", row) for name, row in pack.controls.items())
    yield from (Part(f"detectors.{name}", "detector", row) for name, row in pack.detectors.items())
    if pack.embedder is not None:
        yield Part("embedder", "embedder", pack.embedder)


def part_named(pack: Pack, name: str) -> Part:
    """Return a part by its name.

    Raises:
        UsageError: when the pack has no such part; lists those that it has.
    """
    known = {part.name: part for part in parts(pack)}
    if name not in known:
        raise UsageError(
            f"pack `{pack.name}` has no part `{name}`", remedy=f"its parts are {', '.join(known)}"
        )
    return known[name]
