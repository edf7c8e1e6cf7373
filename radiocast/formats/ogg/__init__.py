"""Ogg: pages (capture, CRC) to logical streams (packets) to codec mappings."""
