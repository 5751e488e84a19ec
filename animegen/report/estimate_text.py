"""An estimate in words. Prints nothing itself; returns text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.digest import Json
    from animegen.plan.estimate import Estimate, Part, Spread

_MINUTE, _HOUR = 60, 3600
_TOLD = 0.5
"""Seconds of loading that are worth a line."""
_MEGABYTE = 1 << 20


def estimate_lines(estimate: Estimate) -> list[str]:
    """Return what a plan will cost, on what that rests, and what nobody knows."""
    if not estimate.nodes:
        return []
    told = seconds_text(estimate)
    memory = f", memory up to {memory_text(estimate.memory)}" if estimate.memory else ""
    return [f"estimate: {told}{memory}", *(f"  {line}" for line in basis_lines(estimate))]


def seconds_text(estimate: Estimate) -> str:
    """Return the time in one line: `about 52s (46s to 61s)`, or that it is not known."""
    seconds = estimate.seconds
    if seconds is None:
        return "not known: nothing like it was rendered into this store yet"
    about = "at least about" if estimate.unknown else "about"
    return f"{about} {duration(seconds.middle)}{_range(seconds)}"


def basis_lines(estimate: Estimate) -> list[str]:
    """Return on what an estimate rests; empty when nothing is known."""
    if estimate.seconds is None:
        return []
    samples, scaled = estimate.samples, [p.kind for p in estimate.parts if p.basis == "scaled"]
    lines = [
        f"from {_count(samples, 'node')} timed before on {estimate.device}: the median, and in "
        f"brackets the quartiles"
    ]
    if estimate.loading.middle >= _TOLD:
        lines.append(f"{duration(estimate.loading.middle)} of it for loading models and libraries")
    if scaled:
        lines.append(f"scaled by pixels x frames x steps from other sizes: {', '.join(scaled)}")
    missing = [f"{part.unknown} {part.kind}" for part in estimate.parts if part.unknown]
    if missing:
        lines.append(f"never timed, and not in it: {', '.join(missing)}")
    return lines


def estimate_json(estimate: Estimate) -> Json:
    """Return an estimate for programs; seconds are numbers, or null where nothing is known."""
    return {
        "device": estimate.device,
        "seconds": _spread_json(estimate.seconds),
        "memory": estimate.memory,
        "nodes": estimate.nodes,
        "unknown": estimate.unknown,
        "samples": estimate.samples,
        "loading": _spread_json(estimate.loading),
        "parts": [_part_json(part) for part in estimate.parts],
    }


def duration(seconds: float) -> str:
    """Write a length of time as people say it: `0.4s`, `52s`, `3m 20s`, `1h 05m`."""
    if seconds < 10:
        return f"{seconds:.1f}s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m {whole % _MINUTE:02d}s"
    minutes = round(seconds / _MINUTE)
    return f"{minutes // 60}h {minutes % 60:02d}m"


def memory_text(held: int) -> str:
    """Write an amount of memory: `640 MB`, `2.1 GB`."""
    megabytes = held / _MEGABYTE
    return f"{megabytes:.0f} MB" if megabytes < 1000 else f"{megabytes / 1024:.1f} GB"


def _range(seconds: Spread) -> str:
    low, high = duration(seconds.low), duration(seconds.high)
    return f" ({low} to {high})" if low != high else ""


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"


def _spread_json(seconds: Spread | None) -> Json:
    if seconds is None:
        return None
    low, middle, high = (round(each, 3) for each in seconds)
    return {"low": low, "median": middle, "high": high}


def _part_json(part: Part) -> Json:
    return {
        "kind": part.kind,
        "nodes": part.nodes,
        "unknown": part.unknown,
        "seconds": _spread_json(part.seconds) if part.nodes > part.unknown else None,
        "samples": part.samples,
        "basis": part.basis,
    }


def unknown_kinds(parts: Sequence[Part]) -> str:
    """Return the kinds of which nothing is known, as a list in words."""
    return ", ".join(part.kind for part in parts if part.unknown)
