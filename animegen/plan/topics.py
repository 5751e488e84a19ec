"""Which words of a storyboard decide a field of a step: data, no code that looks at either.

A source is a word by its path: `seed` is the film's, `~seed` the shot's own. `a > b` is a chain:
the first that is written counts. `@text` and the like stand for what depends on the words
themselves; `scene` knows them. A field without a topic is told by its own name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_INDEX = re.compile(r"\[\d+\]")


class Topic(NamedTuple):
    """What a field is about, in words of the storyboard."""

    name: str
    """What is told when none of the sources changed; `{use}` is the field's neighbour `use`."""
    sources: tuple[str, ...] = ()
    content: bool = False
    """The field is the digest of weights: other content when the words are the same."""


_PACK = "pack"
_FPS = "frame.fps"
_QUALITY = "--quality > ~quality > quality"
_CHAINING = ("~chaining.mode > chaining.mode", "~chaining.overlap > chaining.overlap", _PACK)
_TIMING = ("~duration", "~transition", "@next", _FPS, *_CHAINING)
_CONTROL = ("~control", _PACK)
_LORAS = ("style.loras", "@characters.lora", "~characters", "~loras", "@tags")
_DELIVERED = (*_TIMING, "output.fps")
_DRAWN_SIZE = {
    side: Topic(f"frame.{side}", (f"frame.{side}", _PACK)) for side in ("width", "height")
}
_SIZES = ("output.width", "output.height", "frame.width", "frame.height", _PACK)
_FILM_SIZE = {side: Topic(f"output.{side}", _SIZES) for side in ("width", "height")}

_DRAWN: Mapping[str, Topic] = {
    "model.base": Topic("base model", (_PACK,)),
    "model.weights": Topic("the pack's `base`", (_PACK,), content=True),
    "model.motion": Topic("the pack's `motion`", (_PACK,), content=True),
    "model.vae": Topic("the pack's `vae`", (_PACK,), content=True),
    "model.dtype": Topic("dtype"),
    "model.prediction": Topic("the pack's `prediction`", (_PACK,)),
    "loras": Topic("loras", (*_LORAS, _QUALITY, _PACK)),
    "sampler.scheduler": Topic("quality", (_QUALITY, _PACK)),
    "sampler.steps": Topic("sampling.steps", ("~sampling.steps > sampling.steps", _QUALITY, _PACK)),
    "sampler.guidance": Topic(
        "sampling.guidance", ("~sampling.guidance > sampling.guidance", _QUALITY, _PACK)
    ),
    "conditioning.prompts.text": Topic("prompt", ("@text",)),
    "conditioning.prompts.frame": Topic("times of the prompt", ("~prompt", *_TIMING)),
    "conditioning.prompts.moved": Topic("prompt", ("@text", "~prompt", *_TIMING)),
    "conditioning.blend": Topic("blend of the prompt", ("~prompt",)),
    "conditioning.negative": Topic("negative", ("@negative",)),
    **_DRAWN_SIZE,
    "seed": Topic("seed", ("~take", "~seed > seed")),
    "allow_black": Topic("allow_black", ("~allow_black",)),
}
_SEGMENT: Mapping[str, Topic] = {
    **_DRAWN,
    **dict.fromkeys(
        ("first", "frames", "overlap", "keep", "fade", "window"),
        Topic("frames of the segment", _TIMING),
    ),
    "strength": Topic("the pack's motion strength", (_PACK,)),
    "betas": Topic("the pack's noise schedule", (_PACK,)),
    "motion.weights": Topic("the pack's motion LoRA", ("~motion", _PACK), content=True),
    "motion": Topic("motion", ("~motion", _PACK)),
    "guides.weights": Topic("the pack's ControlNet for {use}", _CONTROL, content=True),
    "guides.fallback": Topic("the pack's ControlNet in place of {use}", _CONTROL, content=True),
    "guides": Topic("control", _CONTROL),
    "drift": Topic("chaining.drift", ("~chaining.drift > chaining.drift",)),
}
TOPICS: Mapping[str, Mapping[str, Topic]] = {
    "keyframe": _DRAWN,
    "segment": _SEGMENT,
    "control": {
        "drawings.detector": Topic("the pack's detector for {word}", _CONTROL, content=True),
        "drawings": Topic("control", _CONTROL),
        "skip": Topic("frames of the segment", _TIMING),
        "frames": Topic("frames of the segment", _TIMING),
    },
    "clip": {
        "fps": Topic(_FPS, (_FPS,)),
        "rate": Topic("output.fps", ("output.fps > frame.fps",)),
        **dict.fromkeys(("head", "before", "after"), Topic("handles of the shot", _DELIVERED)),
        "screen": Topic("duration", ("~duration", "output.fps > frame.fps", "~camera", "~motion")),
        **_FILM_SIZE,
        "fit": Topic("output.fit", ("output.fit",)),
        "interpolate": Topic("output.interpolate", ("output.interpolate",)),
        "camera": Topic("camera", ("~camera", "~motion", "output", "frame", _PACK)),
    },
    "slate": {
        "shot": Topic("id"),
        "prompt": Topic("prompt", ("@text",)),
        "details": Topic(
            "details",
            ("~take", "~characters", "~motion", "~control", "~camera", "~duration", "@text"),
        ),
        **_FILM_SIZE,
        **dict.fromkeys(("frames", "head", "screen"), Topic("frames of the shot", _TIMING)),
        "fps": Topic(_FPS, (_FPS,)),
    },
    "film": {
        "edits": Topic("cuts", ("@cuts", _FPS, "output.fps", *_CHAINING)),
        "ending": Topic("ending", ("ending", "output.fps", _FPS, "--only")),
        "rate": Topic("output.fps", ("output.fps > frame.fps",)),
        **_FILM_SIZE,
        **{name: Topic(f"the encoder's {name}") for name in ("crf", "preset", "threads")},
    },
}
ARRANGED: Mapping[str, Topic] = {
    "film": Topic("shots", ("shots", "--only")),
    "clip": Topic("segments of the shot", _TIMING),
    "segment": Topic("control", ("~control",)),
    "control": Topic("segments of the shot", ("~control", *_TIMING)),
}
"""Why a step reads other inputs than before, by its kind, where these did not change themselves."""
APPEARS: Mapping[str, Topic] = {
    "segment": Topic("segments of the shot", (*_TIMING, "~control")),
    "control": Topic("control", ("~control", *_TIMING)),
}
"""Why a step is new in a shot that was rendered before, by its kind."""


def topic_of(kind: str, field: str) -> tuple[str, Topic]:
    """Return the topic of a field such as `loras[0].weight`, and the part of its name that it has.

    The longest part that is known counts; unknown fields are about themselves.
    """
    known = TOPICS.get(kind, {})
    name = _INDEX.sub("", field)
    part = name
    while part:
        if part in known:
            return part, known[part]
        part = part.rpartition(".")[0]
    return name, Topic(name)
