"""The storyboard as frozen types: one file per part of the language."""

from animegen.storyboard.model.film import Storyboard
from animegen.storyboard.model.shot import Shot

__all__ = ["Shot", "Storyboard"]
