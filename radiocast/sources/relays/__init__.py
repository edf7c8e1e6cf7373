"""Streams of other servers that are heard here, too: one by one, or all that a master has."""
