"""What a shot's frames are like: figures, not pictures. Nothing that is drawn reads them."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from animegen.steps.protocol import Inputs, Work
    from animegen.video.quality import Embed

FILE = "quality.json"
_SEGMENTS = "frames-"


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Leaves `quality.json`: figures of every generated frame; see `video.quality.Measured`.

    Inputs: `keyframe`, and roles `frames-00000`, ... in order, each with a `frames.mkv`.
    """

    kind: ClassVar[str] = "quality"
    revision: ClassVar[int] = 1

    embedder: str | None
    """Digest of the pack's folder; None: pictures are compared by their colours and edges."""

    def render(self, inputs: Inputs, work: Work) -> None:
        """Look at every frame once."""
        from animegen.video.descriptor import describe
        from animegen.video.quality import measure

        with ExitStack() as stack:
            embed: Embed = describe
            if self.embedder is not None:
                from animegen.render.likeness import embedder

                embed = stack.enter_context(embedder(work.weights(self.embedder), work.device))
            measured = measure(
                inputs["keyframe"].path("keyframe.png"),
                [inputs[role].path("frames.mkv") for role in sorted(inputs) if _SEGMENTS in role],
                embed,
                lambda done, total: work.progress(done, total, "frame"),
            )
        found = {**measured._asdict(), "series": measured.series._asdict()}
        (work.folder / FILE).write_text(json.dumps(found), encoding="utf-8")
