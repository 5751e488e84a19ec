"""How much work a node is, in the numbers that decide how long it takes. Unaware of clocks.

Two nodes of one workload take as long as each other. Prompts, seeds and LoRAs change the picture
and hardly the time, so they are no part of it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import ceil
from typing import TYPE_CHECKING

from animegen.steps.clip import Clip
from animegen.steps.control import Control
from animegen.steps.film import Film
from animegen.steps.keyframe import Keyframe
from animegen.steps.segment import Segment

if TYPE_CHECKING:
    from animegen.plan.graph import Node, Plan
    from animegen.steps.diffusion import Model, Sampler
    from animegen.steps.protocol import Step

_SHORT = 12


@dataclass(frozen=True, kw_only=True)
class Workload:
    """What decides how long a node takes on a device."""

    kind: str
    model: str = ""
    """Digests of its weights, in short; empty for a step without a model."""
    manner: str = ""
    """How it is done, where that costs: the sampler and numerics, the maps, the interpolation."""
    width: int = 0
    height: int = 0
    frames: int = 1
    steps: int = 1

    @property
    def units(self) -> int:
        """What the time grows with: pixels x frames x steps."""
        return max(1, self.width * self.height) * self.frames * self.steps

    def is_like(self, other: Workload) -> bool:
        """Whether one can be scaled from the other: the same kind and model, of whatever size.

        Without a model the manner is most of the work: an interpolated clip is no held one.
        """
        alike = bool(self.model) or self.manner == other.manner
        return alike and (self.kind, self.model) == (other.kind, other.model)

    def to_json(self) -> dict[str, str | int]:
        """Return the fields by name."""
        return asdict(self)


def workload_of(node: Node, plan: Plan) -> Workload:
    """Return the workload of one of the plan's nodes."""
    step = node.step
    match step:
        case Keyframe():
            return _drawn(step, step.model, step.sampler, 1, "")
        case Segment():
            guides = " ".join(guide.use for guide in step.guides)
            return _drawn(step, step.model, step.sampler, _seen(step), guides)
        case Control():
            width, height = _size_of_input(node, plan)
            return Workload(
                kind=step.kind,
                model="+".join(_short(each.detector) for each in step.drawings if each.detector),
                manner=" ".join(each.word for each in step.drawings),
                width=width,
                height=height,
                frames=step.frames,
            )
        case Clip():
            camera = "camera" if step.camera else "still"
            return _filmed(step, step.before + step.after, f"{step.interpolate} {camera}")
        case Film():
            return _filmed(step, step.frames, f"{step.preset} {step.crf}")
    return _filmed(step, int(getattr(step, "frames", 1)), "")


def _drawn(
    step: Keyframe | Segment, model: Model, sampler: Sampler, frames: int, guides: str
) -> Workload:
    parts = (model.weights, model.motion, model.vae)
    twice = sampler.guidance > 1  # guidance asks the model about the negative prompt, too
    words = (sampler.scheduler, model.dtype, "guided" if twice else "", guides)
    return Workload(
        kind=step.kind,
        model="+".join(_short(part) for part in parts if part),
        manner=" ".join(word for word in words if word),
        width=step.width,
        height=step.height,
        frames=frames,
        steps=sampler.steps * (2 if twice else 1),
    )


def _filmed(step: Step, frames: int, manner: str) -> Workload:
    width, height = _size(step)
    return Workload(kind=step.kind, manner=manner, width=width, height=height, frames=frames)


def _seen(step: Segment) -> int:
    """Return the frames that the motion module sees in a pass; windows overlap by half."""
    if not step.window:
        return step.frames
    return step.window * (1 + ceil((step.frames - step.window) / (step.window / 2)))


def _size_of_input(node: Node, plan: Plan) -> tuple[int, int]:
    sources = (plan.nodes[source].step for source in node.inputs.values() if source in plan.nodes)
    return next((_size(source) for source in sources), (0, 0))


def _size(step: Step) -> tuple[int, int]:
    return int(getattr(step, "width", 0)), int(getattr(step, "height", 0))


def _short(digest: str) -> str:
    return digest[:_SHORT]
