"""SB72x: advice of `storyboard validate --lint`; all are warnings."""

from __future__ import annotations

from animegen.storyboard.codes.explanation import Explanation

ENTRIES = (
    Explanation(
        code="SB721",
        title="prompts closer than a segment",
        text="""
            A shot is drawn in segments of some sixteen frames, each one movement. A prompt that
            comes sooner after the one before than a segment has new frames is reached in the
            middle of a movement that belongs to both, and hardly shows. Advice of `validate
            --lint`; nothing is changed.
        """,
        bad="""\
prompt:
  0s: "1girl, neutral"
  500ms: "1girl, smile"
""",
        good="""\
prompt:
  0s: "1girl, neutral"
  1500ms: "1girl, smile"
""",
    ),
    Explanation(
        code="SB722",
        title="a duration that wastes most of a segment",
        text="""
            Segments come whole: sixteen frames, then twelve more each. A shot that needs three
            frames of its last segment pays for twelve. A little shorter and the segment is saved; a
            little longer and it costs no more. Advice of `validate --lint`; nothing is changed.
        """,
        bad="duration: 2200ms",
        good="duration: 2s",
    ),
    Explanation(
        code="SB723",
        title="a negative prompt that nobody reads",
        text="""
            Guidance compares what the prompt asks for with what the negative prompt asks for. At
            guidance 1 there is no comparison, and that half of the work is left out: it is half of
            what makes `fast` fast. So a negative prompt does nothing then. Advice of `validate
            --lint`; nothing is changed.
        """,
        bad="negative: umbrella",
        good="""\
negative: umbrella
sampling: {guidance: 1.5}
""",
    ),
    Explanation(
        code="SB724",
        title="a transition longer than half a shot",
        text="""
            A transition that takes more than half of a shot leaves little of it to be seen by
            itself. Advice of `validate --lint`; nothing is changed.
        """,
        bad="ending: {fade-out: 2s}",
        good="ending: {fade-out: 1s}",
    ),
    Explanation(
        code="SB725",
        title="a motion adapter or ControlNet made for another base model",
        text="""
            Motion adapters and ControlNets belong to one base model: they read and change its
            features layer by layer. One of another model may fit in shape and still draws noise.
            What it was made for is read from its config, or from what the pack says of it. For
            LoRAs this is an error (SB606). Advice of `validate --lint`; nothing is changed.
        """,
        bad="pack: sd2",
    ),
)
