"""Whatever words a valid storyboard holds, its check ends with findings, never an exception."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SCRAPS = st.sampled_from(
    """{{ mina }}|{{ kira }}|{{|}}|{% if wet %}|{% endif %}|{%|%}|{#|#}|{a!b}|{|!|}|__sky__|__
    |(|)|[|]|:1.2)|:9)|\\|BREAK|<lora:mina:0.7>|<lora:|:0.8>|<lora:a.ckpt>|,|\n|雨|é|'|"|../
    |!upper|~ 'x'|\t|1girl| |-|\U0001f600""".replace("\n    ", "").split("|")
).map(lambda scrap: scrap.replace("!", "|"))
WORDS = st.lists(SCRAPS, max_size=12).map("".join)
NAMES = st.sampled_from(["mina", "kira", "wet", "sky"])


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    prompts=st.lists(WORDS, min_size=1, max_size=3),
    let=st.dictionaries(NAMES, WORDS | st.booleans() | st.integers(), max_size=3),
    looks=WORDS,
    lora=WORDS,
    variables=st.dictionaries(NAMES, WORDS, max_size=2),
)
def test_any_words(film, prompts, let, looks, lora, variables) -> None:
    film.write("wildcards/sky.txt", "{blue|__sky__}\nred (dawn\n{{ mina }}")
    shots = [
        {"id": f"s{index}", "duration": 2, "prompt": {"0s": prompt, "1s": looks}, "let": let}
        for index, prompt in enumerate(prompts)
    ]
    # JSON is YAML: every scrap arrives unharmed.
    board = {
        "let": let,
        "characters": {"mina": {"looks": looks, "negative": prompts[0], "lora": lora}},
        "shots": shots,
    }
    text = "\n".join(
        f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in board.items()
    )
    checked = film.check(text, **variables)
    assert list(checked.result.shots) == [shot["id"] for shot in shots]
    assert all(found.span is not None for found in checked.result.diagnostics if not variables)
