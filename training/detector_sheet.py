"""How well the detectors see: figures and pictures, through the very code that the product runs.

Unaware of how the detectors are trained.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from animegen.render.detectors import Detector, find_nearness, find_people
from animegen.render.maps import draw_depth, draw_pose, from_coco
from training.detectors import DEVIATION, MEAN, PATCH, looks_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from transformers import PreTrainedModel

    from animegen.render.maps import Joints, Map

# Of the picture's side: within which a joint counts as found, and as roughly found.
_NEAR_ENOUGH, _ROUGHLY = 0.05, 0.1


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found in one picture.

    `hits` says for every joint of the truth whether it was found, `rough` whether it was at least
    roughly, `people` by how many too many or too few people were seen, `alike` how the depths
    correlate. `pictures` are the picture, the true and the found pose, the true and found depth.
    """

    hits: npt.NDArray[np.bool_]
    rough: npt.NDArray[np.bool_]
    people: int
    alike: float
    pictures: tuple[Map, ...]


def look(
    pose: PreTrainedModel,
    depth: PreTrainedModel,
    picture: Map,
    joints: Joints,
    near: npt.NDArray[np.uint8],
) -> Finding:
    """Look at a square picture whose true COCO joints (people, 17, 3) and depth are known."""
    side = len(picture)
    people = find_people(picture, _as_loaded(pose))
    found = find_nearness(picture, _as_loaded(depth))
    truth = from_coco(joints)
    return Finding(
        hits=joints_found(people, truth, _NEAR_ENOUGH * side),
        rough=joints_found(people, truth, _ROUGHLY * side),
        people=len(people) - int(truth[..., 2].any(axis=1).sum()),
        alike=float(np.corrcoef(found.ravel(), near.ravel())[0, 1]),
        pictures=(
            picture,
            draw_pose(truth, side, side),
            draw_pose(people, side, side),
            draw_depth(near.astype(np.float32)),
            draw_depth(found),
        ),
    )


def _as_loaded(model: PreTrainedModel) -> Detector:
    width, height = looks_at(model)
    return Detector(
        model=model, width=width, height=height, multiple=PATCH, mean=MEAN, deviation=DEVIATION
    )


def joints_found(people: Joints, truth: Joints, reach: float) -> npt.NDArray[np.bool_]:
    """Return, for every joint of `truth` that is seen, whether it was found within `reach`."""
    seen = truth[..., 2] > 0
    kinds, places = np.nonzero(seen)[1], truth[seen][:, :2]
    hits = np.zeros(len(places), bool)
    for person in people:
        joints = person[kinds]
        hits |= (np.hypot(*(joints[:, :2] - places).T) < reach) & (joints[:, 2] > 0)
    return hits


def figures(findings: Sequence[Finding]) -> dict[str, float]:
    """Return the shares of joints and of crowds that were found, and the depths' correlation."""
    hits, rough = (
        np.concatenate(list(map(attrgetter(name), findings))) for name in ("hits", "rough")
    )
    counted = [finding.people == 0 for finding in findings]
    alike = [finding.alike for finding in findings]
    found = {
        "joints": hits.mean() if len(hits) else 0.0,
        "joints roughly": rough.mean() if len(rough) else 0.0,
        "people": np.mean(counted),
        "depth": np.mean(alike),
    }
    return {name: round(float(value), 4) for name, value in found.items()}
