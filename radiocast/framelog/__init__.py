"""The heart: an append-only log of frames. Knows nothing of networks."""
