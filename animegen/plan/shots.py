"""Translates one shot into its nodes: keyframe -> segments -> clip, or slate -> clip."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from animegen.digest import seed_from
from animegen.plan.sizes import frame_size, output_size
from animegen.steps.clip import CameraMove, Clip
from animegen.steps.diffusion import Conditioning, Lora, Model, PromptKey, Sampler
from animegen.steps.keyframe import Keyframe
from animegen.steps.segment import Betas, Segment
from animegen.steps.slate import Slate
from animegen.units import cover_frames, decimal, round_to_frame

if TYPE_CHECKING:
    from animegen.packs.weights import Weights
    from animegen.plan.graph import PlanBuilder
    from animegen.plan.timeline import SegmentSpan, ShotTiming
    from animegen.storyboard.model import Shot
    from animegen.storyboard.model.guidance import Camera
    from animegen.storyboard.model.shot import Quality
    from animegen.storyboard.reading import Reading, ResolvedShot
    from animegen.storyboard.timing import Clocks


@dataclass(frozen=True, kw_only=True)
class ShotCompiler:
    """Adds the nodes of one shot after another to a builder."""

    reading: Reading
    weights: Weights
    dtype: str
    """Numerics of the models, which depend on the device."""
    slate: bool
    clocks: Clocks
    builder: PlanBuilder

    def clip(self, shot: Shot, timing: ShotTiming) -> str:
        """Add a shot's nodes and return the id of its clip."""
        sources = [self._slate(shot, timing)] if self.slate else self._segments(shot, timing)
        width, height = output_size(self.reading)
        output = self.reading.storyboard.output
        # A slate is read, not looked at: its words stand still and whole.
        camera = None if self.slate else _camera_move(shot.camera)
        step = Clip(
            fps=str(self.clocks.fps),
            rate=str(self.clocks.rate),
            head=timing.head,
            before=timing.before,
            after=timing.after,
            # Without a camera the clip must not depend on where the shot ends.
            screen=cover_frames(timing.duration, self.clocks.rate) if camera else 0,
            width=width,
            height=height,
            fit=output.fit,
            interpolate="hold" if self.slate else output.interpolate,
            camera=camera,
        )
        inputs = {f"frames-{index:05d}": source for index, source in enumerate(sources)}
        return self.builder.add(f"{shot.id}/clip", step, inputs)

    def _slate(self, shot: Shot, timing: ShotTiming) -> str:
        width, height = output_size(self.reading)
        step = Slate(
            shot=shot.id,
            prompt=self.reading.shots[shot.id].prompts[0].own,
            details=_details(shot, self.reading.shots[shot.id]),
            width=width,
            height=height,
            frames=timing.generated,
            head=timing.head,
            screen=timing.body,
            fps=str(self.clocks.fps),
        )
        return self.builder.add(f"{shot.id}/slate", step)

    def _segments(self, shot: Shot, timing: ShotTiming) -> list[str]:
        keyframe = self.builder.add(f"{shot.id}/keyframe", self._keyframe(shot))
        ids: list[str] = []
        for index, span in enumerate(timing.segments):
            inputs = {"keyframe": keyframe} | ({"previous": ids[-1]} if ids else {})
            step = self._segment(shot, timing, span)
            ids.append(self.builder.add(f"{shot.id}/segment-{index:03d}", step, inputs))
        return ids

    def _keyframe(self, shot: Shot) -> Keyframe:
        resolved = self.reading.shots[shot.id]
        width, height = frame_size(self.reading)
        return Keyframe(
            model=self._still,
            loras=self._loras(shot),
            sampler=self._sampler(shot),
            conditioning=Conditioning(
                prompts=(PromptKey(frame=0, text=resolved.prompts[0].text),),
                negative=resolved.negative,
            ),
            width=width,
            height=height,
            seed=self._seed(shot, "keyframe"),
        )

    def _segment(self, shot: Shot, timing: ShotTiming, span: SegmentSpan) -> Segment:
        motion = self.reading.pack.motion
        width, height = frame_size(self.reading)
        return Segment(
            model=self._moving,
            loras=self._loras(shot),
            sampler=self._sampler(shot),
            conditioning=self._conditioning(shot, timing, span),
            width=width,
            height=height,
            seed=self._seed(shot, "segment"),
            first=span.first,
            frames=span.frames,
            overlap=span.overlap,
            keep=motion.overlap,
            strength=motion.strength,
            betas=Betas(
                schedule=motion.beta_schedule, start=motion.beta_start, end=motion.beta_end
            ),
        )

    def _conditioning(self, shot: Shot, timing: ShotTiming, span: SegmentSpan) -> Conditioning:
        resolved = self.reading.shots[shot.id]
        keys = _prompt_keys(resolved, timing, self.clocks)
        return Conditioning(prompts=_keys_within(keys, span), negative=resolved.negative)

    @cached_property
    def _still(self) -> Model:
        pack = self.reading.pack
        digest = self.weights.component(pack.base.path)
        return Model(base=pack.base_model, weights=digest, dtype=self.dtype)

    @cached_property
    def _moving(self) -> Model:
        motion = self.weights.component(self.reading.pack.motion.path)
        return replace(self._still, motion=motion)

    def _loras(self, shot: Shot) -> tuple[Lora, ...]:
        few_step = self.reading.pack.qualities[self._quality(shot)].lora
        chosen = [(few_step, 1.0)] if few_step else []
        chosen += [(lora.use, lora.weight) for lora in self.reading.shots[shot.id].loras]
        return tuple(
            Lora(weights=self.weights.lora(use), weight=weight) for use, weight in chosen if weight
        )

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
        if shot.seed is not None:
            return seed_from(shot.seed, role)
        return seed_from(self.reading.storyboard.seed, shot.id, role)


def _prompt_keys(
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


def _camera_move(camera: Camera | None) -> CameraMove | None:
    if camera is None:
        return None
    return CameraMove(
        zoom=camera.zoom, pan=camera.pan, tilt=camera.tilt, roll=camera.roll, ease=camera.ease
    )


def _details(shot: Shot, resolved: ResolvedShot) -> tuple[str, ...]:
    lines = [f"cast: {', '.join(shot.characters)}"] if shot.characters else []
    if shot.motion:
        lines.append(f"motion: {shot.motion.use}")
    if shot.control:
        lines.append(f"control: {', '.join(entry.use for entry in shot.control.maps)}")
    if shot.camera:
        lines.append(f"camera: {_moves(shot.camera)}")
    lines += [f"{decimal(prompt.at)}s: {prompt.own}" for prompt in resolved.prompts[1:]]
    return tuple(lines)


def _moves(camera: Camera) -> str:
    moves = {name: getattr(camera, name) for name in ("zoom", "pan", "tilt", "roll")}
    return ", ".join(
        f"{name} {start:g} to {end:g}" for name, (start, end) in moves.items() if start != end
    )
