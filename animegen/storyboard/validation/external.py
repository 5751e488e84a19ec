"""The first rule: no external visual input may condition generation. Unaware of the model.

The language has no word for a picture from outside; this finds the attempts and says why not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from animegen.storyboard.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animegen.storyboard.document import Document
    from animegen.storyboard.place import Span, Where

RULE = "no external visual input may condition generation"
REMEDY = "use `control:`; its maps come from the shot's own generated pictures"

_KEYS = frozenset(
    {
        *("image", "images", "picture", "pictures", "photo", "photos", "frames", "footage"),
        *("video", "videos", "clip", "gif", "url", "urls", "src", "mask", "masks", "inpaint"),
        *("reference", "references", "ref", "refs", "ip_adapter", "ipadapter", "img2img"),
        *("vid2vid", "init", "pose", "poses", "skeleton", "depth", "faceid", "face_id"),
    }
)
_ENDINGS = ("_image", "_images", "_video", "_url", "_mask", "_picture", "_photo", "_map", "_maps")
_STARTS = ("image_", "video_", "reference_", "ref_", "ip_adapter_", "init_", "mask_", "url_")
_PROSE = frozenset({"title", "prompt", "negative", "looks", "text", "caption", "speaker", "let"})
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|data:[a-z]+/|www\.")
_VISUAL_FILE = re.compile(
    r".*\.(?:png|apng|jpe?g|webp|gif|bmp|tiff?|heic|avif|exr|hdr|psd|svg|tga"
    r"|mp4|m4v|mov|mkv|webm|avi|mpe?g|wmv|flv|ogv)",
    re.IGNORECASE | re.DOTALL,
)


def asks_for_a_picture(key: str) -> bool:
    """Return whether an unknown key means to bring in a picture, a video or an address."""
    word = key.lower().replace("-", "_").replace(" ", "_")
    return word in _KEYS or word.endswith(_ENDINGS) or word.startswith(_STARTS)


def refuse(message: str, span: Span) -> Diagnostic:
    """Build the finding that states the rule."""
    return Diagnostic(
        code="SB601", severity="error", message=f"{RULE}: {message}", span=span, help=REMEDY
    )


def find_external(document: Document) -> Iterator[Diagnostic]:
    """Yield a finding for each value outside of prose that names a URL or a visual file."""
    for where, text in _texts(document.data, ()):
        kind = _kind(text)
        if kind:
            key = next((part for part in reversed(where) if isinstance(part, str)), "")
            yield refuse(f"`{key}` names {kind}", document.marks.value(where))


def _kind(text: str) -> str:
    if _URL.match(text):
        return "a URL"
    return "a picture or video file" if _VISUAL_FILE.fullmatch(text) else ""


def _texts(value: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(value, str):
        # Almost every text is a word: only one with a dot or a colon is worth a closer look.
        if "." in value or ":" in value:
            yield where, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            # An unknown key that asks for a picture is refused itself, whatever it holds.
            if key not in _PROSE and not asks_for_a_picture(str(key)):
                yield from _texts(inner, (*where, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*where, index))
