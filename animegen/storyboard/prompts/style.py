"""Style templates: the words around every shot's prompt. Unaware of files.

A style template has a block `positive` that uses `{{ prompt }}`, and may have a block `negative`
that uses `{{ negative }}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.storyboard.prompts.problem import Problem, PromptRefused
from animegen.storyboard.prompts.template import Template, compile_blocks, compile_template

if TYPE_CHECKING:
    from animegen.storyboard.prompts.expression import Lookup
    from animegen.storyboard.prompts.filters import Value


@dataclass(frozen=True, kw_only=True)
class Style:
    """What surrounds a shot's prompt and its negative prompt."""

    positive: Template
    negative: Template

    def wrap(self, prompt: str, lookup: Lookup) -> str:
        """Return the prompt in its style.

        Raises:
            PromptRefused: as `Template.render`.
        """
        return self.positive.render(_with("prompt", prompt, lookup)).text

    def wrap_negative(self, negative: str, lookup: Lookup) -> str:
        """Return the negative prompt in its style.

        Raises:
            PromptRefused: as `Template.render`.
        """
        return self.negative.render(_with("negative", negative, lookup)).text


NO_STYLE = Style(
    positive=compile_template("{{ prompt }}"), negative=compile_template("{{ negative }}")
)
"""What `style: {prompt: none}` means."""


def read_style(text: str) -> Style:
    """Read a style template.

    Raises:
        PromptRefused: as `compile_blocks`, and when the blocks are not the two that a style has.
    """
    blocks = compile_blocks(text)
    unknown = sorted(set(blocks) - {"positive", "negative"})
    if unknown:
        raise _refused(f"a style has blocks `positive` and `negative`, not `{unknown[0]}`")
    if "positive" not in blocks:
        raise _refused("a style needs `{% block positive %}`")
    if "prompt" not in blocks["positive"].names:
        raise _refused("the block `positive` must use `{{ prompt }}`")
    return Style(positive=blocks["positive"], negative=blocks.get("negative", NO_STYLE.negative))


def _with(name: str, text: str, lookup: Lookup) -> Lookup:
    def look(wanted: str) -> Value | None:
        return text if wanted == name else lookup(wanted)

    return look


def _refused(message: str) -> PromptRefused:
    return PromptRefused(Problem(code="SB503", message=message, start=0, end=1))
