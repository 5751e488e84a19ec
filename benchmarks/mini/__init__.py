"""Measures what the mini pack can do; `python -m benchmarks.mini_quality` runs it all."""
