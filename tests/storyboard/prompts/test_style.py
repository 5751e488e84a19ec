"""Style templates: two blocks around a prompt."""

from __future__ import annotations

import pytest

from animegen.resources import template_folder
from animegen.storyboard.prompts.problem import PromptRefused
from animegen.storyboard.prompts.style import NO_STYLE, read_style


def nothing(name: str) -> None:
    return None


def test_wraps_prompt_and_negative() -> None:
    style = read_style(
        "{# a note #}\n"
        "{% block positive %}ink, {{ prompt }}{% endblock %}\n"
        "{% block negative %}{{ negative }}, photo{% endblock %}\n"
    )
    assert style.wrap("a cat", nothing) == "ink, a cat"
    assert style.wrap_negative("dogs", nothing) == "dogs, photo"


def test_negative_block_may_be_left_out() -> None:
    style = read_style("{% block positive %}{{ prompt }}{% endblock %}")
    assert style.wrap_negative("dogs", nothing) == "dogs"


def test_blocks_may_use_all_of_the_template_language() -> None:
    style = read_style(
        "{% block positive %}{% if time == 'night' %}dark, {% endif %}{{ prompt }}"
        "{% endblock positive %}"
    )
    assert style.wrap("a cat", {"time": "night"}.get) == "dark, a cat"
    assert style.wrap("a cat", {"time": "day"}.get) == "a cat"


def test_a_commented_block_is_no_block() -> None:
    style = read_style(
        "{# {% block negative %}photo{% endblock %} #}"
        "{% block positive %}{{ prompt }}{% endblock %}"
    )
    assert style.wrap_negative("dogs", nothing) == "dogs"


def test_none_adds_nothing() -> None:
    assert NO_STYLE.wrap("a cat", nothing) == "a cat"
    assert NO_STYLE.wrap_negative("", nothing) == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ prompt }}", "text outside the template's blocks"),
        (
            "ink {% block positive %}{{ prompt }}{% endblock %}",
            "text outside the template's blocks",
        ),
        ("", "a style needs `{% block positive %}`"),
        (
            "{% block negative %}{{ negative }}{% endblock %}",
            "a style needs `{% block positive %}`",
        ),
        ("{% block positive %}ink{% endblock %}", "the block `positive` must use `{{ prompt }}`"),
        (
            "{% block positive %}{{ prompt }}{% endblock %}{% block both %}{% endblock %}",
            "a style has blocks `positive` and `negative`, not `both`",
        ),
        (
            "{% block positive %}{{ prompt }}{% endblock %}"
            "{% block positive %}ink, {{ prompt }}{% endblock %}",
            "the block `positive` stands here twice",
        ),
        (
            "{% block positive %}{{ prompt.text }}{% endblock %}",
            "attributes are not part of prompt templates",
        ),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(PromptRefused, match="") as refused:
        read_style(text)
    assert refused.value.problem.message == message


@pytest.mark.parametrize("path", sorted(template_folder().glob("*.j2")), ids=lambda path: path.stem)
def test_shipped_templates_hold_the_prompt(path) -> None:
    style = read_style(path.read_text(encoding="utf-8"))
    assert "a cat" in style.wrap("a cat", nothing)
    assert "dogs" in style.wrap_negative("dogs", nothing)


def test_anime_is_the_default_look() -> None:
    style = read_style((template_folder() / "anime.j2").read_text(encoding="utf-8"))
    assert style.wrap("1girl", nothing) == (
        "(masterpiece, anime, clean cel-shading), detailed eyes, vivid colors, 1girl, "
        "dramatic lighting"
    )
    assert style.wrap_negative("", nothing).strip(", ") == (
        "bad anatomy, extra limbs, two heads, blurry, low detail, watermark, text, "
        "distorted face, unstable shading"
    )
