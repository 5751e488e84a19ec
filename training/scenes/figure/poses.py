"""The poses by their words, each a function of time. Unaware of joints and drawing."""

from __future__ import annotations

from dataclasses import replace

from training.scenes.figure.skeleton import Arm, Bone, Leg, Pose
from training.scenes.motion import swing

_ARMS: dict[str, Arm] = {
    "arms behind back": Arm(Bone(15, -14), Bone(-42, -6), "relaxed", "behind"),
    "arms up": Arm(Bone(152, 8), Bone(172, 8), "open"),
    "hands on hips": Arm(Bone(43, -8), Bone(-49, 10), "fist"),
    "hand on own chest": Arm(Bone(15, 24), Bone(-128, 30), "flat", "front"),
    "peace sign": Arm(Bone(38, 18), Bone(166, 24), "peace", "front"),
    "waving": Arm(Bone(62, 10), Bone(160, 14), "open", "front"),
    "own hands together": Arm(Bone(12, 18), Bone(-47, 34), "fist", "front"),
    "holding umbrella": Arm(Bone(17, 22), Bone(-158, 40), "fist", "front"),
    "reaching": Arm(Bone(74, 40), Bone(96, 46), "open", "front"),
}
_BOTH = {"arms behind back", "arms up", "hands on hips", "own hands together"}

POSES: tuple[str, ...] = ("standing", "walking", "running", "sitting", *_ARMS)
"""Every word for a pose."""
LEG_POSES = ("walking", "running", "sitting")


def _at_ease(phase: float) -> Pose:
    """Return a stand at ease; `phase` is what makes one person's stand differ from another's."""
    loose, apart = 10 * (phase * 7.3 % 1), 4 * (phase * 3.7 % 1)
    arms = (Arm(Bone(6 + loose, 4), Bone(loose * 0.2, 14)), Arm(Bone(15 - loose, 4), Bone(1, 16)))
    legs = (Leg(Bone(1 + apart), Bone(0, -3)), Leg(Bone(1 + apart, 5 * loose / 10), Bone(1, -6)))
    return Pose(arms=arms, legs=legs)


def _gait(t: float, phase: float, *, running: bool) -> Pose:
    stride, lift, elbow = (44.0, 60.0, 78.0) if running else (25.0, 26.0, 14.0)
    cycles = 3 if running else 2
    limbs = []
    for offset in (0.0, 0.5):
        beat = swing(t, phase + offset, cycles)
        bend = max(0.0, swing(t, phase + offset + 0.19, cycles))
        # The knee folds while the thigh comes forward and straightens for the step.
        leg = Leg(
            Bone(2, stride * beat), Bone(0, stride * beat - 6 - lift * (1 - bend) * (beat < 0.55))
        )
        arm_beat = -stride * beat * 0.9
        hand = "fist" if running else "relaxed"
        limbs.append((Arm(Bone(9, arm_beat), Bone(2, arm_beat + elbow), hand), leg))
    (left_arm, left_leg), (right_arm, right_leg) = limbs
    bounce = 0.06 if not running else 0.16
    return Pose(
        arms=(left_arm, right_arm),
        legs=(left_leg, right_leg),
        rise=bounce * abs(swing(t, phase + 0.25, cycles)),
    )


def pose_at(word: str, t: float, phase: float, side: int) -> Pose:
    """Return the pose named `word` at time `t`; `side` is the arm that acts, -1 or 1."""
    if word in ("walking", "running"):
        return _gait(t, phase, running=word == "running")
    if word == "sitting":
        arm = Arm(Bone(9, 14), Bone(-16, 44), "relaxed", "front")
        return Pose(
            arms=(arm, arm), legs=(Leg(Bone(5, 76), Bone(-3, 2)), Leg(Bone(5, 78), Bone(-3, 4)))
        )
    stand = _at_ease(phase)
    if word == "standing":
        return stand
    arm = _ARMS[word]
    if word == "waving":
        arm = arm._replace(fore=Bone(162 + 20 * swing(t, phase, 2), 14))
    if word in _BOTH:
        return replace(stand, arms=(arm, arm))
    left, right = stand.arms
    return replace(stand, arms=(arm, right) if side < 0 else (left, arm))
