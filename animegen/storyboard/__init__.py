"""The language: YAML in, a validated and frozen `Storyboard` out. Unaware of rendering."""
