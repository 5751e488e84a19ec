"""Translates one shot into the nodes that draw its frames: keyframe -> segments.

Control maps lie between keyframe and segments, or between the segments of a draft and those of the
film. Unaware of delivery.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from animegen.plan.guides import Guides, holding
from animegen.plan.moves import moved_by
from animegen.plan.segments import FADE
from animegen.plan.sizes import frame_size
from animegen.steps.diffusion import Conditioning, Lora, Model, PromptKey, Sampler
from animegen.steps.keyframe import Keyframe
from animegen.steps.segment import Betas, Segment
from animegen.units import round_to_frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.packs.weights import Weights
    from animegen.plan.casting import Casting
    from animegen.plan.graph import PlanBuilder
    from animegen.plan.segments import SegmentSpan
    from animegen.plan.sizes import Size
    from animegen.plan.timeline import ShotTiming
    from animegen.storyboard.model import Shot
    from animegen.storyboard.model.shot import Quality
    from animegen.storyboard.reading import Reading, ResolvedShot
    from animegen.storyboard.timing import Clocks

_DRAFT: Quality = "draft"


@dataclass(frozen=True, kw_only=True)
class FrameCompiler:
    """Adds the nodes of one shot's frames after another's to a builder."""

    reading: Reading
    weights: Weights
    dtype: str
    """Numerics of the models, which depend on the device."""
    clocks: Clocks
    builder: PlanBuilder
    casting: Casting

    def segments(self, shot: Shot, timing: ShotTiming) -> list[str]:
        """Add a shot's nodes and return the ids of those that hold its frames, in order."""
        keyframe = self.keyframe(shot)
        plain = [self._segment(shot, timing, span) for span in timing.segments]
        guides = Guides.of(shot, self.weights)
        if guides is None:
            return self._chain(shot, "segment", plain, keyframe)
        guided = [replace(step, guides=guides.ingredients()) for step in plain]
        if not guides.from_draft:
            maps = self._maps(shot, guides, keyframe)
            return self._chain(shot, "segment", guided, keyframe, [maps] * len(guided))
        rough = [self._roughly(shot, step) for step in plain]
        drafts = self._chain(shot, "draft", rough, keyframe)
        drawn = self._draft_maps(shot, timing.segments, guides, drafts)
        return self._chain(shot, "segment", guided, keyframe, drawn)

    def keyframe(self, shot: Shot) -> str:
        """Add a shot's keyframe and return its id."""
        return self.builder.add(f"{self.casting.name(shot)}/keyframe", self._keyframe(shot))

    def still(self, shot: Shot, size: Size) -> Keyframe:
        """Return a picture of the shot; of the film's own size it is the shot's keyframe."""
        return replace(self._keyframe(shot), width=size[0], height=size[1])

    def _chain(
        self,
        shot: Shot,
        name: str,
        steps: Sequence[Segment],
        keyframe: str,
        maps: Sequence[Mapping[str, str]] = (),
    ) -> list[str]:
        """Add segments, each with its maps by role, and return their ids."""
        stem, ids = self.casting.name(shot), list[str]()
        for index, step in enumerate(steps):
            inputs = {"keyframe": keyframe} | ({"previous": ids[-1]} if ids else {})
            inputs |= maps[index] if maps else {}
            ids.append(self.builder.add(f"{stem}/{name}-{index:03d}", step, inputs))
        return ids

    def _maps(self, shot: Shot, guides: Guides, keyframe: str) -> dict[str, str]:
        stem = self.casting.name(shot)
        return {
            word: self.builder.add(f"{stem}/{word}", step, {"keyframe": keyframe})
            for word, step in guides.steps().items()
        }

    def _draft_maps(
        self, shot: Shot, spans: Sequence[SegmentSpan], guides: Guides, drafts: Sequence[str]
    ) -> list[dict[str, str]]:
        """Add the maps of each segment's frames, overlap included; return their ids by word."""
        stem, drawn = self.casting.name(shot), []
        for index, span in enumerate(spans):
            places, skip = holding(spans, index)
            inputs = {f"frames-{place:05d}": drafts[place] for place in places}
            steps = guides.steps(skip=skip, frames=span.frames)
            drawn.append(
                {
                    word: self.builder.add(f"{stem}/{word}-{index:03d}", step, inputs)
                    for word, step in steps.items()
                }
            )
        return drawn

    def _keyframe(self, shot: Shot) -> Keyframe:
        resolved = self.reading.shots[shot.id]
        width, height = frame_size(self.reading)
        return Keyframe(
            model=self._still,
            loras=self._loras(shot, self._quality(shot)),
            sampler=self._sampler(shot),
            conditioning=Conditioning(
                prompts=(PromptKey(frame=0, text=resolved.prompts[0].text),),
                negative=resolved.negative,
            ),
            width=width,
            height=height,
            seed=self._seed(shot, "keyframe"),
            allow_black=shot.allow_black,
        )

    def _segment(self, shot: Shot, timing: ShotTiming, span: SegmentSpan) -> Segment:
        motion = self.reading.pack.motion
        width, height = frame_size(self.reading)
        return Segment(
            model=self._moving,
            loras=self._loras(shot, self._quality(shot)),
            sampler=self._sampler(shot),
            conditioning=self._conditioning(shot, timing, span),
            width=width,
            height=height,
            seed=self._seed(shot, "segment"),
            first=span.first,
            frames=span.frames,
            overlap=span.overlap,
            keep=timing.chained.overlap,
            strength=motion.strength,
            betas=Betas(
                schedule=motion.beta_schedule, start=motion.beta_start, end=motion.beta_end
            ),
            motion=self._motion(shot),
            allow_black=shot.allow_black,
            fade=FADE if span.overlap else 0,
            window=timing.chained.window(span.frames),
            drift=timing.chained.drift,
        )

    def _roughly(self, shot: Shot, step: Segment) -> Segment:
        """Return the segment of a first pass: the pack's draft quality, whatever the film's is."""
        usual = self.reading.pack.qualities[_DRAFT]
        sampler = Sampler(scheduler=usual.scheduler, steps=usual.steps, guidance=usual.guidance)
        return replace(step, loras=self._loras(shot, _DRAFT), sampler=sampler)

    def _conditioning(self, shot: Shot, timing: ShotTiming, span: SegmentSpan) -> Conditioning:
        resolved = self.reading.shots[shot.id]
        keys = prompt_keys(resolved, timing, self.clocks)
        keys = _keys_within(keys, span)
        # What a span with a single prompt never does stays out of its key.
        blend = resolved.blend if len(keys) > 1 else "lerp"
        return Conditioning(prompts=keys, negative=resolved.negative, blend=blend)

    @cached_property
    def _still(self) -> Model:
        pack = self.reading.pack
        digest = self.weights.component(pack.base.path)
        vae = self.weights.component(pack.vae.path) if pack.vae else None
        return Model(
            base=pack.base_model,
            weights=digest,
            dtype=self.dtype,
            vae=vae,
            prediction=pack.base.prediction,
        )

    @cached_property
    def _moving(self) -> Model:
        motion = self.weights.component(self.reading.pack.motion.path)
        return replace(self._still, motion=motion)

    def _loras(self, shot: Shot, quality: Quality) -> tuple[Lora, ...]:
        few_step = self.reading.pack.qualities[quality].lora
        chosen = [(few_step, 1.0)] if few_step else []
        chosen += [(lora.use, lora.weight) for lora in self.reading.shots[shot.id].loras]
        return tuple(
            Lora(weights=self.weights.lora(use), weight=weight) for use, weight in chosen if weight
        )

    def _motion(self, shot: Shot) -> Lora | None:
        if shot.motion is None or moved_by(shot, self.reading.pack) != "lora":
            return None
        file = self.reading.pack.motion_loras[shot.motion.use]
        return Lora(weights=self.weights.component(file.path), weight=shot.motion.strength)

    def _quality(self, shot: Shot) -> Quality:
        return shot.quality or self.reading.storyboard.quality

    def _sampler(self, shot: Shot) -> Sampler:
        usual = self.reading.pack.qualities[self._quality(shot)]
        film = self.reading.storyboard.sampling
        return Sampler(
            scheduler=usual.scheduler,
            steps=shot.sampling.steps or film.steps or usual.steps,
            guidance=shot.sampling.guidance or film.guidance or usual.guidance,
        )

    def _seed(self, shot: Shot, role: str) -> int:
        return self.casting.seed(shot, self.reading.storyboard.seed, role)


def prompt_keys(
    resolved: ResolvedShot, timing: ShotTiming, clocks: Clocks
) -> tuple[PromptKey, ...]:
    """Place the prompts on the shot's generated frames; the first holds the head handle, too."""
    if len(resolved.prompts) == 1:
        return (PromptKey(frame=0, text=resolved.prompts[0].text),)
    keys = [
        PromptKey(frame=timing.head + round_to_frame(prompt.at, clocks.fps), text=prompt.text)
        for prompt in resolved.prompts
    ]
    if resolved.loop:
        keys.append(PromptKey(frame=timing.head + timing.body, text=keys[0].text))
    return tuple(keys)


def _keys_within(keys: tuple[PromptKey, ...], span: SegmentSpan) -> tuple[PromptKey, ...]:
    """Return the prompts that touch the span, so that an edit beyond it changes nothing."""
    opening = max((index for index, key in enumerate(keys) if key.frame <= span.first), default=0)
    later = (index for index, key in enumerate(keys) if key.frame >= span.end - 1)
    return keys[opening : next(later, len(keys) - 1) + 1]
