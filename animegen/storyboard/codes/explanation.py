"""The shape of one explanation."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

_WIDTH = 88


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """A diagnostic at length. The examples are parts of a storyboard; tests read them."""

    code: str
    title: str
    text: str
    """Paragraphs, separated by empty lines."""
    bad: str = ""
    """Raises the diagnostic. Empty when it is about a file's bytes, not its words."""
    good: str = ""

    def as_text(self) -> str:
        """Write the explanation for a terminal."""
        paragraphs = textwrap.dedent(self.text).strip().split("\n\n")
        parts = [f"{self.code}: {self.title}"]
        parts += [textwrap.fill(" ".join(one.split()), _WIDTH) for one in paragraphs]
        for label, example in (("Wrong:", self.bad), ("Right:", self.good)):
            if example:
                parts.append(f"{label}\n\n{textwrap.indent(example.strip(), '    ')}")
        return "\n\n".join(parts)
