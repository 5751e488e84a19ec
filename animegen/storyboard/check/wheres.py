"""Where the document says what the model holds, when the two differ in form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from animegen.storyboard.model.prompt import PROMPT_WORDS

if TYPE_CHECKING:
    from animegen.storyboard.place import Where


@dataclass(frozen=True, kw_only=True)
class Wheres:
    """Paths into one document."""

    data: Mapping[str, Any]

    def prompts(self, index: int, count: int) -> tuple[Where, ...]:
        """Return where each of a shot's `count` prompts stands, in the model's order.

        A document with errors may hold more than the model: then all stand at `prompt`.
        """
        where: Where = ("shots", index, "prompt")
        shot = self.data["shots"][index]
        written = shot.get("prompt") if isinstance(shot, Mapping) else None
        keys = written if isinstance(written, Mapping) else ()
        times = [at for at in keys if at not in PROMPT_WORDS]
        if len(times) != count:
            return (where,) * count
        return tuple((*where, at) for at in times)
