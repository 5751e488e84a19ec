"""Compiles a storyboard into a graph of steps with keys."""
