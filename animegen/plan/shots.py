"""Translates one shot into its nodes: the frames that are drawn, or a slate -> clip."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from animegen.plan.frames import FrameCompiler
from animegen.plan.moves import camera_move
from animegen.plan.sizes import output_size, seen_size
from animegen.steps.clip import Clip
from animegen.steps.slate import Slate
from animegen.units import cover_frames, decimal

if TYPE_CHECKING:
    from animegen.packs.weights import Weights
    from animegen.plan.casting import Casting
    from animegen.plan.graph import PlanBuilder
    from animegen.plan.timeline import ShotTiming
    from animegen.storyboard.model import Shot
    from animegen.storyboard.model.guidance import Camera
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
    casting: Casting

    def clip(self, shot: Shot, timing: ShotTiming) -> str:
        """Add a shot's nodes and return the id of its clip."""
        sources = [self._slate(shot, timing)] if self.slate else self._frames.segments(shot, timing)
        width, height = output_size(self.reading)
        output = self.reading.storyboard.output
        # A slate is read, not looked at: its words stand still and whole.
        camera = (
            None if self.slate else camera_move(shot, self.reading.pack, seen_size(self.reading))
        )
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
        return self.builder.add(f"{self.casting.name(shot)}/clip", step, inputs)

    def picture(self, shot: Shot, timing: ShotTiming) -> str:
        """Add what shows the shot before it moves, and return its id: its keyframe, or slate."""
        return self._slate(shot, timing) if self.slate else self._frames.keyframe(shot)

    def _slate(self, shot: Shot, timing: ShotTiming) -> str:
        width, height = output_size(self.reading)
        step = Slate(
            shot=shot.id,
            prompt=self.reading.shots[shot.id].prompts[0].own,
            details=(*_details(shot, self.reading.shots[shot.id]), *self.casting.words(shot)),
            width=width,
            height=height,
            frames=timing.generated,
            head=timing.head,
            screen=timing.body,
            fps=str(self.clocks.fps),
        )
        return self.builder.add(f"{self.casting.name(shot)}/slate", step)

    @cached_property
    def _frames(self) -> FrameCompiler:
        return FrameCompiler(
            reading=self.reading,
            weights=self.weights,
            dtype=self.dtype,
            clocks=self.clocks,
            builder=self.builder,
            casting=self.casting,
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
