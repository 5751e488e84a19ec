"""Parse flags, call one function, print, exit."""
