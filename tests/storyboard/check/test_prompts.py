"""Prompts from template to text: variables, places, choices, tokens."""

from __future__ import annotations

import pytest

from animegen.digest import seed_from

WEATHER = """
let: {weather: rain, scene: "{{ weather }} at night", count: 3, wet: true}
characters:
  mina: {looks: "1girl, {{ weather }}coat", negative: "hat"}
style: {prompt: none, negative: "blurry"}
shots:
  - {id: a, duration: 2s, prompt: "{{ mina }} in {{ scene }}"}
  - id: b
    duration: 2s
    prompt: "{{ mina }} in {{ scene }}"
    let: {weather: snow}
    negative: "{{ weather }}"
  - {id: c, duration: 2s, prompt: "{{ count }}{% if wet %} wet{% endif %}", let: {mina: nobody}}
"""


def texts(checked) -> list[str]:
    return [shot.prompts[0].text for shot in checked.result.shots.values()]


def test_variables(film) -> None:
    checked = film.check(WEATHER)
    assert checked.found == []
    assert texts(checked) == [
        "1girl, raincoat in rain at night",
        "1girl, snowcoat in rain at night",
        "3 wet",
    ]
    assert [shot.negative for shot in checked.result.shots.values()] == [
        "blurry, hat",
        "blurry, hat, snow",
        "blurry",
    ]


def test_set_wins(film) -> None:
    checked = film.check(WEATHER, weather="fog", count="7", wet="false")
    assert checked.found == []
    assert texts(checked) == [
        "1girl, fogcoat in fog at night",
        "1girl, fogcoat in fog at night",
        "7",
    ]


def test_set_values_are_not_templates(film) -> None:
    assert texts(film.check(WEATHER, scene="{{ mina }}"))[0] == "1girl, raincoat in {{ mina }}"


@pytest.mark.parametrize(
    ("variables", "code", "message", "help"),
    [
        (
            {"wether": "fog"},
            "SB501",
            "--set wether: the storyboard has no variable `wether`",
            "did you mean `weather`?",
        ),
        (
            {"zzz": "fog"},
            "SB501",
            "--set zzz: the storyboard has no variable `zzz`",
            "the variables of this storyboard are count, mina, scene, weather, wet",
        ),
        (
            {"wet": "a bit"},
            "SB103",
            "--set wet=a bit: `wet` is true or false in the storyboard",
            "",
        ),
        ({"count": "many"}, "SB103", "--set count=many: `count` is a number in the storyboard", ""),
    ],
)
def test_set_is_checked(film, variables, code: str, message: str, help: str) -> None:
    found = film.check(WEATHER, **variables).only
    assert (found.code, found.message, found.help) == (code, message, help)


def test_undefined_variable_in_a_block_scalar(film) -> None:
    checked = film.check("""
        let: {weather: rain}
        shots:
          - id: a
            duration: 2s
            prompt: |
              1girl on a rooftop,
              {{ weathr }}, night
        """)
    assert checked.found == [("SB501", "weathr", "`weathr` is not defined")]
    assert (checked.only.span.line, checked.only.span.column) == (11, 10)
    assert checked.only.help == "did you mean `weather`?"


def test_undefined_variable_with_nothing_near(film) -> None:
    checked = film.prompt("{{ sky }}")
    assert checked.only.help == "there are no variables here"


def test_let_sees_only_what_stands_before(film) -> None:
    checked = film.check("""
        let: {a: "{{ b }}", b: "x", c: "{{ c }}"}
        shots:
          - {id: a, duration: 2s, prompt: "{{ a }}{{ b }}"}
        """)
    assert checked.found == [
        ("SB501", "b", "`b` is not defined"),
        ("SB501", "c", "`c` is not defined"),
    ]


def test_looks_cannot_name_characters(film) -> None:
    checked = film.check("""
        characters:
          mina: {looks: "like {{ kira }}"}
          kira: {looks: "like {{ mina }}"}
          self: {looks: "{{ self }}"}
        shots:
          - {id: a, duration: 2s, prompt: "{{ mina }} {{ kira }} {{ self }}"}
        """)
    assert [(code, message) for code, _, message in checked.found] == [
        ("SB502", "`looks` cannot use another character (`kira`)"),
        ("SB502", "`looks` cannot use another character (`mina`)"),
        ("SB502", "`looks` cannot use another character (`self`)"),
    ]


def test_a_mistake_in_looks_is_reported_once(film) -> None:
    checked = film.check("""
        characters:
          mina: {looks: "1girl, {{ weather }}"}
        shots:
          - {id: a, duration: 2s, prompt: "{{ mina }}"}
          - {id: b, duration: 2s, prompt: "{{ mina }}"}
        """)
    assert checked.found == [("SB501", "weather", "`weather` is not defined")]
    assert checked.only.span.line == 6


def test_forbidden_operations_are_marked(film) -> None:
    checked = film.prompt("a {{ mina.looks }} b")
    message = "attributes are not part of prompt templates"
    assert checked.found == [("SB502", "{{ mina.looks }}", message)]


def test_brackets_are_warned_about_where_they_stand(film) -> None:
    checked = film.check("""
        let: {wide: "(wide shot", weather: rain}
        shots:
          - {id: a, duration: 2s, prompt: "{{ weather }}, {red|red} night) city"}
          - {id: b, duration: 2s, prompt: "{{ wide }}, night"}
        """)
    assert checked.found == [
        ("warning SB505", ")", "`)` closes nothing"),
        ("warning SB505", "{{ wide }}", "`(` is never closed"),
    ]


def test_long_prompts_are_noted(film) -> None:
    checked = film.prompt(", ".join(["word"] * 50))
    ((code, _, message),) = checked.found
    assert code == "note SB705"
    assert message == (
        "this prompt has at least 99 tokens; CLIP reads 75 at once, so it is encoded in 2 chunks"
    )
    assert film.prompt("word " * 75).found == []


def test_style_surrounds_the_prompt(film) -> None:
    checked = film.check("""
        style: {prompt: anime}
        shots:
          - {id: a, duration: 2s, prompt: "1girl, , rain,"}
        """)
    (prompt,) = checked.shot.prompts
    assert prompt.own == "1girl, rain"
    assert prompt.text == (
        "(masterpiece, anime, clean cel-shading), detailed eyes, vivid colors, 1girl, rain, "
        "dramatic lighting"
    )
    assert checked.shot.negative.startswith("bad anatomy, extra limbs")


CHOICES = """
seed: {seed}
shots:
{before}  - id: roof
    duration: 2s
    prompt: "a {{red|blue|green}} {{cat|dog|bird}} in __weather__"
    negative: "{{fog|mist}}"
"""


def choices(film, *, seed: int = 7, before: str = "") -> dict[str, str]:
    film.write("wildcards/weather.txt", "# the sky\nrain\n\nsnow\nhail\n")
    checked = film.check(CHOICES.format(seed=seed, before=before))
    assert checked.found == []
    return dict(checked.result.shots["roof"].choices)


def test_choices_follow_the_seed(film) -> None:
    colours = ("red", "blue", "green")
    expected = colours[seed_from(7, "roof", "prompt", "{red|blue|green}", 0) % 3]
    assert choices(film)["{red|blue|green}"] == expected
    seen = {tuple(choices(film, seed=seed).values()) for seed in range(12)}
    assert len(seen) > 4


def test_choices_are_recorded(film) -> None:
    chosen = choices(film)
    assert list(chosen) == [
        "{red|blue|green}",
        "{cat|dog|bird}",
        "__weather__",
        "negative: {fog|mist}",
    ]
    assert chosen["__weather__"] in ("rain", "snow", "hail")


def test_inserting_a_shot_changes_no_choice(film) -> None:
    other = '  - {id: new, duration: 2s, prompt: "{a|b} __weather__"}\n'
    assert choices(film, before=other) == choices(film)


def test_a_choice_is_the_same_all_along_a_shot(film) -> None:
    options = "|".join(f"c{number}" for number in range(50))
    checked = film.check(f"""
        shots:
          - id: a
            duration: 2s
            prompt: {{0s: "{{{options}}} coat, walking", 1s: "rain, {{{options}}} coat"}}
        """)
    first, second = (prompt.text for prompt in checked.shot.prompts)
    assert first.split()[0] == second.split()[1]


def test_unknown_wildcard(film) -> None:
    film.write("wildcards/weather.txt", "rain")
    film.write("wildcards/empty.txt", "# nothing\n")
    (film.folder / "wildcards" / "bytes.txt").write_bytes(b"\xff\xfe\xff")
    checked = film.prompt("in __wether__ now")
    assert checked.found == [
        ("SB308", "__wether__", "`__wether__` has no file wildcards/wether.txt")
    ]
    assert checked.only.help == "did you mean `weather`?"
    checked = film.prompt("in __empty__ now")
    assert checked.only.message == "wildcards/empty.txt has no lines to choose from"
    checked = film.prompt("in __bytes__ now")
    assert checked.only.message == "wildcards/bytes.txt cannot be read as UTF-8 text"


def test_findings_come_in_the_files_order(film) -> None:
    checked = film.check(
        """
        pack: nowhere
        output: {width: 151}
        shots:
          - {id: a, duration: 2s, prompt: "{{ b }}", characters: [c]}
          - {id: a, duration: 2s, prompt: "{{ d }}", transition: {crossfade: 9s}}
        """
    )
    lines = [found.span.line for found in checked.result.diagnostics]
    assert lines == sorted(lines)
    assert {found.code for found in checked.result.diagnostics} == {
        "SB304",
        "SB706",
        "SB501",
        "SB305",
        "SB404",
        "SB401",
    }


@pytest.mark.parametrize("blank", ['""', '"   "', '",, ,"'])
def test_a_prompt_that_says_nothing_is_warned_of(film, blank: str) -> None:
    checked = film.check(f"shots:\n  - {{id: a, duration: 2s, prompt: {blank}}}\n")
    assert checked.found == [
        ("warning SB204", blank, "this prompt of shot `a` says nothing"),
    ]
