"""Ages, sizes and shares as people write them on the command line."""

from __future__ import annotations

import re

from animegen.errors import UsageError

_AGES = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def parse_age(text: str) -> float:
    """Read `30d`, `12h`, `2w` as seconds.

    Raises:
        UsageError: for anything else.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]+)", text.strip().lower())
    if not found or found[2] not in _AGES:
        raise UsageError(f"{text!r} is not an age", remedy="write 30d, 12h, 90min or 2w")
    return float(found[1]) * _AGES[found[2]]


def parse_bytes(text: str) -> int:
    """Read `20GB`, `500MB`, `1.5TB`, `4GiB` as bytes.

    Raises:
        UsageError: for anything else.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?", text.strip().lower())
    if not found:
        raise UsageError(f"{text!r} is not a size", remedy="write 20GB, 500MB or 4GiB")
    return int(float(found[1]) * (1024 if found[3] else 1000) ** _POWERS[found[2]])


def parse_share(text: str) -> float:
    """Read `10%` or `0.1` as a share.

    Raises:
        UsageError: for anything else, and for what is not between 0 and 1.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(%?)", text.strip())
    share = float(found[1]) / (100 if found[2] else 1) if found else 0.0
    if not 0 < share <= 1:
        raise UsageError(f"{text!r} is not a share", remedy="write 10% or 0.1")
    return share
