"""LoRAs: names, files, weights, merging and how many."""

from __future__ import annotations

import pytest

EMPTY = "\x02" + "\0" * 7 + "{}"
"""A safetensors file without tensors."""


def use(film, entry: str):
    return film.check(f"shots:\n  - {{id: a, duration: 2s, prompt: x, loras: [{entry}]}}\n")


def acting(checked) -> dict[str, float]:
    return {lora.use: lora.weight for lora in checked.shot.loras}


@pytest.mark.parametrize(
    ("entry", "loras"),
    [
        ("{use: pastel-anime-xl, weight: 0.8}", {"pastel-anime-xl": 0.8}),
        ("pastel-anime-xl", {"pastel-anime-xl": 0.775}),
        ("pastelAnimeXL", {"pastel-anime-xl": 0.775}),
        ("Pastel_Anime XL", {"pastel-anime-xl": 0.775}),
        ("loras/mine.safetensors", {"loras/mine.safetensors": 1.0}),
        ("{use: ./loras//mine.safetensors, weight: 0.4}", {"loras/mine.safetensors": 0.4}),
        ("{use: mina, weight: 0}", {}),
    ],
)
def test_names_and_weights(film, entry: str, loras: dict[str, float]) -> None:
    film.write("loras/mine.safetensors", EMPTY)
    checked = use(film, entry)
    assert checked.found == []
    assert acting(checked) == loras


@pytest.mark.parametrize(
    ("entry", "code", "message", "help"),
    [
        (
            "pastel-animexxl",
            "SB306",
            "there is no LoRA `pastel-animexxl`",
            "did you mean `pastel-anime-xl`?",
        ),
        (
            "qqq",
            "SB306",
            "there is no LoRA `qqq`",
            "the LoRAs of pack `tiny` are anime-flat-color-xl, mina, pastel-anime-xl, polish",
        ),
        (
            "lcm",
            "SB306",
            "`lcm` is not for use by hand",
            "take it out; the word `quality` of the storyboard brings it",
        ),
        (
            "loras/mine.CKPT",
            "SB602",
            "`loras/mine.CKPT` is pickled, and a pickle can run any code when it is read",
            "convert it to .safetensors, or get it in that form",
        ),
        (
            "../mine.safetensors",
            "SB603",
            "`../mine.safetensors` leaves the project",
            "copy the file into the project's folder and name it by a relative path",
        ),
        (
            "loras/mine.safetensors",
            "SB604",
            "there is no file `loras/mine.safetensors`",
            "paths start from the project's folder, {project}",
        ),
        (
            "loras/notes.txt",
            "SB306",
            "`loras/notes.txt` is not a LoRA file",
            "a LoRA file ends in .safetensors",
        ),
    ],
)
def test_what_cannot_be_used(film, entry: str, code: str, message: str, help: str) -> None:
    film.write("loras/notes.txt", "")
    checked = use(film, entry)
    assert checked.found == [(code, entry, message)]
    assert checked.only.help == help.replace("{project}", str(film.folder))


def test_weight_outside_its_range_warns_at_the_weight(film) -> None:
    checked = use(film, "{use: pastelAnimeXL, weight: 1.2}")
    message = "`pastel-anime-xl` at 1.2 is outside its recommended range, 0.7 to 0.85"
    assert checked.found == [("warning SB703", "1.2", message)]
    assert acting(checked) == {"pastel-anime-xl": 1.2}


MERGED = """
style: {prompt: none, loras: [{use: pastel-anime-xl, weight: 0.8}]}
characters:
  mina: {looks: 1girl, lora: {use: mina, weight: 0.7}}
shots:
  - {id: a, duration: 2s, prompt: "a street", loras: [{use: pastelAnimeXL, weight: 0.75}]}
  - id: b
    duration: 2s
    prompt: "{{ mina }}, <lora:PASTEL ANIME XL:0.85>"
    loras: [pastel-anime-xl]
  - {id: c, duration: 2s, prompt: "a street", characters: [mina]}
  - {id: d, duration: 2s, prompt: "a street", loras: [{use: pastel-anime-xl, weight: 0}]}
"""


def test_the_later_mention_wins(film) -> None:
    checked = film.check(MERGED)
    assert checked.found == []
    shots = {
        name: {lora.use: lora.weight for lora in shot.loras}
        for name, shot in checked.result.shots.items()
    }
    assert shots == {
        "a": {"pastel-anime-xl": 0.75},
        "b": {"pastel-anime-xl": 0.85, "mina": 0.7},
        "c": {"pastel-anime-xl": 0.8, "mina": 0.7},
        "d": {},
    }


def test_a_tag_in_the_style_template_counts_as_style(film) -> None:
    film.write(
        "templates/brief.j2",
        "{% block positive %}vivid, <lora:pastelAnimeXL:0.8>, {{ prompt }}{% endblock %}",
    )
    checked = film.check("""
        style: {prompt: brief}
        shots:
          - {id: a, duration: 2s, prompt: x}
          - {id: b, duration: 2s, prompt: x, loras: [{use: pastel-anime-xl, weight: 0.7}]}
        """)
    assert checked.found == []
    assert [shot.loras[0].weight for shot in checked.result.shots.values()] == [0.8, 0.7]
    assert checked.shot.prompts[0].text == "vivid, x"


@pytest.mark.parametrize(
    ("tag", "code", "message"),
    [
        ("<lora:nobody:0.8>", "SB306", "there is no LoRA `nobody`"),
        ("<lora:mina:strong>", "SB505", "`strong` is not the weight of a LoRA"),
        ("<lora:mina:9>", "SB505", "`9` is not the weight of a LoRA"),
        (
            "<lora:mina:1.5>",
            "warning SB703",
            "`mina` at 1.5 is outside its recommended range, 0.6 to 0.8",
        ),
    ],
)
def test_tags_are_checked_in_place(film, tag: str, code: str, message: str) -> None:
    checked = film.prompt(f"1girl, {tag}, rain")
    assert checked.found == [(code, tag, message)]
    assert checked.shot.prompts[0].text == "1girl, rain"


def test_four_loras_are_too_many(film) -> None:
    checked = film.check("""
        style: {prompt: none, loras: [pastel-anime-xl, anime-flat-color-xl]}
        characters:
          mina: {looks: 1girl, lora: mina}
        shots:
          - {id: a, duration: 2s, prompt: "{{ mina }}, <lora:polish:0.2>"}
          - {id: b, duration: 2s, prompt: "{{ mina }}"}
        """)
    message = (
        "shot `a` uses 4 LoRAs at once, at most 3 may act: `pastel-anime-xl` (the style), "
        "`anime-flat-color-xl` (the style), `mina` (character `mina`), `polish` (the prompt)"
    )
    assert checked.found == [("SB701", "<lora:polish:0.2>", message)]
    assert [(checked.marked(span), words) for span, words in checked.only.related] == [
        ("pastel-anime-xl", "`pastel-anime-xl`, from the style"),
        ("anime-flat-color-xl", "`anime-flat-color-xl`, from the style"),
        ("mina", "`mina`, from character `mina`"),
    ]


def test_too_many_in_the_style_are_reported_once(film) -> None:
    checked = film.check("""
        style: {prompt: none, loras: [pastel-anime-xl, anime-flat-color-xl, mina, polish]}
        shots:
          - {id: a, duration: 2s, prompt: x}
          - {id: b, duration: 2s, prompt: x}
        """)
    assert [(code, marked) for code, marked, _ in checked.found] == [("SB701", "polish")]


def test_a_tag_in_a_negative_prompt_warns(film) -> None:
    checked = film.check("""
        shots:
          - {id: a, duration: 2s, prompt: x, negative: "dogs, <lora:mina:0.7>"}
        """)
    message = "a LoRA acts on the whole picture, also from a negative prompt"
    assert checked.found == [("warning SB505", "<lora:mina:0.7>", message)]
    assert checked.shot.negative == "dogs"
