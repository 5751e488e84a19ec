"""Draws how the film was made: from words over pictures and maps to the film. Vector, any width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from animegen.report.handin.fonts import BODY, BOLD

if TYPE_CHECKING:
    from animegen.report.handin.facts import Facts

_WIDTH, _HEIGHT = 1000.0, 148.0
_BOX, _TALL, _GAP = 150.0, 92.0, 20.0
_INK, _SOFT, _PAPER = "#1b1f3b", "#5b6079", "#ffffff"


@dataclass(frozen=True)
class _Stage:
    title: str
    lines: tuple[str, ...]
    generated: bool = True


def pipeline(facts: Facts, width: float, accent: str) -> Any:
    """Return a reportlab drawing of the film's pipeline, `width` points wide."""
    from reportlab.graphics.shapes import Drawing, Group

    stages = _stages(facts)
    drawing = Drawing(width, _HEIGHT * width / _WIDTH)
    group = Group()
    step = (_WIDTH - _BOX) / max(1, len(stages) - 1)
    box = min(_BOX, step - _GAP)
    for place, stage in enumerate(stages):
        left = place * (_WIDTH - box) / max(1, len(stages) - 1)
        _draw_box(group, stage, left, box, accent)
        if place + 1 < len(stages):
            right = (place + 1) * (_WIDTH - box) / (len(stages) - 1)
            _draw_arrow(group, left + box, right)
    _draw_floor(group, box, len(stages), accent)
    scale = width / _WIDTH
    group.transform = (scale, 0, 0, scale, 0, 0)
    drawing.add(group)
    return drawing


def _stages(facts: Facts) -> list[_Stage]:
    count = facts.steps
    width, height = facts.size
    film = _Stage("Film", (f"{facts.frames} frames, {facts.rate} fps", f"{width} x {height}"))
    clips = _Stage("Clips", (f"{count.get('clip', 0)} shots", "camera, scaling", "lossless"))
    shots = f"{len(facts.shots)} shots"
    words = _Stage("Storyboard", ("text only", shots, f"seed {facts.seed}"), generated=False)
    if not count.get("keyframe"):
        return [words, _Stage("Slates", ("cards with the", "shots' prompts")), clips, film]
    drawn = f"{facts.drawn[0]} x {facts.drawn[1]}"
    keyframes = _Stage("Keyframes", (f"{count['keyframe']} pictures", "text to image", drawn))
    maps = count.get("control", 0)
    guides = [_Stage("Control maps", (f"{maps} sets, found in", "these pictures"))] if maps else []
    segments = _Stage(
        "Segments", (f"{count.get('segment', 0)} of 16 frames", "AnimateDiff,", "chained latents")
    )
    return [words, keyframes, *guides, segments, clips, film]


def _draw_box(group: Any, stage: _Stage, left: float, box: float, accent: str) -> None:
    from reportlab.graphics.shapes import Rect, String
    from reportlab.lib.colors import HexColor

    bottom = _HEIGHT - _TALL - 4
    fill = HexColor(_PAPER) if stage.generated else HexColor(_INK)
    ink = _INK if stage.generated else _PAPER
    group.add(
        Rect(left, bottom, box, _TALL, rx=9, ry=9, fillColor=fill, strokeColor=HexColor(_INK),
             strokeWidth=1.4)
    )  # fmt: skip
    middle = left + box / 2
    group.add(
        String(middle, bottom + _TALL - 26, stage.title, fontName=BOLD, fontSize=17,
               fillColor=HexColor(ink), textAnchor="middle")
    )  # fmt: skip
    for number, line in enumerate(stage.lines):
        group.add(
            String(middle, bottom + _TALL - 45 - 15 * number, line, fontName=BODY, fontSize=12.5,
                   fillColor=HexColor(_SOFT if stage.generated else _PAPER), textAnchor="middle")
        )  # fmt: skip
    if stage.generated:
        group.add(
            Rect(left, bottom, box, 6, rx=3, ry=3, fillColor=HexColor(accent), strokeColor=None)
        )


def _draw_arrow(group: Any, start: float, end: float) -> None:
    from reportlab.graphics.shapes import Line, Polygon
    from reportlab.lib.colors import HexColor

    height = _HEIGHT - _TALL / 2 - 4
    ink = HexColor(_INK)
    group.add(Line(start + 2, height, end - 8, height, strokeColor=ink, strokeWidth=1.8))
    head = [end - 2, height, end - 11, height + 5, end - 11, height - 5]
    group.add(Polygon(head, fillColor=ink, strokeColor=ink))


def _draw_floor(group: Any, box: float, stages: int, accent: str) -> None:
    """Bracket what was generated, and say what the bracket means."""
    from reportlab.graphics.shapes import Line, String
    from reportlab.lib.colors import HexColor

    left = (_WIDTH - box) / max(1, stages - 1)
    color, bottom = HexColor(accent), _HEIGHT - _TALL - 24
    group.add(Line(left, bottom, _WIDTH, bottom, strokeColor=color, strokeWidth=2.4))
    for x in (left, _WIDTH):
        group.add(Line(x, bottom, x, bottom + 9, strokeColor=color, strokeWidth=2.4))
    group.add(
        String((left + _WIDTH) / 2, bottom - 20,
               "generated here, each from what stands left of it; no picture comes from outside",
               fontName=BODY, fontSize=15, fillColor=HexColor(_INK), textAnchor="middle")
    )  # fmt: skip
