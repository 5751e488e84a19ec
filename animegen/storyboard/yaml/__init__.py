"""YAML read by events: plain data with exact places, and words for its traps."""
