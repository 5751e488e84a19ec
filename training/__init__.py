"""How the mini pack is made: its data, its training and its measures. Not part of the wheel."""
