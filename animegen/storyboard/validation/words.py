"""Words for what pydantic found: code, message and remedy. Unaware of places in the file."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from animegen.storyboard.validation.fields import homes_of, keys_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic_core import ErrorDetails

    from animegen.storyboard.validation.places import Place


class Words(NamedTuple):
    """What is said about one error."""

    code: str
    message: str
    remedy: str = ""


_KINDS = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}
_EXAMPLES = {
    "version": "write `version: 1`",
    "title": "write `title: Rain over the river`",
    "shots": "write `shots:` and below it a list of shots",
    "id": "write `id: rooftop`",
    "duration": "write `duration: 3s`",
    "prompt": 'write `prompt: "1girl, rain"`',
    "style.prompt": "write `prompt: anime`",
    "looks": 'write `looks: "1girl, short red hair"`',
    "use": "write `use:` and a name",
    "maps": "write `maps: [depth]`",
    "file": "write `file: music.flac`",
    "text": "write `text: ...`",
}
_WORD_CODES = {
    ("motion", "use"): ("SB302", "motion"),
    ("maps", "use"): ("SB303", "control map"),
    ("version",): ("SB105", "version"),
}
_PAIR = 2
_TOKEN = re.compile(r"'([^']*)'")


def put_into_words(error: ErrorDetails, place: Place) -> Words:
    """Return what to say about `error`, whose value was written at `place`."""
    kind = error["type"]
    if kind.startswith("SB"):
        context = error["ctx"]
        return Words(kind, context["message"], context["remedy"])
    if kind in _KINDS:
        return _wrong_kind(error, place)
    speak = _SPEAKERS.get(kind)
    return speak(error, place) if speak else Words("SB103", error["msg"])


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    """Return a suggestion for a misspelt word, or all that are known."""
    close = difflib.get_close_matches(word, known, 1)
    return f"did you mean `{close[0]}`?" if close else f"write one of {', '.join(known)}"


def describe(value: Any) -> str:
    """Say what a value is, in a user's words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value:.10g}"
        case str():
            return f"the text '{value:.40}'"
        case list():
            return "a list"
    return "a mapping"


def _name(place: Place) -> str:
    """Return the key that the error is about, as the user wrote it."""
    return next((part for part in reversed(place.where) if isinstance(part, str)), "the storyboard")


def _wrong_kind(error: ErrorDetails, place: Place) -> Words:
    kind, value = error["type"], place.value
    name, wanted = _name(place), _KINDS[kind]
    if value is None:
        example = _EXAMPLES.get(".".join(map(str, place.where)), _EXAMPLES.get(name, ""))
        return Words("SB103", f"`{name}` is empty, but must be {wanted}", example)
    entry = isinstance(error["loc"][-1], int)
    subject = f"each entry of `{name}`" if entry else f"`{name}`"
    message = f"{subject} must be {wanted}, not {describe(value)}"
    return Words("SB103", message, _way_out(error, value))


def _way_out(error: ErrorDetails, value: Any) -> str:
    scalar = not isinstance(value, list | dict)
    match error["type"]:
        case "string_type" if scalar:
            return f'put it in quotes: "{describe(value).rpartition(" ")[2]}"'
        case "tuple_type" if scalar:
            return f"write it in brackets: [{value}]"
        case "dict_type":
            return "write `name: value` pairs"
        case "model_type":
            return f"its keys are {', '.join(keys_at(error['loc']))}"
        case "int_type" | "float_type" if isinstance(value, str):
            return "write a number without quotes or a unit"
        case "bool_type":
            return "YAML 1.2 knows true and false only"
    return ""


def _missing(error: ErrorDetails, place: Place) -> Words:
    *outer, key = error["loc"]
    if isinstance(key, int):
        return _no_pair(_name(place))
    if not outer:
        subject = "the storyboard"
    elif isinstance(outer[-1], str):
        subject = f"`{outer[-1]}`"
    else:
        written = place.value.get("id") if isinstance(place.value, dict) else None
        subject = (
            f"shot `{written}`" if isinstance(written, str) else f"this entry of `{outer[-2]}`"
        )
    return Words("SB101", f"{subject} needs `{key}`", _EXAMPLES.get(str(key), ""))


def _no_pair(name: str) -> Words:
    return Words("SB109", f"`{name}` needs two numbers", "write [start, end]")


def _unknown_key(error: ErrorDetails, place: Place) -> Words:
    del place
    key, known = str(error["loc"][-1]), keys_at(error["loc"][:-1])
    homes = homes_of(key)
    if homes and not difflib.get_close_matches(key, known, 1):
        remedy = f"it belongs in {' or '.join(f'`{home}`' for home in homes)}"
    else:
        remedy = did_you_mean(key, known)
    return Words("SB102", f"unknown key `{key}`", remedy)


def _unknown_word(error: ErrorDetails, place: Place) -> Words:
    names = tuple(part for part in error["loc"] if isinstance(part, str))
    code, noun = _WORD_CODES.get(names[-2:]) or _WORD_CODES.get(names[-1:]) or ("SB104", "")
    known = tuple(_TOKEN.findall(error["ctx"]["expected"]))
    if code == "SB105":
        return Words(code, "this animegen reads version 1 of the language", "write `version: 1`")
    if not isinstance(place.value, str):
        message = f"`{names[-1]}` must be a word, not {describe(place.value)}"
        return Words(code, message, f"write one of {', '.join(known)}")
    written = f"`{place.value:.40}`"
    message = f"there is no {noun} {written}" if noun else f"`{names[-1]}` cannot be {written}"
    return Words(code, message, did_you_mean(place.value, known))


def _out_of_range(error: ErrorDetails, place: Place) -> Words:
    sign, limit = _LIMITS[error["type"]]
    bound = error["ctx"][limit]
    return Words("SB205", f"`{_name(place)}` must be {sign} {bound:g}, not {place.value:g}")


def _not_finite(error: ErrorDetails, place: Place) -> Words:
    del error
    return Words("SB206", f"`{_name(place)}` must be a finite number")


def _unsafe_name(error: ErrorDetails, place: Place) -> Words:
    if error["loc"][-1] == "[key]":
        message = f"`{error['loc'][-2]}` cannot be a name in templates"
        return Words("SB107", message, "use letters, digits and _, and begin with a letter")
    slug = re.sub(r"[^a-z0-9_-]+", "-", str(place.value).lower()).strip("-_0123456789")[:64]
    return Words(
        "SB106",
        f"'{place.value:.70}' is not a safe shot id",
        "use up to 64 of a to z, 0 to 9, - and _, a letter first"
        + (f"; perhaps `{slug}`" if slug else ""),
    )


def _wrong_size(error: ErrorDetails, place: Place) -> Words:
    name, context = _name(place), error["ctx"]
    if isinstance(place.value, str):
        return Words("SB108", f"`{name}` must have 1 to 200 characters")
    if context.get("max_length") == _PAIR:
        return _no_pair(name)
    if "max_length" in context:
        return Words("SB109", f"`{name}` takes at most {context['max_length']} entries")
    return Words("SB109", f"`{name}` needs at least {context['min_length']} entry")


_LIMITS = {
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("below", "lt"),
}
_SPEAKERS: dict[str, Callable[[ErrorDetails, Place], Words]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "invalid_key": _unknown_key,
    "literal_error": _unknown_word,
    "finite_number": _not_finite,
    "string_pattern_mismatch": _unsafe_name,
    "string_too_short": _wrong_size,
    "string_too_long": _wrong_size,
    "too_short": _wrong_size,
    "too_long": _wrong_size,
    **dict.fromkeys(_LIMITS, _out_of_range),
}
