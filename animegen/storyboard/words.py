"""The words of a storyboard as somebody wrote them: each with its value, and where it stands.

A word is named by its path, shots by their ids: `seed`, `let.weather`, `shots.rooftop.prompt`,
`style.loras.mina`. Files that the prompts are made from count as words (`templates/anime.j2`), and
so does what the command line said (`--set weather`). Unaware of plans and keys.
"""

from __future__ import annotations

from fractions import Fraction
from functools import singledispatch
from typing import TYPE_CHECKING, NamedTuple

from animegen.resources import template_folder
from animegen.storyboard.check.wildcards import FOLDER as WILDCARDS
from animegen.storyboard.model import Shot, Storyboard
from animegen.storyboard.model.base import Part
from animegen.storyboard.model.guidance import Control, ControlMap, Motion
from animegen.storyboard.model.lora import LoraUse
from animegen.storyboard.model.prompt import Prompt
from animegen.storyboard.model.transition import Transition
from animegen.units import Duration, decimal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from animegen.digest import Leaf
    from animegen.storyboard.reading import Reading
    from animegen.storyboard.validation.places import Location

ORDER = "shots"
"""The word for the order of the shots."""
SEPARATOR = "|"
"""Between names in a list that is one value; no file of a project has it in its name."""
ON = "on"
"""The value of a word that is there or not, such as a control map."""
TEMPLATES = "templates"
QUALITY_FLAG = "--quality"
TAKE = "take"
"""What the lock says of a shot, as if it were a word of the shot."""


class Word(NamedTuple):
    """A value that somebody wrote."""

    path: str
    value: Leaf
    location: Location = ()
    """In the model; see `validation.places.find_place`."""
    file: Path | None = None
    """The file that is the word; or the lock, where the location is in it."""


def words_of(reading: Reading) -> dict[str, Word]:
    """Return every word that was written, by its path; what was left out is not there."""
    found = [
        *_written(reading.storyboard, "", ()),
        *(Word(name, value) for name, value in reading.overrides.items()),
        *_files(reading),
        *_picks(reading),
        *_acting(reading),
    ]
    words = {word.path: word for word in found}
    return _as_in_the_file(words, reading) if QUALITY_FLAG in words else words


def _as_in_the_file(words: dict[str, Word], reading: Reading) -> dict[str, Word]:
    """Take out what `--quality` put in place of the qualities in the file."""
    kept = {path: word for path, word in words.items() if word.location[-1:] != ("quality",)}
    film, shots = reading.document.data, reading.storyboard.shots
    if "quality" in film:
        kept["quality"] = Word("quality", film["quality"], ("quality",))
    for index, (written, shot) in enumerate(zip(film[ORDER], shots, strict=True)):
        if "quality" in written:
            path = f"{ORDER}.{shot.id}.quality"
            kept[path] = Word(path, written["quality"], (ORDER, index, "quality"))
    return kept


def values_of(words: Mapping[str, Word]) -> dict[str, Leaf]:
    """Return what is remembered of words until the next render."""
    return {path: word.value for path, word in words.items()}


def _files(reading: Reading) -> Iterator[Word]:
    name = f"{reading.storyboard.style.prompt}.j2"
    own = reading.project / TEMPLATES / name
    path = own if own.is_file() else template_folder() / name
    if path.is_file():  # `none` names no file
        yield Word(f"{TEMPLATES}/{name}", path.read_text(encoding="utf-8-sig"), file=path)
    chosen = {written for shot in reading.shots.values() for written in shot.choices}
    for wildcard in sorted({_wildcard(written) for written in chosen} - {""}):
        path = reading.project / WILDCARDS / f"{wildcard}.txt"
        yield Word(f"{WILDCARDS}/{wildcard}.txt", path.read_text(encoding="utf-8-sig"), file=path)


def _picks(reading: Reading) -> Iterator[Word]:
    for shot in reading.storyboard.shots:
        if shot.id in reading.lock.takes:
            name = f"{ORDER}.{shot.id}.{TAKE}"
            yield Word(name, reading.lock.takes[shot.id], ("takes", shot.id), reading.lock.path)


def _acting(reading: Reading) -> Iterator[Word]:
    """Yield what no word says alone: which LoRAs come together in a shot, in their order."""
    for shot in reading.storyboard.shots:
        uses = [lora.use for lora in reading.shots[shot.id].loras if lora.weight]
        quality = shot.quality or reading.storyboard.quality
        for kind, few_step in (
            ("segment", reading.pack.qualities[quality].lora),
            ("draft", reading.pack.qualities["draft"].lora),
        ):
            names = [few_step, *uses] if few_step else uses
            yield Word(acting(kind, shot.id), SEPARATOR.join(names))


def acting(kind: str, shot: str) -> str:
    """Return the name of the LoRAs that act in a shot's `segment` (or keyframe) or `draft`."""
    return f"=loras.{kind}.{shot}"


def _wildcard(written: str) -> str:
    """Return the name in `__name__`, also in `negative: __name__ #2`; empty for other choices."""
    text = written.removeprefix("negative: ").partition(" #")[0]
    return text[2:-2] if text.startswith("__") and text.endswith("__") else ""


@singledispatch
def _written(value: object, path: str, location: Location) -> Iterator[Word]:
    """Yield the words of a value of the model; most values are one word."""
    yield Word(path, _plain(value), location)


@_written.register(Part)
def _(part: Part, path: str, location: Location) -> Iterator[Word]:
    for name, value in _fields(part):
        yield from _written(value, f"{path}.{name}" if path else name, (*location, name))


@_written.register(Storyboard)
def _(storyboard: Storyboard, path: str, location: Location) -> Iterator[Word]:
    del path, location  # it is the root
    for name, value in _fields(storyboard):
        if name != ORDER:
            yield from _written(value, name, (name,))
    yield Word(ORDER, ", ".join(shot.id for shot in storyboard.shots), (ORDER,))
    for index, shot in enumerate(storyboard.shots):
        yield from _written(shot, f"{ORDER}.{shot.id}", (ORDER, index))


@_written.register(Shot)
def _(shot: Shot, path: str, location: Location) -> Iterator[Word]:
    for name, value in _fields(shot):
        if name != "id":
            yield from _written(value, f"{path}.{name}", (*location, name))


@_written.register(Prompt)
def _(prompt: Prompt, path: str, location: Location) -> Iterator[Word]:
    for index, entry in enumerate(prompt.travel):
        name = f"{path}.{entry.at}" if entry.at.amount else path
        yield Word(name, entry.text, (*location, "travel", index, "text"))
    if prompt.loop:
        yield Word(f"{path}.loop", True, location)


@_written.register(Transition)
def _(transition: Transition, path: str, location: Location) -> Iterator[Word]:
    if transition.length is None:
        yield Word(path, transition.word, location)
    else:
        yield Word(path, f"{transition.word} {transition.length}", (*location, "length"))


@_written.register(LoraUse)
def _(lora: LoraUse, path: str, location: Location) -> Iterator[Word]:
    if lora.weight is None:
        yield Word(f"{path}.{lora.use}", "usual weight", (*location, "use"))
    else:
        yield Word(f"{path}.{lora.use}", lora.weight, (*location, "weight"))


@_written.register(Motion)
def _(motion: Motion, path: str, location: Location) -> Iterator[Word]:
    yield Word(path, motion.use, (*location, "use"))
    if "strength" in motion.model_fields_set:
        yield Word(f"{path}.strength", motion.strength, (*location, "strength"))


@_written.register(Control)
def _(control: Control, path: str, location: Location) -> Iterator[Word]:
    if "source" in control.model_fields_set:
        yield Word(f"{path}.from", control.source, (*location, "from"))
    for index, entry in enumerate(control.maps):
        yield from _written(entry, path, (*location, "maps", index))


@_written.register(ControlMap)
def _(entry: ControlMap, path: str, location: Location) -> Iterator[Word]:
    yield Word(f"{path}.{entry.use}", ON, (*location, "use"))
    for name, value in _fields(entry):
        if name != "use":
            yield Word(f"{path}.{entry.use}.{name}", _plain(value), (*location, name))


@_written.register(dict)
def _(entries: dict, path: str, location: Location) -> Iterator[Word]:  # type: ignore[type-arg]
    for name, value in entries.items():
        yield from _written(value, f"{path}.{name}", (*location, name))


@_written.register(tuple)
def _(entries: tuple, path: str, location: Location) -> Iterator[Word]:  # type: ignore[type-arg]
    if not any(isinstance(entry, Part) for entry in entries):
        yield Word(path, f"[{', '.join(str(_plain(entry)) for entry in entries)}]", location)
        return
    for index, entry in enumerate(entries):
        name = path if isinstance(entry, LoraUse) else f"{path}[{index}]"
        yield from _written(entry, name, (*location, index))


def _fields(part: Part) -> Iterator[tuple[str, object]]:
    """Yield what was set in a part, in the order of the language."""
    for name in type(part).model_fields:
        if name in part.model_fields_set and (value := getattr(part, name)) is not None:
            yield name, value


def _plain(value: object) -> Leaf:
    if isinstance(value, Duration):
        return str(value)
    if isinstance(value, Fraction):
        return decimal(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, bool | int | float) else str(value)
