"""The two detectors that have weights, in transformers' layout: VitPose and DepthAnything.

How a picture is prepared is read from the folder, so any model of these kinds serves. Unaware of
how maps are drawn.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
import torch

from animegen.errors import WeightsUnusable
from animegen.render.explained import gist
from animegen.render.maps import from_coco
from animegen.render.pose import read_joints

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from animegen.render.maps import Joints

_CONFIG = "preprocessor_config.json"


class Detector(NamedTuple):
    """A model, and what its folder says on preparing pictures for it."""

    model: Any
    width: int
    height: int
    multiple: int
    """Of which both sides must be whole multiples, where the model takes other sizes."""
    mean: list[float]
    deviation: list[float]


# Many frames are looked at one after another; loading a model for each would cost more. One of
# each kind is kept; nothing that is kept changes what is found.
_KEPT: dict[str, tuple[tuple[Path, str], Detector]] = {}


def load_detector(kind: str, folder: Path, device: str) -> Detector:
    """Return the detector of `kind` ("openpose" or "depth") in `folder`, resident or loaded.

    Raises:
        WeightsUnusable: when the folder holds something else.
    """
    label, detector = _KEPT.get(kind, (None, None))
    if detector is None or label != (folder, device):
        detector = _load(kind, folder, device)
        _KEPT[kind] = (folder, device), detector
    return detector


def forget() -> None:
    """Keep no detector: they make room for what is in use."""
    _KEPT.clear()


def _load(kind: str, folder: Path, device: str) -> Detector:
    from transformers import DepthAnythingForDepthEstimation, VitPoseForPoseEstimation

    make: Any = VitPoseForPoseEstimation if kind == "openpose" else DepthAnythingForDepthEstimation
    try:
        config = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))
        model = make.from_pretrained(folder, use_safetensors=True, dtype=torch.float32)
        return Detector(
            model=model.to(device).eval().requires_grad_(False),
            width=config["size"]["width"],
            height=config["size"]["height"],
            multiple=config.get("ensure_multiple_of", 1),
            mean=config["image_mean"],
            deviation=config["image_std"],
        )
    except torch.OutOfMemoryError:  # a RuntimeError, too, but not the weights' fault
        raise
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        raise WeightsUnusable(
            f"the weights in {folder} cannot be used: {gist(error)}",
            remedy="they must be a VitPose or DepthAnything model of transformers, in safetensors",
        ) from error


def find_people(picture: NDArray[np.uint8], detector: Detector) -> Joints:
    """Return OpenPose's joints (people, 18, 3) in pixels of a picture (h, w, 3), maybe of nobody.

    The whole picture is looked at, scaled into the model's size with black beside it.
    """
    height, width = picture.shape[:2]
    scale = min(detector.width / width, detector.height / height)
    inner = [max(1, round(side * scale)) for side in (width, height)]
    left, top = (detector.width - inner[0]) // 2, (detector.height - inner[1]) // 2
    placed = np.zeros((detector.height, detector.width, 3), np.uint8)
    placed[top : top + inner[1], left : left + inner[0]] = cv2.resize(
        picture, inner, interpolation=_filter(scale)
    )
    heatmaps = _run(detector, placed).heatmaps[0].float().cpu().numpy()
    people = read_joints(heatmaps)
    # Both grids begin and end together; see transformers' VitPoseImageProcessor.
    rows, columns = heatmaps.shape[1:]
    cell = ((detector.width - 1) / (columns - 1), (detector.height - 1) / (rows - 1))
    places = people[..., :2] * np.array(cell) - (left, top)
    people[..., :2] = (places + 0.5) / scale - 0.5
    return from_coco(people)


def find_nearness(picture: NDArray[np.uint8], detector: Detector) -> NDArray[np.float32]:
    """Return how near everything in a picture (h, w, 3) is, (h, w), in the model's own scale."""
    height, width = picture.shape[:2]
    # As transformers' DPTImageProcessor: of both scales the one that changes the picture less.
    scale = min((detector.width / width, detector.height / height), key=lambda s: abs(1 - s))
    unit = detector.multiple
    size = [max(1, round(side * scale / unit)) * unit for side in (width, height)]
    resized = np.asarray(cv2.resize(picture, size, interpolation=_filter(scale)), np.uint8)
    near = _run(detector, resized).predicted_depth[0].float().cpu().numpy()
    return np.asarray(cv2.resize(near, (width, height), interpolation=cv2.INTER_LINEAR))


def _filter(scale: float) -> int:
    return cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR


def _run(detector: Detector, picture: NDArray[np.uint8]) -> Any:
    """Return the model's answer to a picture (h, w, 3)."""
    levels = torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255
    mean, deviation = (
        torch.tensor(values).view(1, 3, 1, 1) for values in (detector.mean, detector.deviation)
    )
    pixels: torch.Tensor = (levels - mean) / deviation
    with torch.no_grad():
        return detector.model(pixels.to(detector.model.device))
