"""Which track of one playlist is next: shuffle, random or sequential. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from radiocast.autodj.chance import draw, shuffled
from radiocast.autodj.separation import Separation
from radiocast.autodj.state import Deck
from radiocast.autodj.track import Shelf
from radiocast.config.autodj import Order

_TRIES = 12
"""Random draws before all tracks are looked at: most draws fit the first time."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a playlist offers next, and where it is then."""

    key: str
    deck: Deck
    seed: int
    passed: tuple[str, ...] = ()
    """What was passed over because it clashes."""
    is_forced: bool = False
    """Everything clashes, and this clashes the least."""


def take(order: Order, shelf: Shelf, deck: Deck, seed: int, separation: Separation) -> Taken | None:
    """The next track. None: the shelf is empty."""
    if not shelf.keys:
        return None
    match order:
        case Order.SEQUENTIAL:
            return Taken(_following(shelf, deck), replace(deck, known=shelf.keys), seed)
        case Order.RANDOM:
            return _random(shelf, deck, seed, separation)
        case Order.SHUFFLE:
            return _shuffle(shelf, deck, seed, separation)


def _following(shelf: Shelf, deck: Deck) -> str:
    """The track after the last one, wherever that is now, or was."""
    for keys in (shelf.keys, deck.known):
        if deck.last_key in keys:
            later = keys[keys.index(deck.last_key) + 1 :]
            return next((key for key in later if key in shelf.by_key), shelf.keys[0])
    return shelf.keys[0]


def _random(shelf: Shelf, deck: Deck, seed: int, separation: Separation) -> Taken:
    passed: dict[str, None] = {}
    for _ in range(_TRIES):
        at, seed = draw(seed, len(shelf.keys))
        key = shelf.keys[at]
        if separation.fits(shelf.labels[key]):
            return Taken(key, deck, seed, tuple(passed))
        passed[key] = None
    order, seed = shuffled(seed, shelf.keys)
    fit = _first_fit(order, shelf, separation)
    return Taken(fit.key, deck, seed, fit.passed, fit.is_forced)


def _shuffle(shelf: Shelf, deck: Deck, seed: int, separation: Separation) -> Taken:
    deck, seed = _restock(shelf, deck, seed)
    fit = _first_fit(deck.ahead, shelf, separation) if deck.ahead else None
    if fit is None or fit.is_forced:
        # All that is left of this round clashes: go on to the next, which the rest leads.
        left = set(deck.ahead)
        more, seed = shuffled(seed, (key for key in shelf.keys if key not in left))
        if len(more) > 1 and more[0] == deck.last_key:
            more.append(more.pop(0))
        deck = replace(deck, ahead=(*deck.ahead, *more))
        fit = _first_fit(deck.ahead, shelf, separation)
    at = deck.ahead.index(fit.key)
    deck = replace(deck, ahead=deck.ahead[:at] + deck.ahead[at + 1 :])
    return Taken(fit.key, deck, seed, fit.passed, fit.is_forced)


def _restock(shelf: Shelf, deck: Deck, seed: int) -> tuple[Deck, int]:
    """The deck without what left the shelf, and with what is new to it at random places."""
    if deck.known is shelf.keys or deck.known == shelf.keys:
        return deck, seed
    known, ahead = set(deck.known), [key for key in deck.ahead if key in shelf.by_key]
    # An empty round needs nothing put into it: the next one has everything.
    for key in shelf.keys if ahead else ():
        if key not in known:
            at, seed = draw(seed, len(ahead) + 1)
            ahead.insert(at, key)
    return replace(deck, known=shelf.keys, ahead=tuple(ahead)), seed


@dataclass(frozen=True, slots=True)
class _Fit:
    key: str
    passed: tuple[str, ...]
    is_forced: bool


def _first_fit(keys: Sequence[str], shelf: Shelf, separation: Separation) -> _Fit:
    """The first of `keys` that fits, or else the one with the least against it."""
    for at, key in enumerate(keys):
        if separation.fits(shelf.labels[key]):
            return _Fit(key, tuple(keys[:at]), is_forced=False)
    best = min(keys, key=lambda key: separation.distance(shelf.labels[key]))
    return _Fit(best, tuple(keys), is_forced=True)
