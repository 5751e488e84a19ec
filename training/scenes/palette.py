"""The colours, by their words, and the rules that make a cel's four tones out of one colour.

Unaware of shapes. A colour is (red, green, blue), 0..255.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

Rgb: TypeAlias = tuple[float, float, float]


class Tone(NamedTuple):
    """The four paints of one cel: flat colour, its shadow, its light, and its outline."""

    base: Rgb
    shade: Rgb
    light: Rgb
    line: Rgb


def rgb(text: str) -> Rgb:
    """Return the colour that six hex digits name."""
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def mix(a: Rgb, b: Rgb, amount: float) -> Rgb:
    """Return the colour `amount` of the way from `a` to `b`."""
    return (
        a[0] + (b[0] - a[0]) * amount,
        a[1] + (b[1] - a[1]) * amount,
        a[2] + (b[2] - a[2]) * amount,
    )


def multiplied(a: Rgb, b: Rgb) -> Rgb:
    """Return `a` seen through a filter of colour `b`."""
    return a[0] * b[0] / 255, a[1] * b[1] / 255, a[2] * b[2] / 255


SHADOW: Rgb = (196, 178, 222)
"""What a shadow multiplies by: cool, so that shadows stay colourful."""
INK: Rgb = (48, 26, 50)
WHITE: Rgb = (255, 255, 255)


def tone(base: Rgb, *, light: float = 0.42, line: float = 0.66) -> Tone:
    """Return the tones of a material of colour `base`."""
    shade = multiplied(base, SHADOW)
    return Tone(
        base, shade, mix(base, (255, 250, 240), light), mix(multiplied(base, base), INK, line)
    )


SKIN: tuple[Tone, ...] = tuple(
    Tone(rgb(base), rgb(shade), rgb(light), rgb(line))
    for base, shade, light, line in (
        ("ffeade", "f6c6bc", "fff6ef", "8a4a50"),
        ("ffe2d0", "f0b9a6", "fff1e6", "84434a"),
        ("fad3b4", "dfa184", "ffe6d0", "743a3a"),
        ("d9a27c", "b57a5e", "eebd9a", "5a2d2c"),
    )
)


def _hair(base: str, shade: str, light: str, line: str) -> Tone:
    return Tone(rgb(base), rgb(shade), rgb(light), rgb(line))


HAIR: dict[str, Tone] = {
    "black": _hair("3f3b50", "2b273a", "7d7f9d", "17131f"),
    "brown": _hair("8d5a42", "643a34", "c4906a", "351b1e"),
    "blonde": _hair("f8d978", "dca657", "fff4bd", "7d4a2c"),
    "red": _hair("d6404a", "9c2848", "ff8f80", "501428"),
    "orange": _hair("f08b45", "c35f3c", "ffc384", "6b2a22"),
    "pink": _hair("f9a3c0", "d8729f", "ffd9e2", "7d2f57"),
    "purple": _hair("8f6ad0", "6446a6", "c9adf4", "332058"),
    "blue": _hair("4a7fdc", "3355ad", "93c3fb", "1a2556"),
    "aqua": _hair("66cfd6", "3d9db4", "b9f3ee", "1e4a60"),
    "green": _hair("5cb57c", "37866a", "a9e6ae", "174038"),
    "silver": _hair("c9cfdf", "979fc0", "f4f7ff", "474d6c"),
    "white": _hair("f3f1f6", "c6c2dc", "ffffff", "5d587a"),
}

EYES: dict[str, Rgb] = {
    "red": rgb("d83048"),
    "orange": rgb("ee7a2a"),
    "brown": rgb("9a5a34"),
    "yellow": rgb("e6ae22"),
    "green": rgb("2fa862"),
    "aqua": rgb("24b4bc"),
    "blue": rgb("2f6fe0"),
    "purple": rgb("8748d4"),
    "pink": rgb("ec5c9c"),
}

CLOTH: dict[str, Rgb] = {
    "white": rgb("f6f5fa"),
    "black": rgb("3d3b4a"),
    "grey": rgb("9a9cab"),
    "red": rgb("d2434e"),
    "orange": rgb("ef9148"),
    "yellow": rgb("f5cf5e"),
    "green": rgb("5aa876"),
    "blue": rgb("4c7ed2"),
    "purple": rgb("8f6cc8"),
    "pink": rgb("f5a9c2"),
}

NAVY: Rgb = rgb("3a4470")
BROWN: Rgb = rgb("7c5240")
CREAM: Rgb = rgb("fbeed6")
DENIM: Rgb = rgb("55709f")
