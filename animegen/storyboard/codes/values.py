"""SB2xx: times, rates and numbers."""

from __future__ import annotations

from animegen.storyboard.codes.explanation import Explanation

ENTRIES = (
    Explanation(
        code="SB201",
        title="not a duration",
        text="""
            A duration is a number of seconds (`3`, `2.5`), a text with a unit (`3s`, `750ms`), or a
            number of generated frames (`24f`, at `frame.fps`). It is longer than zero, and no
            shorter than one frame. Durations are exact: 0.1 means a tenth, not the nearest binary
            number.

            `1:30` is a text in YAML 1.2, and 90 in YAML 1.1; write `90s`.
        """,
        bad="duration: -3s",
        good="duration: 3s",
    ),
    Explanation(
        code="SB202",
        title="not a frame rate",
        text="""
            A frame rate is a number of frames per second greater than zero, or a fraction. 23.976,
            29.97 and 59.94 mean the NTSC rates 24000/1001, 30000/1001 and 60000/1001.
        """,
        bad="output: {fps: fast}",
        good="output: {fps: 23.976}",
    ),
    Explanation(
        code="SB203",
        title="a transition's length is missing, or too much",
        text="""
            Every transition but `cut` needs a length, because nobody could guess it; a cut takes
            none.
        """,
        bad="ending: fade-out",
        good="ending: {fade-out: 1s}",
    ),
    Explanation(
        code="SB204",
        title="a prompt without a text",
        text="""
            A prompt that is a mapping of times to texts needs at least one of them. A text that
            says nothing is only warned of: the style's words alone then decide the picture.
        """,
        bad="prompt: {loop: true}",
        good='prompt: {0s: "sunrise", 2s: "noon", loop: true}',
    ),
    Explanation(
        code="SB205",
        title="a number is out of range",
        text="""
            The message names the bound. Ranges are as wide as the machinery allows; where the field
            recommends less, there is a warning (SB7xx) instead.
        """,
        bad="sampling: {steps: 500}",
        good="sampling: {steps: 6}",
    ),
    Explanation(
        code="SB206",
        title="not a finite number",
        text="""
            `.nan` and `.inf` are numbers in YAML, but nothing can be made of them here.
        """,
        bad="camera: {zoom: [1.0, .inf]}",
        good="camera: {zoom: [1.0, 1.5]}",
    ),
    Explanation(
        code="SB207",
        title="an absurd duration",
        text="""
            A shot lasts at most 600 seconds and a film at most 4 hours. Most likely a unit is
            missing: a number without one is in seconds, not in milliseconds or frames.
        """,
        bad="duration: 2500",
        good="duration: 2500ms",
    ),
    Explanation(
        code="SB208",
        title="a rate that motion modules do not know",
        text="""
            `frame.fps` is the rate of the generated frames. Motion modules were trained at 8 to 12
            frames per second: at another rate they would move too fast or too slowly. The film's
            own rate is `output.fps`; frames between the generated ones are interpolated.
        """,
        bad="frame: {fps: 24}",
        good="""\
frame: {fps: 8}
output: {fps: 24}
""",
    ),
    Explanation(
        code="SB209",
        title="a rate that players do not know",
        text="""
            The film is delivered at 1 to 120 frames per second.
        """,
        bad="output: {fps: 1000}",
        good="output: {fps: 60}",
    ),
    Explanation(
        code="SB210",
        title="an overlap that is not used",
        text="""
            `chaining` either renders segment after segment, which share as many frames as `overlap`
            says, or the whole shot through windows, which always overlap by half.
        """,
        bad="chaining: {mode: windows, overlap: 6}",
        good="chaining: {mode: overlap, overlap: 6}",
    ),
    Explanation(
        code="SB211",
        title="not a comparison",
        text="""
            A check compares a figure that is measured of every shot with a number: `<`, `<=`, `>`
            or `>=`, and the number. It needs quotes, for `>` begins a block of text in YAML.
            docs/report.md says what the figures are and which values are good.
        """,
        bad="checks: {flicker: 0.05}",
        good='checks: {flicker: "< 0.05"}',
    ),
)
