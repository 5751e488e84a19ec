"""Lists the codecs that rendering needs. Unaware of films."""

from __future__ import annotations

_NEEDED = ("libx264", "ffv1", "aac")


def codecs() -> list[tuple[str, bool]]:
    """Return each encoder that rendering needs, and whether PyAV's ffmpeg has it."""
    import av

    return [(name, name in av.codecs_available) for name in _NEEDED]
