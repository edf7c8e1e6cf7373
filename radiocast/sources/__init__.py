"""Whoever appends to a mount."""
