"""One file per pack of weights."""
