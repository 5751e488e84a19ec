"""What a storyboard means, checked and worked out: one file per theme. Unaware of rendering."""

from animegen.storyboard.check.whole import CheckResult, check

__all__ = ["CheckResult", "check"]
