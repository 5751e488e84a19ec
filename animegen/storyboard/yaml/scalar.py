"""Plain scalars by the core schema of YAML 1.2.2 (section 10.3.2). Unaware of where they stand.

Unlike YAML 1.1, `yes`, `on`, `1:30`, `1_000` and dates are texts here.
"""

from __future__ import annotations

import re

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_MAY_START_A_VALUE = frozenset("0123456789+-.~nNtTfF")
_LONGEST_NUMBER = 300  # digits; far beyond any use, far below what makes int() slow

Scalar = str | int | float | bool | None


def resolve(text: str) -> Scalar:
    """Return the value that an unquoted `text` stands for."""
    if text and text[0] not in _MAY_START_A_VALUE:
        return text
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    return _number(text)


def _number(text: str) -> str | int | float:
    if len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL.fullmatch(text):
        return float(text.lower().replace(".", ""))
    return text
