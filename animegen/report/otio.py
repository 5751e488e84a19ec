"""Writes the film as an OpenTimelineIO timeline: clips, handles, dissolves. Unaware of pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from opentimelineio.core import MediaReference
    from opentimelineio.opentime import RationalTime, TimeRange
    from opentimelineio.schema import Clip, Gap, Track, Transition

    from animegen.plan.cut_list import Cut, CutList
    from animegen.steps.film import Join


def otio_text(
    title: str,
    cuts: CutList,
    *,
    media: Callable[[Cut], str | None],
    sound: tuple[str, int, int] | None = None,
) -> str:
    """Return the content of an .otio file.

    `media` gives a source's path from the timeline's folder, None if it is not there; `sound` a
    file, where it begins in the film and which of its frames is the first, both in film frames.
    """
    import opentimelineio as otio

    timeline = otio.schema.Timeline(name=title, global_start_time=_time(0, cuts.rate))
    timeline.tracks.append(_pictures(cuts, media))
    if sound:
        timeline.tracks.append(_sound(sound, cuts))
    return str(otio.adapters.write_to_string(timeline, "otio_json")) + "\n"


def _pictures(cuts: CutList, media: Callable[[Cut], str | None]) -> Track:
    import opentimelineio as otio

    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    for index, cut in enumerate(cuts.cuts):
        if cut.into.before + cut.into.after:
            track.append(_transition(cut.into, cuts.rate, at_end=index == 0))
        track.append(_clip(cut, cuts.rate, media(cut)))
    if cuts.ending.before:
        track.append(_transition(cuts.ending, cuts.rate, at_end=True))
    return track


def _clip(cut: Cut, rate: Fraction, path: str | None) -> Clip:
    import opentimelineio as otio

    available = _range(0, cut.available, rate)
    found: MediaReference = (
        otio.schema.ExternalReference(target_url=path, available_range=available)
        if path
        else otio.schema.MissingReference(name=f"{cut.id}/clip", available_range=available)
    )
    kind = {"card": cut.text} if cut.text is not None else {"shot": cut.id}
    return otio.schema.Clip(
        name=cut.id,
        media_reference=found,
        source_range=_range(cut.offset, cut.frames, rate),
        metadata={"animegen": kind},
    )


def _transition(join: Join, rate: Fraction, *, at_end: bool) -> Transition:
    """Return a dissolve where OTIO knows one: between two clips, or one clip and nothing.

    What passes through black between two clips is a custom transition of its word's name.
    """
    import opentimelineio as otio

    types = otio.schema.TransitionTypes
    dissolves = at_end or join.word == "crossfade"
    return otio.schema.Transition(
        name=join.word,
        transition_type=types.SMPTE_Dissolve if dissolves else types.Custom,
        in_offset=_time(join.before, rate),
        out_offset=_time(join.after, rate),
        metadata={"animegen": {"transition": join.word}},
    )


def _sound(sound: tuple[str, int, int], cuts: CutList) -> Track:
    import opentimelineio as otio

    path, at, first = sound
    track = otio.schema.Track(name="A1", kind=otio.schema.TrackKind.Audio)
    if at:
        gap: Gap = otio.schema.Gap(duration=_time(at, cuts.rate))
        track.append(gap)
    track.append(
        otio.schema.Clip(
            name="soundtrack",
            media_reference=otio.schema.ExternalReference(target_url=path),
            source_range=_range(first, max(0, cuts.frames - at), cuts.rate),
        )
    )
    return track


def _time(frames: int, rate: Fraction) -> RationalTime:
    from opentimelineio.opentime import RationalTime

    return RationalTime(frames, float(rate))


def _range(first: int, frames: int, rate: Fraction) -> TimeRange:
    from opentimelineio.opentime import TimeRange

    return TimeRange(_time(first, rate), _time(frames, rate))
