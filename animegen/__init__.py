"""animegen: a declarative storyboard renderer. The command is `storyboard`."""

__version__ = "0.1.0"
