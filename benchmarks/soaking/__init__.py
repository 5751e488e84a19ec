"""The soak's parts: watched renders, a naive store, disasters, and what must hold after them."""
