"""Benchmarks: `make bench`. They print what they compare and never fail for being slow."""
