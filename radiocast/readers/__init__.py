"""Whoever reads a mount."""
