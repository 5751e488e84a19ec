"""Frame sizes, with what the storyboard leaves out filled in. Sizes are (width, height) pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from animegen.storyboard.reading import Reading

Size = tuple[int, int]


def frame_size(reading: Reading) -> Size:
    """Return the generated size; what is left out is the pack's own."""
    frame, native = reading.storyboard.frame, reading.pack.frame
    return frame.width or native.width, frame.height or native.height


def output_size(reading: Reading) -> Size:
    """Return the delivered size; one given side keeps the aspect ratio. Both sides are even."""
    width, height = frame_size(reading)
    output = reading.storyboard.output
    if output.width and output.height:
        return output.width, output.height
    if output.width:
        return output.width, _even(output.width * height / width)
    if output.height:
        return _even(output.height * width / height), output.height
    return _even(width), _even(height)


def seen_size(reading: Reading) -> Size:
    """Return a size with the shape of the part of a generated frame that is delivered."""
    cropped = reading.storyboard.output.fit == "crop"
    return output_size(reading) if cropped else frame_size(reading)


def _even(pixels: float) -> int:
    # yuv420p halves the colour planes.
    return max(2, 2 * round(pixels / 2))
