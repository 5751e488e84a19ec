"""Turns the model's complaints about plain data into diagnostics. Unaware of YAML's syntax."""
