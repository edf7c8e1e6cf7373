"""What exists now: mounts, their logs, sources and counts."""
