"""Runs a plan. Unaware of what a step means or where it came from."""
