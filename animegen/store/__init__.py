"""Content-addressed artifacts on disk. Unaware of what they mean."""
