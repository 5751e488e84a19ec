"""Frames in, frames out. Unaware of shots, prompts and models."""
