"""A pack in use: draws stills and clips from its folder, through the product's render room.

Clips are rendered exactly as a storyboard's shots: a keyframe, then chained segments. Unaware of
what is measured.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from animegen.packs.catalog import load_pack
from animegen.plan.segments import FADE
from animegen.render.keyframe import PICTURE
from animegen.render.loras import dress
from animegen.render.models import load_checkpoint
from animegen.render.segment import FRAMES
from animegen.render.session import session
from animegen.steps.diffusion import Lora, Model, Sampler
from animegen.steps.keyframe import Keyframe
from animegen.steps.segment import Segment
from animegen.video.decode import read_rgb
from benchmarks.mini.stills import Asked, Easel, conditioning

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from animegen.packs.pack import Pack, QualitySettings

    Picture = NDArray[np.uint8]

Loras = tuple[tuple[str, float], ...]
"""Names of the pack's LoRAs, motion LoRAs too, with their weights."""


class NotInPack(Exception):
    """The pack lacks what is to be measured; the message names it."""


@dataclass(frozen=True, kw_only=True)
class _Bench:
    """The render room's bench: it asks for weights by digest, here by name."""

    folder: Path
    places: Mapping[str, Path]
    device: str
    offload: str = "none"

    def weights(self, digest: str) -> Path:
        return self.places[digest]

    def progress(self, done: int, total: int, unit: str) -> None:
        del done, total, unit

    def note(self, message: str) -> None:
        print(f"  note: {message}", flush=True)


@dataclass(frozen=True)
class _Made:
    """What a step left in its folder, for the step after it."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name


@dataclass(kw_only=True)
class Studio:
    """`folder` holds the weights, in the layout of `animegen/packs/mini.toml`; `size` is pixels.

    Weights are fp32 on every device.
    """

    folder: Path
    scratch: Path
    """Where clips lie while they are made."""
    size: int = 256
    device: str = "cpu"

    def __post_init__(self) -> None:
        self.pack: Pack = load_pack("mini", Path())
        rows = self.pack.loras | self.pack.motion_loras
        self._places = {name: self.folder / row.path for name, row in rows.items()}
        self._places["base"] = self.folder / self.pack.base.path
        self._places["motion"] = self.folder / self.pack.motion.path
        # The render room keeps a model by its digest: two packs must not have the same.
        digest = str(self._places["base"].absolute())
        self._places[digest] = self._places["base"]
        self._model = Model(base="sdxl", weights=digest, motion="motion")
        self._controlnet: Any = None

    def place(self, name: str) -> Path:
        """Return where a component lies: by a LoRA's name, `base`, `motion`, or its path.

        Raises NotInPack when it does not.
        """
        path = self._places.get(name, self.folder / name)
        if not path.exists():
            raise NotInPack(name)
        return path

    def quality(self, name: str) -> QualitySettings:
        """Return the settings of `fast` or `high`."""
        return self.pack.qualities[name]  # type: ignore[index]

    def stills(self, asked: Sequence[Asked], quality: str, more: Loras = ()) -> list[Picture]:
        """Draw one picture for each of `asked`; all of them have a map, or none.

        Raises NotInPack when the pack lacks a LoRA, or the ControlNet that a map needs.
        """
        worn = self._worn(quality, more)
        guided = any(one.control is not None for one in asked)
        with session(self.device):
            checkpoint = self.checkpoint()
            dress(checkpoint.wearers(checkpoint.unet), worn, self._bench(self.scratch))
            easel = Easel(
                checkpoint=checkpoint,
                controlnet=self.controlnet() if guided else None,
                settings=self.quality(quality),
                size=self.size,
                bench=self._bench(self.scratch),
            )
            return easel.draw(asked)

    def checkpoint(self) -> Any:
        """Return the base model, which the render room keeps between calls.

        Raises NotInPack when there is none.
        """
        self.place("base")
        return load_checkpoint(self._model, self._bench(self.scratch), torch.device(self.device))

    def controlnet(self) -> Any:
        """Return the pack's ControlNet.

        Raises NotInPack when there is none.
        """
        from diffusers import ControlNetModel

        if self._controlnet is None:
            model = ControlNetModel.from_pretrained(
                self.place("controlnet"), use_safetensors=True, torch_dtype=torch.float32
            )
            self._controlnet = model.to(self.device).eval().requires_grad_(False)
        return self._controlnet

    def clip(
        self,
        prompt: str,
        seed: int,
        *,
        quality: str = "fast",
        more: Loras = (),
        segments: int = 1,
        windows: int = 1,
    ) -> list[Picture]:
        """Render a keyframe and `segments` chained segments, as a shot is; return the frames.

        Each segment is seen through `windows` windows.

        Raises NotInPack when the pack lacks the motion module or a LoRA.
        """
        self.place("motion")
        with tempfile.TemporaryDirectory(dir=self.scratch) as name:
            folder = Path(name)
            self.keyframe(prompt, seed, folder, quality=quality, more=more)
            frames: list[Picture] = []
            for index in range(segments):
                frames += self.segment(
                    prompt, seed, folder, index, quality=quality, more=more, windows=windows
                )
        return frames

    def keyframe(
        self, prompt: str, seed: int, folder: Path, *, quality: str, more: Loras = ()
    ) -> Picture:
        """Render a keyframe into `folder` as the product does; return its picture."""
        self.place("base")
        job = Keyframe(
            model=self._model,
            loras=self._worn(quality, more),
            sampler=self._sampler(quality),
            conditioning=conditioning(prompt),
            width=self.size,
            height=self.size,
            seed=seed,
        )
        job.render({}, self._bench(folder))
        return np.asarray(Image.open(folder / PICTURE).convert("RGB"))

    def segment(
        self,
        prompt: str,
        seed: int,
        folder: Path,
        index: int = 0,
        *,
        quality: str,
        more: Loras = (),
        windows: int = 1,
    ) -> list[Picture]:
        """Render the segment `index` of the keyframe in `folder`; return its new frames."""
        self.place("motion")
        motion = self.pack.motion
        frames = motion.frames + (windows - 1) * (motion.frames // 2)
        job = Segment(
            model=self._model,
            loras=self._worn(quality, more),
            motion=self._camera(more),
            sampler=self._sampler(quality),
            conditioning=conditioning(prompt),
            width=self.size,
            height=self.size,
            seed=seed,
            first=index * (frames - motion.overlap),
            frames=frames,
            overlap=motion.overlap if index else 0,
            keep=motion.overlap,
            strength=motion.strength,
            fade=FADE if index else 0,
            window=motion.frames if windows > 1 else 0,
        )
        place = folder / str(index)
        place.mkdir()
        inputs = {"keyframe": _Made(folder)}
        if index:
            inputs["previous"] = _Made(folder / str(index - 1))
        job.render(inputs, self._bench(place))  # type: ignore[arg-type]
        return list(read_rgb(place / FRAMES))

    def _worn(self, quality: str, more: Loras) -> tuple[Lora, ...]:
        few = self.quality(quality).lora
        wanted = (*(((few, 1.0),) if few else ()), *more)
        worn = [(name, weight) for name, weight in wanted if name not in self.pack.motion_loras]
        for name, _ in worn:
            self.place(name)
        return tuple(Lora(weights=name, weight=weight) for name, weight in worn)

    def _camera(self, more: Loras) -> Lora | None:
        """Return the motion LoRA among `more`, which segments wear by themselves."""
        for name, weight in more:
            if name in self.pack.motion_loras:
                self.place(name)
                return Lora(weights=name, weight=weight)
        return None

    def _sampler(self, quality: str) -> Sampler:
        row = self.quality(quality)
        return Sampler(scheduler=row.scheduler, steps=row.steps, guidance=row.guidance)

    def _bench(self, folder: Path) -> _Bench:
        return _Bench(folder=folder, places=self._places, device=self.device)
