"""Mounts of ours that are sent to other servers."""
