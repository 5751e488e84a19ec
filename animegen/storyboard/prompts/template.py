"""Prompt templates: `{{ mina }} on a rooftop, {{ weather }}`. Unaware of YAML and of files.

The language is Jinja's, cut down to what is listed in `grammar`; https://jinja.palletsprojects.com
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from animegen.storyboard.prompts.body import (
    Body,
    Words,
    names_in,
    read_names,
    read_plain_blocks,
    render,
)
from animegen.storyboard.prompts.problem import TEMPLATE_LIMIT, Problem, PromptRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.storyboard.prompts.expression import Lookup
    from animegen.storyboard.prompts.traced import Traced

_TAGS = ("{{", "{%", "{#")


@dataclass(frozen=True, kw_only=True)
class Template:
    """A template that was read and found harmless."""

    body: Body
    names: frozenset[str]
    """The variables that it may look up."""

    def render(self, lookup: Lookup) -> Traced:
        """Fill the template in.

        Raises:
            PromptRefused: SB501 undefined variable, SB503 wrong kind of value, SB504 too long.
        """
        return render(self.body, lookup)


@lru_cache(maxsize=4096)
def compile_template(text: str) -> Template:
    """Read a template.

    Raises:
        PromptRefused: SB502 forbidden operation, SB503 syntax, SB504 too long.
    """
    _bound(text)
    if not any(tag in text for tag in _TAGS):
        return Template(body=(Words(text=text, start=0),), names=frozenset())
    body = read_names(text)
    if body is None:
        # Imported here: most storyboards never need the parser.
        from animegen.storyboard.prompts.grammar import parse

        body = parse(text)
    return Template(body=body, names=names_in(body))


@lru_cache(maxsize=64)
def compile_blocks(text: str) -> Mapping[str, Template]:
    """Read a style template: its `{% block %}`s by name.

    Raises:
        PromptRefused: as `compile_template`.
    """
    _bound(text)
    blocks = read_plain_blocks(text)
    if blocks is None:
        from animegen.storyboard.prompts.grammar import parse_blocks

        blocks = parse_blocks(text)
    return {name: Template(body=body, names=names_in(body)) for name, body in blocks.items()}


def _bound(text: str) -> None:
    if len(text) > TEMPLATE_LIMIT:
        raise PromptRefused(
            Problem(
                code="SB504",
                message=f"this template has more than {TEMPLATE_LIMIT:,} characters",
                start=0,
                end=1,
                help="a prompt is a few sentences",
            )
        )
