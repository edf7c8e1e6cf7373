"""Pure: frames to containers."""
