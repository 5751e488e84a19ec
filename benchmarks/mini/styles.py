"""Do LoRAs act? Style with its weight, characters in any situation."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from benchmarks.mini import prompts
from benchmarks.mini.judging import Tally, tally
from benchmarks.mini.stills import Asked
from benchmarks.mini.studio import NotInPack
from benchmarks.mini.table import Row, absent, at_least, percent
from training import scenes
from training.labels import answers
from training.scenes.figure.outfits import COLOURED
from training.scenes.sampling import CHARACTERS

if TYPE_CHECKING:
    from benchmarks.mini.context import Context

STYLES = {"pastel-anime-xl": "pastel", "anime-flat-color-xl": "flat color"}
"""LoRAs with the judge's word for their style."""
_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
_HOLDS = 0.9
_NOISE = 0.01
"""How much a mean probability may fall and still count as not falling."""
_IDENTITY = ("hair colour", "hair style", "eye colour", "outfit", "outfit colour")


def style(context: Context) -> list[Row]:
    """Return for each style LoRA what the judge sees of the style as the weight rises."""
    return [_style_row(context, name, word) for name, word in STYLES.items()]


def _style_row(context: Context, name: str, word: str) -> Row:
    figure = f"{name}: `{word}` at {', '.join(f'{w:g}' for w in _WEIGHTS)}"
    cast = prompts.people(context.effort.style_prompts)
    asked = [Asked(prompt=prompts.prompt_of(scene), seed=scene.seed) for scene in cast]
    chances, shown = [], []
    try:
        for weight in _WEIGHTS:
            pictures = context.studio.stills(asked, "fast", ((name, weight),))
            chances.append(context.panel.chance(pictures, "style", word))
            shown += pictures[:4]
    except NotInPack as missing:
        return absent(figure, str(missing))
    context.show(f"style-{name}", shown, columns=4)
    rises = all(after >= before - _NOISE for before, after in pairwise(chances))
    own = context.panel.accuracy.get("decoded", {}).get("style")
    return Row(
        figure=figure,
        reached=" ".join(f"{100 * chance:.0f}" for chance in chances) + " %",
        goal="rises with the weight",
        beside="" if own is None else f"the judge tells styles in {percent(own)}",
        met=rises and chances[-1] > chances[0] + _NOISE,
        value=round(chances[-1] - chances[0], 5),
    )


def characters(context: Context) -> list[Row]:
    """Return how often each character's looks hold in ten situations, and without the LoRA."""
    rows = []
    for name in CHARACTERS:
        try:
            rows += _character_rows(context, name)
        except NotInPack as missing:
            rows.append(absent(f"{name}: looks that hold", str(missing)))
    return rows


def _character_rows(context: Context, name: str) -> list[Row]:
    situations = prompts.CHARACTER_PROMPTS * context.effort.character_seeds
    asked = [
        Asked(prompt=f"{prompts.QUALITY}, 1girl, solo, {name}, {situation}", seed=seed)
        for seed, situation in enumerate(situations)
    ]
    looks = [_looks(name, situation) for situation in situations]
    weight = context.studio.pack.loras[name].usual
    pictures = context.studio.stills(asked, "fast", ((name, weight),))
    context.show(f"character-{name}", pictures[:20], columns=5)
    chosen = context.panel.chosen(pictures)
    share = _share(tally(chosen, looks))
    whole = sum(_all_right(got, want) for got, want in zip(chosen, looks, strict=True))
    bare = _share(tally(context.panel.chosen(context.studio.stills(asked, "fast")), looks))
    beside = (
        f"without the LoRA {percent(bare)}, judge on true pictures {percent(_own(context, name))}; "
        f"all looks right in {whole} of {len(looks)}"
    )
    return [at_least(f"{name}: looks that hold", share, _HOLDS, beside=beside, form=percent)]


def _looks(name: str, situation: str) -> dict[str, str]:
    """Return what a picture of the character in a situation must show."""
    traits = CHARACTERS[name]
    looks = {q: str(traits[q.replace(" ", "_")]) for q in _IDENTITY[:3]}
    if "portrait" not in situation:
        looks["outfit"] = str(traits["outfit"])
        if traits["outfit"] in COLOURED:
            looks["outfit colour"] = str(traits["colour"])
    return looks


def _all_right(got: dict[str, str], want: dict[str, str]) -> bool:
    return all(got[question] == word for question, word in want.items())


def _share(counts: Tally) -> float:
    return sum(right for right, _ in counts.values()) / sum(of for _, of in counts.values())


def _own(context: Context, name: str) -> float:
    """Return the judge's accuracy on the character as our program draws it, from the front."""
    cast = [scenes.sample(seed, name=name, style="anime", clean=True) for seed in range(200)]
    front = [scene for scene in cast if scene.people[0].view == "front"][:40]
    looks = [_identity(answers(scene)) for scene in front]
    return _share(tally(context.panel.chosen(context.true(front)), looks))


def _identity(found: dict[str, str]) -> dict[str, str]:
    return {question: word for question, word in found.items() if question in _IDENTITY}
