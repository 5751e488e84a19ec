"""Lists the devices that torch finds here. Unaware of models."""

from __future__ import annotations


def devices() -> list[str]:
    """Return a line per device: its torch name, what it is, its memory."""
    import torch

    found = [f"cpu: {torch.get_num_threads()} threads"]
    for index in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(index)
        found.append(f"cuda:{index}: {properties.name}, {properties.total_memory / 2**30:.0f} GiB")
    if torch.backends.mps.is_available():
        found.append("mps: Apple GPU")
    return found
