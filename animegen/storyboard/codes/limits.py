"""SB7xx: the field's own limits and recommendations; most are warnings."""

from __future__ import annotations

from animegen.storyboard.codes.explanation import Explanation

ENTRIES = (
    Explanation(
        code="SB701",
        title="more than three LoRAs at once",
        text="""
            At most three LoRAs may act in a shot: those of the style, of its characters and its own
            together. More of them fight over the same weights and the picture falls apart. The LoRA
            of `quality: fast` and the motion LoRA do not count.
        """,
        bad="loras: [a.safetensors, b.safetensors, c.safetensors, d.safetensors]",
        good="loras: [a.safetensors, b.safetensors, c.safetensors]",
    ),
    Explanation(
        code="SB702",
        title="more than one motion",
        text="""
            A shot takes one motion LoRA: two of them blur the picture instead of combining their
            moves. Combine with `camera`, which moves over the finished frames.
        """,
        bad="motion: [pan-left, zoom-in]",
        good="""\
motion: pan-left
camera: {zoom: [1.0, 1.15]}
""",
    ),
    Explanation(
        code="SB703",
        title="a weight outside of its recommended range",
        text="""
            The pack states in which range a LoRA's makers recommend it: below it hardly shows,
            above it takes over. The same goes for the `strength` of a motion LoRA. This is a
            warning; nothing is changed.
        """,
    ),
    Explanation(
        code="SB704",
        title="steps or guidance outside of the usual",
        text="""
            `fast` is made with the LCM sampler, which is good at 4 to 6 steps and a guidance of 1.5
            to 2.0; `high` with DPM++ 2M Karras at 20 to 30 steps and a guidance around 6. The pack
            states the ranges. This is a warning; nothing is changed.
        """,
        bad="""\
quality: fast
sampling: {steps: 40}
""",
        good="""\
quality: fast
sampling: {steps: 5}
""",
    ),
    Explanation(
        code="SB705",
        title="a prompt of more than 75 tokens",
        text="""
            The text encoder reads 75 tokens at once. Longer prompts are encoded in pieces and
            joined, never cut off: but each piece is understood by itself, so what belongs together
            should stand together. `BREAK` begins a new piece. This is a note.
        """,
        bad="""\
prompt: >-
  a girl with short red hair walks slowly over the old stone bridge in heavy rain,
  a girl with short red hair walks slowly over the old stone bridge in heavy rain,
  a girl with short red hair walks slowly over the old stone bridge in heavy rain,
  a girl with short red hair walks slowly over the old stone bridge in heavy rain,
  a girl with short red hair walks slowly over the old stone bridge in heavy rain,
  a girl with short red hair walks slowly over the old stone bridge in heavy rain,
  a girl with short red hair walks slowly over the old stone bridge in heavy rain,
""",
        good="prompt: a girl walks over a bridge in the rain",
    ),
    Explanation(
        code="SB706",
        title="a frame size that does not work",
        text="""
            Width and height must be multiples of what the pack's networks need, and the delivered
            film's must be even, because video stores colour for every second pixel. A size far from
            the one the pack was trained at is a warning: pictures come out doubled or empty.
        """,
        bad="frame: {width: 250, height: 256}",
        good="frame: {width: 256, height: 256}",
    ),
    Explanation(
        code="SB707",
        title="a LoRA's word is not in the prompt",
        text="""
            Some LoRAs act on a word: a character's on its name. The pack says which, or the file
            itself does (`modelspec.trigger_phrase`). Without the word the LoRA only disturbs. A
            character's word belongs into its `looks`. This is a warning; nothing is changed.
        """,
        bad="""\
style: {prompt: none, loras: [mina]}
""",
        good="""\
style: {prompt: none, loras: [mina]}
shots:
  - {id: one, duration: 3s, prompt: "mina, 1girl, red hair"}
""",
    ),
    Explanation(
        code="SB708",
        title="a pack whose motion is an experiment",
        text="""
            The pack moves its pictures with a module that was trained for another base model: it
            fits in shape, and nobody promises what comes of it. This is a note.
        """,
        bad="pack: sd2",
    ),
)
