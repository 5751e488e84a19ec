"""One file per transition word."""
