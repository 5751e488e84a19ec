"""What predicts a segment: the dressed motion UNet with prompts and guides, through its windows.

Unaware of schedulers and of the segment before.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from animegen.render.denoise import predict_with
from animegen.render.guidance import guidances
from animegen.render.loras import dress, outfit_of
from animegen.render.models import load_controlnets, load_motion_unet
from animegen.render.numerics import follow_weights
from animegen.render.text import read_prompts
from animegen.render.windows import over_windows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import torch

    from animegen.render.checkpoint import Checkpoint
    from animegen.render.control import Maps
    from animegen.render.denoise import Predict
    from animegen.render.job import Bench, Clip


def predictor(
    job: Clip,
    bench: Bench,
    checkpoint: Checkpoint,
    maps: Mapping[str, Maps],
    windows: Sequence[range],
    steps: int,
) -> Predict:
    """Return the prediction for all frames of the segment, in each of `steps` steps.

    `windows` are parts of it, counted from its first frame; more than one report their progress.

    Raises:
        WeightsMissing, WeightsUnusable: when motion module, LoRAs or ControlNets cannot be loaded.
        RenderFailed: when there are too many or too few control maps.
    """
    unet = load_motion_unet(job.model, checkpoint, bench)
    worn = [*job.loras, *filter(None, [job.motion])]
    dress(checkpoint.wearers(unet), worn, bench)
    follow_weights(job.model, unet, outfit_of(worn))
    prompts = read_prompts(job.conditioning, checkpoint)
    networks = load_controlnets(job, checkpoint, bench)

    def over(part: range, share: float | None = None) -> Predict:
        return predict_with(
            unet,
            prompts.at(range(job.first + part.start, job.first + part.stop)),
            job.sampler.guidance,
            width=job.width,
            height=job.height,
            guides=guidances(job, maps, networks, checkpoint.device, part=part, share=share),
        )

    if len(windows) == 1:
        return over(windows[0])
    seen = count(1)

    def predict_window(
        part: range, z: torch.Tensor, timestep: torch.Tensor, share: float
    ) -> torch.Tensor:
        # Made anew for every window and step: kept, they would grow with the shot.
        output = over(part, share)(z, timestep, share)
        bench.progress(next(seen), steps * len(windows), "window")
        return output

    return over_windows(predict_window, windows)
