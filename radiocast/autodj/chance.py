"""Chance that can be repeated: each draw takes a seed and gives the next one. Pure.

The generator is SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
generators", OOPSLA 2014). It is not for secrets. The same seed gives the same programme on
every machine and Python, which a dry run is worth little without.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1


def draw(seed: int, below: int) -> tuple[int, int]:
    """A number from 0 to `below` - 1, and the next seed."""
    seed = (seed + 0x9E3779B97F4A7C15) & _MASK
    mixed = seed
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
    # Multiplied instead of `%`: the high bits are the good ones, and the bias is 2**-64 * below.
    return ((mixed ^ (mixed >> 31)) * below) >> 64, seed


def shuffled(seed: int, items: Iterable[T]) -> tuple[list[T], int]:
    """`items` in any order, each order as likely (Fisher and Yates), and the next seed."""
    order = list(items)
    for last in range(len(order) - 1, 0, -1):
        other, seed = draw(seed, last + 1)
        order[last], order[other] = order[other], order[last]
    return order, seed
