"""Numbers that the pack's makers recommend: steps, guidance, sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.storyboard.check.findings import At

if TYPE_CHECKING:
    from animegen.packs.pack import Pack
    from animegen.storyboard.check.findings import Findings
    from animegen.storyboard.model import Storyboard
    from animegen.storyboard.model.chaining import Chaining
    from animegen.storyboard.model.shot import Quality, Sampling
    from animegen.storyboard.place import Where

_LCM_STEPS = 50
"""Timesteps that LCM models are distilled on (arXiv:2310.04378); a sampler picks among them."""
_FAR = 4
"""A frame with this many times more or fewer pixels than the pack's own falls apart."""


def check_limits(storyboard: Storyboard, pack: Pack, findings: Findings) -> None:
    """Report SB704 (sampling), SB205 (overlap) and SB706 (frame size)."""
    _check_sampling(storyboard.sampling, (), storyboard.quality, pack, findings)
    for index, shot in enumerate(storyboard.shots):
        quality = shot.quality or storyboard.quality
        if shot.sampling.model_fields_set:
            _check_sampling(shot.sampling, ("shots", index), quality, pack, findings)
        if quality != storyboard.quality and storyboard.sampling.model_fields_set:
            _check_sampling(storyboard.sampling, (), quality, pack, findings)
    _check_overlaps(storyboard, pack, findings)
    _check_frame(storyboard, pack, findings)


def check_output(storyboard: Storyboard, findings: Findings) -> None:
    """Report delivery sizes that the film's yuv420p cannot have (SB706)."""
    for side in ("width", "height"):
        size = getattr(storyboard.output, side)
        if size is not None and size % 2:
            findings.add(
                "SB706",
                f"the output's {side} must be even",
                At(("output", side)),
                f"write {size - 1} or {size + 1}; video stores colour for every second pixel",
            )


def _check_sampling(
    sampling: Sampling, where: Where, quality: Quality, pack: Pack, findings: Findings
) -> None:
    settings = pack.qualities[quality]
    for name, value, (low, high) in (
        ("steps", sampling.steps, settings.steps_range),
        ("guidance", sampling.guidance, settings.guidance_range),
    ):
        if value is not None and not low <= value <= high:
            findings.add(
                "SB704",
                f"{name} {value:g} is outside {low:g} to {high:g}, "
                f"where `{quality}` works with pack `{pack.name}`",
                At((*where, "sampling", name)),
                f"leave it out for the pack's own {getattr(settings, name):g}",
                severity="warning",
            )
    most = int(_LCM_STEPS * pack.motion.strength)
    if settings.scheduler == "lcm" and sampling.steps and sampling.steps > most:
        findings.add(
            "SB704",
            f"`{quality}` (LCM) cannot take {sampling.steps} steps with pack `{pack.name}`",
            At((*where, "sampling", "steps")),
            f"write at most {most}, or choose `quality: high`",
        )


def _check_overlaps(storyboard: Storyboard, pack: Pack, findings: Findings) -> None:
    places: list[tuple[Chaining, Where]] = [(storyboard.chaining, ())]
    places += [(shot.chaining, ("shots", index)) for index, shot in enumerate(storyboard.shots)]
    frames = pack.motion.frames
    for chaining, where in places:
        if chaining.overlap is not None and chaining.overlap >= frames:
            findings.add(
                "SB205",
                f"`overlap` must be less than {frames}, the frames of a segment of "
                f"pack `{pack.name}`",
                At((*where, "chaining", "overlap")),
                f"leave it out for the pack's own {pack.motion.overlap}",
            )


def _check_frame(storyboard: Storyboard, pack: Pack, findings: Findings) -> None:
    native, frame = pack.frame, storyboard.frame
    for side in ("width", "height"):
        size = getattr(frame, side)
        if size is not None and size % native.multiple:
            findings.add(
                "SB706",
                f"the frame's {side} must be a multiple of {native.multiple}",
                At(("frame", side)),
                f"write {_nearest(size, native.multiple)}",
            )
    pixels = (frame.width or native.width) * (frame.height or native.height)
    own = native.width * native.height
    if pixels > own * _FAR or pixels * _FAR < own:
        much = "many" if pixels > own else "few"
        findings.add(
            "SB706",
            f"too {much} pixels for pack `{pack.name}`, "
            f"which was trained at {native.width}x{native.height}",
            findings.key(("frame",)),
            "generate near the pack's own size and scale with `output`",
            severity="warning",
        )


def _nearest(size: int, multiple: int) -> str:
    below = size // multiple * multiple
    return f"{below} or {below + multiple}" if below else str(multiple)
