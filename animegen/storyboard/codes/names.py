"""SB3xx and SB4xx: what names refer to, and how times fit together."""

from __future__ import annotations

from animegen.storyboard.codes.explanation import Explanation

ENTRIES = (
    Explanation(
        code="SB301",
        title="an unknown transition",
        text="""
            Transitions are words of the language: `cut`, `crossfade`, `dip`, `fade-in`,
            `fade-out`.
        """,
        bad="transition: {crosfade: 1s}",
        good="""\
shots:
  - {id: one, duration: 3s, prompt: rain}
  - {id: two, duration: 3s, prompt: rain, transition: {crossfade: 1s}}
""",
    ),
    Explanation(
        code="SB302",
        title="an unknown motion",
        text="""
            A shot's motion is one word for a move of the camera. A pack that has a motion LoRA of
            that name uses it; for others the word becomes a virtual camera over the finished
            frames.
        """,
        bad="motion: pan-lef",
        good="motion: pan-left",
    ),
    Explanation(
        code="SB303",
        title="an unknown control map",
        text="""
            Control maps are drawn from the shot's own generated pictures: `openpose`, `depth`,
            `canny`, `lineart`.
        """,
        bad="control: [detph]",
        good="control: [depth]",
    ),
    Explanation(
        code="SB304",
        title="an unknown or unusable pack",
        text="""
            `pack` is the name of a pack that ships with animegen, or a pack file (.toml) of the
            project, by a path relative to it. `storyboard doctor` lists the packs.
        """,
        bad="pack: smokey",
        good="pack: smoke",
    ),
    Explanation(
        code="SB305",
        title="an unknown character",
        text="""
            A shot's `characters` are names of the film's `characters`.
        """,
        bad="""\
shots:
  - id: one
    duration: 3s
    prompt: rain
    characters: [mina]
""",
        good="""\
characters:
  mina: {looks: "1girl, short red hair"}
shots:
  - id: one
    duration: 3s
    prompt: rain
    characters: [mina]
""",
    ),
    Explanation(
        code="SB306",
        title="an unknown LoRA",
        text="""
            A LoRA is a name of the pack, or a .safetensors file of the project by relative path.
            Names compare loosely: `pastelAnimeXL` and `pastel-anime-xl` are the same.

            The LoRAs that make `fast` fast and that move the camera are brought by `quality` and
            `motion`; they are not for use by hand.
        """,
        bad="loras: [no-such-style]",
    ),
    Explanation(
        code="SB307",
        title="an unknown style template",
        text="""
            `style.prompt` names `templates/NAME.j2` of the project, else a template that ships with
            animegen. `none` adds nothing to the prompts.
        """,
        bad="style: {prompt: animee}",
        good="style: {prompt: anime}",
    ),
    Explanation(
        code="SB308",
        title="a wildcard without a file",
        text="""
            `__weather__` in a prompt stands for a line of `wildcards/weather.txt` in the project,
            chosen by the seed. There is no such file, or nothing in it.
        """,
        bad='prompt: "a girl, __no_such_list__"',
        good="prompt: a girl",
    ),
    Explanation(
        code="SB309",
        title="a control map that the pack cannot follow",
        text="""
            A control map is followed by a ControlNet of the pack, and poses and distances are found
            in the generated pictures by detectors of the pack. This pack lacks one of the two for
            the word. The pack's file says what it has, under `controls` and `detectors`.

            The same goes for a `fallback` that is written out. One that is not falls back on
            nothing where the pack has no ControlNet for it.
        """,
    ),
    Explanation(
        code="SB401",
        title="a transition is longer than its shots",
        text="""
            A transition sits on the cut, so a part of it covers the end of one shot and a part the
            start of the next. What covers one shot, from both of its ends, cannot come to more than
            the shot lasts. Both places are shown.
        """,
        bad="""\
shots:
  - {id: one, duration: 1s, prompt: rain}
  - {id: two, duration: 1s, prompt: sun, transition: {crossfade: 4s}}
""",
        good="""\
shots:
  - {id: one, duration: 1s, prompt: rain}
  - {id: two, duration: 1s, prompt: sun, transition: {crossfade: 500ms}}
""",
    ),
    Explanation(
        code="SB402",
        title="a transition where it cannot stand",
        text="""
            Before the first shot nothing goes out, and after the last nothing comes in: the film
            may begin with `cut` or `fade-in` and end with `cut` or `fade-out`.
        """,
        bad="ending: {crossfade: 1s}",
        good="ending: {fade-out: 1s}",
    ),
    Explanation(
        code="SB403",
        title="prompts at times that do not fit",
        text="""
            The times of a prompt count from the shot's own start. The first is 0s, each comes once,
            and all lie before the shot's end.
        """,
        bad='prompt: {0s: "walking", 9s: "looking up"}',
        good='prompt: {0s: "walking", 2s: "looking up"}',
    ),
    Explanation(
        code="SB404",
        title="two shots with one id",
        text="""
            An id names the shot's artifacts and seeds its noise, so each shot has its own. To show
            the same picture twice, give the second shot another id and the same `seed`.
        """,
        bad="""\
shots:
  - {id: one, duration: 3s, prompt: rain}
  - {id: one, duration: 3s, prompt: sun}
""",
        good="""\
shots:
  - {id: one, duration: 3s, prompt: rain}
  - {id: two, duration: 3s, prompt: sun}
""",
    ),
    Explanation(
        code="SB405",
        title="a line outside of its shot",
        text="""
            A line of dialogue belongs to its shot and begins while the shot is on screen. Times
            count from the shot's own start; a line without `at` begins when the line before it
            ends. It may stay on screen beyond the cut.
        """,
        bad="""\
shots:
  - id: one
    duration: 2s
    prompt: rain
    dialogue: [{text: "It never stops.", at: 3s}]
""",
        good="""\
shots:
  - id: one
    duration: 4s
    prompt: rain
    dialogue: [{text: "It never stops.", at: 3s}]
""",
    ),
)
