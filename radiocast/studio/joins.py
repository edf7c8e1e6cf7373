"""Where one track begins under the other. Pure."""

from __future__ import annotations

from radiocast.studio.cues import MixSettings, Transition
from radiocast.studio.deck import Deck
from radiocast.studio.mediatime import samples

SHARE = 4
"""Two tracks overlap by no more than this part of the shorter one: jingles stay whole."""


def until_cross(settings: MixSettings, current: Deck, following: Deck) -> int | None:
    """Samples until the next track begins under this one; None: not as far as we know."""
    overlap = _overlap_limit(settings, current, following)
    remaining = current.remaining
    if overlap == 0 or remaining is None:
        return None
    start = remaining - overlap
    wish = current.cue.start_next
    if settings.transition is Transition.SMART and wish is not None:
        start = max(start, samples(wish) - current.start - current.played)
    return max(0, start) if start < remaining else None


def _overlap_limit(settings: MixSettings, current: Deck, following: Deck) -> int:
    """The most these two may overlap; 0: not at all."""
    if settings.transition is Transition.OFF or current.cue.hard or following.cue.hard:
        return 0
    if settings.transition is Transition.SMART and current.cue.start_next is None:
        return 0
    lengths = [deck.length for deck in (current, following)]
    shares = [length // SHARE for length in lengths if length is not None]
    return min([samples(settings.crossfade), *shares])
