"""What each outfit is made of: one row of data for one word. Unaware of how cloth is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from training.scenes.palette import BROWN, CLOTH, CREAM, DENIM, NAVY, Rgb, Tone, mix, rgb, tone

if TYPE_CHECKING:
    from collections.abc import Callable


class Cut(NamedTuple):
    """What an outfit is cut from: its colours, and for whom."""

    colour: Rgb
    accent: Rgb
    girl: bool


@dataclass(frozen=True, kw_only=True)
class Skirt:
    """A skirt from the waist: where it ends, its half width there, and its cut."""

    hem: float
    flare: float
    tone: Tone
    cut: str = "pleats"
    """`pleats`, `soft`, `frill`, `apron` or `wrap`."""


@dataclass(frozen=True, kw_only=True)
class Outfit:
    """The pieces of an outfit, in drawing terms."""

    top: Tone
    accent: Tone
    collar: str
    sleeve: str
    """`none`, `puff`, `short`, `long`, `loose`, `wide` or `plate`."""
    sleeves: Tone
    bottom: float = 4.75
    ease: float = 0.04
    hem: float = 0.0
    skirt: Skirt | None = None
    trousers: Tone | None = None
    shorts: bool = False
    socks: Tone | None = None
    sock_top: float = 1.45
    """Where the socks begin on the leg: 0 hip, 1 knee, 2 ankle."""
    shoes: Tone
    belt: Tone | None = None
    print: str = ""


_BLACK_SHOES = tone(rgb("4a3638"))
_SNEAKERS = tone(rgb("f1eff4"))
_DARK = tone(rgb("3a394b"))
_WHITE = tone(CLOTH["white"])
_SKIN_SHOE = tone(rgb("b06a4a"))


def _uniform(cut: Cut) -> Outfit:
    navy = tone(NAVY)
    if not cut.girl:
        return Outfit(
            top=tone(rgb("343850")),
            accent=tone(rgb("e2c05c")),
            collar="stand",
            sleeve="long",
            sleeves=tone(rgb("343850")),
            bottom=5.45,
            ease=0.08,
            trousers=tone(rgb("343850")),
            shoes=_BLACK_SHOES,
        )
    return Outfit(
        top=_WHITE,
        accent=tone(cut.accent),
        collar="sailor",
        sleeve="short",
        sleeves=_WHITE,
        skirt=Skirt(hem=6.7, flare=1.28, tone=navy),
        socks=_DARK,
        sock_top=1.4,
        shoes=_BLACK_SHOES,
        bottom=4.6,
        ease=0.06,
    )


def _blazer(cut: Cut) -> Outfit:
    coat = tone(rgb("46507e") if cut.girl else rgb("4a4f66"))
    plaid = tone(mix(cut.accent, rgb("5a4a5a"), 0.45))
    return Outfit(
        top=coat,
        accent=tone(cut.accent),
        collar="blazer",
        sleeve="long",
        sleeves=coat,
        bottom=5.1,
        ease=0.07,
        skirt=Skirt(hem=6.7, flare=1.25, tone=plaid) if cut.girl else None,
        trousers=None if cut.girl else tone(rgb("5b5e73")),
        socks=_WHITE,
        sock_top=1.55,
        shoes=_BLACK_SHOES,
    )


def _hoodie(cut: Cut) -> Outfit:
    cloth = tone(cut.colour)
    return Outfit(
        top=cloth,
        accent=tone(mix(cut.colour, CREAM, 0.75)),
        collar="hood",
        sleeve="loose",
        sleeves=cloth,
        bottom=5.55,
        ease=0.17,
        hem=0.06,
        trousers=tone(DENIM) if not cut.girl else tone(rgb("454760")),
        shorts=cut.girl,
        socks=_WHITE,
        sock_top=1.6,
        shoes=_SNEAKERS,
        print="pocket",
    )


def _dress(cut: Cut) -> Outfit:
    cloth = tone(cut.colour)
    return Outfit(
        top=cloth,
        accent=tone(mix(cut.colour, CREAM, 0.8)),
        collar="round",
        sleeve="puff",
        sleeves=cloth,
        bottom=4.4,
        skirt=Skirt(hem=7.5, flare=1.62, tone=cloth, cut="frill"),
        socks=_WHITE,
        sock_top=1.7,
        shoes=_SKIN_SHOE,
        belt=tone(cut.accent),
    )


def _kimono(cut: Cut) -> Outfit:
    cloth = tone(cut.colour)
    return Outfit(
        top=cloth,
        accent=tone(cut.accent),
        collar="kimono",
        sleeve="wide",
        sleeves=cloth,
        bottom=4.8,
        ease=0.06,
        skirt=Skirt(hem=10.05, flare=1.04, tone=cloth, cut="wrap"),
        socks=_WHITE,
        sock_top=1.8,
        shoes=_SKIN_SHOE,
        belt=tone(cut.accent),
        print="blossoms" if cut.girl else "",
    )


def _jacket(cut: Cut) -> Outfit:
    cloth = tone(cut.colour)
    return Outfit(
        top=cloth,
        accent=_WHITE,
        collar="jacket",
        sleeve="long",
        sleeves=cloth,
        bottom=5.1,
        ease=0.13,
        skirt=Skirt(hem=6.5, flare=1.2, tone=_DARK, cut="soft") if cut.girl else None,
        trousers=None if cut.girl else tone(DENIM),
        socks=_DARK,
        sock_top=0.72,
        shoes=_SKIN_SHOE,
    )


def _t_shirt(cut: Cut) -> Outfit:
    cloth = tone(cut.colour)
    return Outfit(
        top=cloth,
        accent=tone(cut.accent),
        collar="round",
        sleeve="short",
        sleeves=cloth,
        bottom=5.3,
        ease=0.08,
        hem=0.05,
        trousers=tone(DENIM),
        shorts=cut.girl,
        socks=_WHITE,
        sock_top=1.75,
        shoes=_SNEAKERS,
        print="star",
    )


def _sweater(cut: Cut) -> Outfit:
    cloth = tone(cut.colour)
    return Outfit(
        top=cloth,
        accent=tone(mix(cut.colour, CREAM, 0.4)),
        collar="turtleneck",
        sleeve="loose",
        sleeves=cloth,
        bottom=5.2,
        ease=0.12,
        skirt=Skirt(hem=7.0, flare=1.25, tone=tone(BROWN), cut="soft") if cut.girl else None,
        trousers=None if cut.girl else tone(rgb("5a5566")),
        socks=_DARK,
        sock_top=0.8,
        shoes=_BLACK_SHOES,
        print="knit",
    )


def _shirt(cut: Cut) -> Outfit:
    cloth = tone(mix(cut.colour, CLOTH["white"], 0.55))
    skirt = Skirt(hem=6.8, flare=1.2, tone=_DARK) if cut.girl else None
    return Outfit(
        top=cloth, accent=tone(cut.accent), collar="tie", sleeve="long", sleeves=cloth, bottom=4.7,
        ease=0.07, skirt=skirt, trousers=None if cut.girl else _DARK, socks=_DARK, sock_top=1.45,
        shoes=_BLACK_SHOES,
    )  # fmt: skip


def _maid(_: Cut) -> Outfit:
    return Outfit(
        top=_DARK,
        accent=_WHITE,
        collar="maid",
        sleeve="puff",
        sleeves=_DARK,
        bottom=4.4,
        skirt=Skirt(hem=7.3, flare=1.6, tone=_DARK, cut="apron"),
        socks=_WHITE,
        sock_top=0.75,
        shoes=_BLACK_SHOES,
        belt=_WHITE,
    )


def _armor(cut: Cut) -> Outfit:
    steel = Tone(rgb("c3cbdb"), rgb("8b95b5"), rgb("f4f8ff"), rgb("3d4260"))
    return Outfit(
        top=steel,
        accent=tone(cut.colour),
        collar="armor",
        sleeve="plate",
        sleeves=steel,
        bottom=4.7,
        ease=0.1,
        skirt=Skirt(hem=6.6, flare=1.25, tone=tone(cut.colour), cut="soft"),
        socks=steel,
        sock_top=0.9,
        shoes=steel,
        belt=tone(BROWN),
    )


_MAKERS: dict[str, Callable[[Cut], Outfit]] = {
    "school uniform": _uniform,
    "blazer": _blazer,
    "hoodie": _hoodie,
    "dress": _dress,
    "kimono": _kimono,
    "jacket": _jacket,
    "t-shirt": _t_shirt,
    "sweater": _sweater,
    "shirt": _shirt,
    "maid": _maid,
    "armor": _armor,
}
OUTFITS: tuple[str, ...] = tuple(_MAKERS)
COLOURED = ("hoodie", "dress", "kimono", "jacket", "t-shirt", "sweater")
"""The outfits whose main colour is part of their name in a caption."""
GIRLS_ONLY = ("dress", "maid")


def outfit(word: str, colour: str, accent: str, *, girl: bool) -> Outfit:
    """Return the outfit named `word` in the cloth colours named."""
    made = _MAKERS[word](Cut(CLOTH[colour], CLOTH[accent], girl))
    return (
        made
        if girl or made.skirt is None or made.skirt.cut == "wrap"
        else replace(made, skirt=None, trousers=_DARK)
    )
