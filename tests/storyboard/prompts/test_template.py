"""Templates: what they print, and what they refuse, with the place of the refusal."""

from __future__ import annotations

import subprocess
import sys

import pytest

from animegen.storyboard.prompts.problem import Problem, PromptRefused
from animegen.storyboard.prompts.template import compile_template

VALUES = {"mina": "1girl, red hair", "weather": "rain", "count": 3, "wet": True, "dry": False}


def render(text: str) -> str:
    return compile_template(text).render(VALUES.get).text


def refusal(text: str) -> Problem:
    with pytest.raises(PromptRefused) as refused:
        compile_template(text).render(VALUES.get)
    return refused.value.problem


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("no tags {at} all, 50% (off)", "no tags {at} all, 50% (off)"),
        ("{{ mina }} in {{weather}}.", "1girl, red hair in rain."),
        ("{{ mina | upper }}", "1GIRL, RED HAIR"),
        (
            "{{ 'a b'|title }} {{ 'AB'|lower }} {{ 'ab'|capitalize }} {{ ' x '|trim }}",
            "A B ab Ab x",
        ),
        ("{{ weather|replace('r', 'tr') }}", "train"),
        ("{{ ['red', 'blue']|join(' and ') }}", "red and blue"),
        ("{{ hat|default('no hat') }}", "no hat"),
        ("{{ ''|default('empty', true) }}", "empty"),
        ("{{ weather|default('sun') }}", "rain"),
        ("{{ 'wet' if wet else 'dry' }}", "wet"),
        ("[{{ 'dry' if dry }}]", "[]"),
        ("{{ weather ~ ' x' ~ count }}", "rain x3"),
        ("{% if weather == 'rain' %}umbrella{% else %}hat{% endif %}", "umbrella"),
        ("{% if dry %}a{% elif count > 5 %}b{% elif 1 < count <= 3 %}c{% endif %}", "c"),
        ("{% if wet and not dry or missing %}yes{% endif %}", "yes"),
        ("{% if weather in ['rain', 'snow'] %}wet{% endif %}", "wet"),
        ("{% if weather not in ('rain', 'snow') %}dry{% endif %}", ""),
        ("{% raw %}{{ weather }}{% endraw %}", "{{ weather }}"),
        ("a {# aside #}b", "a b"),
        ("a {%- if wet %} b{% endif %}", "a b"),
        ("{{ '{{ weather }}' }}", "{{ weather }}"),
    ],
)
def test_prints(template: str, text: str) -> None:
    assert render(template) == text


def test_values_are_not_templates() -> None:
    looks = {"mina": "{{ weather }}"}
    assert compile_template("{{ mina }}").render(looks.get).text == "{{ weather }}"


HOSTILE = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ mina.__init__.__globals__ }}",
    "{{ mina['__class__'] }}",
    "{{ mina|attr('__class__') }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.system('true') }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ namespace() }}",
    "{{ joiner() }}",
    "{{ range(10**9)|join }}",
    "{{ range(10**9)|list }}",
    "{{ 'a' * 10**9 }}",
    "{{ 10**10**10 }}",
    "{{ 9**9 }}",
    "{{ 1 + 1 }}",
    "{{ -count }}",
    "{{ 'a'.ljust(10**9) }}",
    "{{ 'a'|center(10**9) }}",
    "{{ '%1000000000d'|format(1) }}",
    "{{ '{0:>1000000000}'.format(1) }}",
    "{{ mina|wordwrap(1) }}",
    "{{ mina|map('upper')|list }}",
    "{{ mina|tojson }}",
    "{{ {'a': 1} }}",
    "{{ mina is defined }}",
    "{{ mina[0:1] }}",
    "{{ caller() }}",
    "{{ none }}",
    "{% for a in range(10**6) %}{% for b in range(10**6) %}x{% endfor %}{% endfor %}",
    "{% for a in mina recursive %}{{ loop(mina) }}{% endfor %}",
    "{% set x = 'a' %}",
    "{% set x %}a{% endset %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% extends 'base' %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% call m() %}{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
    "{% with a = 1 %}{{ a }}{% endwith %}",
    "{% autoescape true %}{% endautoescape %}",
    "{% block positive %}{% endblock %}",
    "{% do mina %}",
    "{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}",
    "{{ " + "not " * 3_000 + "1 }}",
    "{{ mina" + "|upper" * 2_000 + " }}",
    "{{ " + "'a' if 1 else " * 1_000 + "1 }}",
    "{% if wet %}" * 500 + "{% endif %}" * 500,
    "{{ " + "9" * 10_000 + " }}",
    "{{ '" + "a" * 10_000 + "' }}",
    "{{ 'x'" + "|replace('', '" + "y" * 900 + "')" + "|replace('', '" + "z" * 900 + "') }}",
    "{{ [" + ", ".join(["'a'"] * 40) + "]|join('" + "b" * 900 + "') }}",
    "{{ mina }}" * 1_500,
    "{" * 15_000,
    "{{" * 7_500,
    "{%" * 7_500,
    "{#" * 7_500,
    "x" * 1_000_000,
]


@pytest.mark.parametrize("template", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_templates_are_refused(template: str) -> None:
    problem = refusal(template)
    assert problem.code in {"SB501", "SB502", "SB503", "SB504"}
    assert 0 <= problem.start <= problem.end <= len(template)


def test_all_hostile_templates_together_take_little_work() -> None:
    """Counts function calls, not time: the whole list costs less than one honest film."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    refusal("{{ 1 + 1 }}")  # the parser is imported once
    compile_template.cache_clear()
    sys.setprofile(count)
    try:
        for template in HOSTILE:
            refusal(template)
    finally:
        sys.setprofile(None)
    assert calls < 2_000_000


@pytest.mark.parametrize(
    ("template", "code", "message", "marked"),
    [
        ("a {{ weathr }}", "SB501", "`weathr` is not defined", "weathr"),
        ("{{ mina }}\n  {{ hat|upper }}", "SB501", "`hat` is not defined", "hat"),
        (
            "a {{ mina.looks }} b",
            "SB502",
            "attributes are not part of prompt templates",
            "{{ mina.looks }}",
        ),
        ("{{ mina|upper|shout }}", "SB502", "there is no filter `shout` here", "shout"),
        ("{{ weather|replace('a') }}", "SB503", "`replace` takes 2 arguments", "replace"),
        (
            "{{ 'x'|replace('', 'y')"
            + "|replace('', '"
            + "y" * 700
            + "')"
            + "|replace('y', '"
            + "z" * 700
            + "')|trim }}",
            "SB504",
            "this makes a text of more than 8,000 characters",
            "replace",
        ),
        (
            "{{ [" + ", ".join(["'a'"] * 20) + "]|join('" + "b" * 900 + "')|trim }}",
            "SB504",
            "this makes a text of more than 8,000 characters",
            "join",
        ),
        ("x {{ mina", "SB503", "this tag is not closed", "{{"),
        ("x {% if wet %} y", "SB503", "this tag has no end tag", "{%"),
        ("x {# y", "SB503", "this comment is not closed", "{#"),
        ("{{ mina $ }}", "SB503", "unexpected char '$'", "$"),
        ("{% wish %}", "SB503", "encountered unknown tag 'wish'", "w"),
        (
            "{{ ['a'] }}",
            "SB503",
            "a list cannot be printed; write `|join(', ')` after it",
            "{{ ['a'] }}",
        ),
        (
            "{% if count > 'a' %}{% endif %}",
            "SB503",
            "cannot compare a number with a text",
            "{% if count > 'a' %}",
        ),
    ],
)
def test_refusals_say_what_and_where(template: str, code: str, message: str, marked: str) -> None:
    problem = refusal(template)
    assert (problem.code, problem.message) == (code, message)
    assert template[problem.start : problem.end] == marked


def test_places_survive_whitespace_control() -> None:
    template = "a \n {%- if wet -%} \n b {%- endif %} {# c #} {{ lost }}"
    problem = refusal(template)
    assert template[problem.start : problem.end] == "lost"


def test_output_traces_back_to_the_template() -> None:
    template = "big {{ weather }} {% if wet %}(umbrella{% endif %}"
    traced = compile_template(template).render(VALUES.get)
    bracket = traced.text.index("(")
    start, end = traced.origin(bracket, bracket + 1)
    assert template[start:end] == "("
    start, end = traced.origin(traced.text.index("rain"), traced.text.index("rain") + 4)
    assert template[start:end] == "{{ weather }}"


def test_names_are_known_without_rendering() -> None:
    template = "{{ a }}{% if b == c %}{{ d|default(e) }}{% else %}{{ f ~ g }}{% endif %}"
    assert compile_template(template).names == set("abcdefg")


def test_simple_templates_do_not_load_the_parser() -> None:
    code = (
        "import sys\n"
        "from animegen.storyboard.prompts.template import compile_template, compile_blocks\n"
        "compile_template('{{ a }} b')\n"
        "compile_blocks('{% block positive %}{{ prompt }}{% endblock %}')\n"
        "assert 'jinja2' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
