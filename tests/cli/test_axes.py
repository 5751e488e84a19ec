"""`--set weather=rain,snow`: what is read as which values."""

from __future__ import annotations

import pytest

from animegen.cli.axes import parse_axes
from animegen.errors import UsageError


@pytest.mark.parametrize(
    ("pairs", "axes"),
    [
        (["weather=rain,snow"], {"weather": ("rain", "snow")}),
        ([" weather = rain , snow "], {"weather": ("rain", "snow")}),
        (["weather=rain"], {"weather": ("rain",)}),
        (["a=1,2", "b=x"], {"a": ("1", "2"), "b": ("x",)}),
        (["a=1", "b=x", "a=2,3"], {"a": ("1", "2", "3"), "b": ("x",)}),
        (['mood="calm, quiet",tense'], {"mood": ("calm, quiet", "tense")}),
        (['mood= "calm" , "tense"'], {"mood": ("calm", "tense")}),
        (['extra="",blush'], {"extra": ("", "blush")}),
        (['sign="a ""quoted"" word"'], {"sign": ('a "quoted" word',)}),
        (["light=(dusk:1.2),[dim]"], {"light": ("(dusk:1.2)", "[dim]")}),
        (["sum=a=b,c=d"], {"sum": ("a=b", "c=d")}),
        ([], {}),
    ],
)
def test_values_are_read(pairs: list[str], axes: dict[str, tuple[str, ...]]) -> None:
    assert {axis.name: axis.values for axis in parse_axes(pairs)} == axes


EMPTY = 'write "" for an empty text'
QUOTE = "quote a whole value: --set 'mood=\"calm, quiet\",tense'"


@pytest.mark.parametrize(
    ("pairs", "message", "remedy"),
    [
        (["weather"], "--set weather: not NAME=VALUE,VALUE", "write --set weather=rain,snow"),
        (["=rain"], "--set =rain: not NAME=VALUE,VALUE", "write --set weather=rain,snow"),
        (["a="], "--set a=: an empty value", EMPTY),
        (["a=1,,2"], "--set a=1,,2: an empty value", EMPTY),
        (["a=1,"], "--set a=1,: an empty value", EMPTY),
        (['a="b"c'], '--set a="b"c: a quote is in the wrong place', QUOTE),
        (['a=b"c'], '--set a=b"c: a quote is in the wrong place', QUOTE),
        (['a="b'], '--set a="b: a quote is in the wrong place', QUOTE),
        (["a=1,2,1"], "--set a: the value `1` comes twice", "take one of them out"),
        (["a=1", "a=1"], "--set a: the value `1` comes twice", "take one of them out"),
        (["a=\udcff"], "--set a=?: not UTF-8", "write it in UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused(pairs: list[str], message: str, remedy: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_axes(pairs)
    assert (caught.value.message, caught.value.remedy) == (message, remedy)
