"""The people of the scenes, drawn part by part in head units (the skull's radius is one)."""
