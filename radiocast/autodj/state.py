"""What the auto-DJ remembers from track to track: values, so that "what if" can be asked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from enum import Enum

from radiocast.autodj.track import Labels, Shelf, Track, labels_of
from radiocast.config.autodj import AutoDjConfig, PlaylistConfig

LISTENER_COOLDOWN = 600.0
"""Seconds between two requests of the same listener."""

SONG_COOLDOWN = 2 * 3600.0
"""Seconds after a play or a request during which nobody may ask for the track again."""

MAX_PLAYS = 10_000
"""Plays remembered for separation and cooldowns: the week that is the most they can ask for."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator wants."""

    settings: AutoDjConfig
    playlists: Mapping[str, PlaylistConfig]
    zone: tzinfo

    @property
    def memory(self) -> float:
        """Seconds a play matters for."""
        s = self.settings
        return max(s.separation_title, s.separation_artist, s.separation_album, SONG_COOLDOWN)


Shelves = Mapping[str, Shelf]
"""What there is to play, by the playlist's name."""


class Origin(Enum):
    """Why something plays, in the order in which it comes first."""

    SCHEDULE = "schedule"
    JINGLE = "jingle"
    QUEUE = "queue"
    REQUEST = "request"
    ROTATION = "rotation"

    @property
    def is_turn(self) -> bool:
        """Whether it is the playlist's own turn: what was asked for does not use it up."""
        return self not in (Origin.QUEUE, Origin.REQUEST)


@dataclass(frozen=True, slots=True)
class Play:
    """One track that was on air."""

    start: float
    """In Unix seconds."""
    key: str
    labels: Labels
    playlist: str
    """Empty: it is in none."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class Deck:
    """Where one playlist is."""

    known: tuple[str, ...] = ()
    """The shelf's keys when this was last looked at."""
    ahead: tuple[str, ...] = ()
    """What is still to come in this round of a shuffle."""
    last_key: str = ""
    last: float | None = None
    """When it played last; None: not since the auto-DJ started."""
    songs_since: int = 0
    """Songs of other playlists since then."""
    credit: int = 0
    """How far it is behind its share, in weights."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A track the operator wants next."""

    number: int
    """Its name in commands: never used again."""
    track: Track


@dataclass(frozen=True, slots=True)
class Request:
    """A track a listener wants."""

    at: float
    """In Unix seconds."""
    listener: str
    """What tells listeners apart, as an address."""
    key: str
    playlist: str


@dataclass(frozen=True, slots=True)
class State:
    """Everything a choice depends on but for the rules, the shelves and the time."""

    seed: int
    started: float
    """In Unix seconds: times of the schedule before this are over."""
    decks: Mapping[str, Deck] = field(default_factory=dict)
    plays: tuple[Play, ...] = ()
    """Oldest first."""
    queue: tuple[Queued, ...] = ()
    next_number: int = 1
    waiting: tuple[Request, ...] = ()
    """Oldest first."""
    asked: tuple[Request, ...] = ()
    """Requests made of late, played or not, oldest first."""

    def deck(self, playlist: str) -> Deck:
        """Where `playlist` is."""
        return self.decks.get(playlist, _NEW_DECK)

    def with_deck(self, playlist: str, deck: Deck) -> State:
        """This state with another `deck`."""
        return replace(self, decks={**self.decks, playlist: deck})


_NEW_DECK = Deck()


def start_state(seed: int, now: float, plays: Iterable[Play] = ()) -> State:
    """The state of an auto-DJ that starts `now`, with the `plays` it knows from before.

    Separation and sequential playlists go on where they were.
    """
    known = tuple(plays)[-MAX_PLAYS:]
    decks = {play.playlist: Deck(last_key=play.key) for play in known if play.origin.is_turn}
    return State(seed, now, decks, known)


def record(rules: Rules, state: State, play: Play) -> State:
    """`state` after `play` has begun."""
    oldest = play.start - rules.memory
    plays = [each for each in state.plays if each.start > oldest][-MAX_PLAYS + 1 :]
    is_song = not is_between(rules, play.playlist)
    decks = dict(state.decks)
    for name in rules.playlists:
        deck = state.deck(name)
        if name == play.playlist and play.origin.is_turn:
            decks[name] = replace(deck, last=play.start, last_key=play.key, songs_since=0)
        elif is_song:
            decks[name] = replace(deck, songs_since=deck.songs_since + 1)
    return replace(state, decks=decks, plays=(*plays, play))


def without_last_play(rules: Rules, state: State, key: str) -> State:
    """`state` without the last play of the track called `key`: nothing keeps away from it, and
    no jingle counts it. Its playlist has had its turn all the same."""
    for at in range(len(state.plays) - 1, -1, -1):
        play = state.plays[at]
        if play.key == key:
            plays = state.plays[:at] + state.plays[at + 1 :]
            decks = dict(state.decks)
            if not is_between(rules, play.playlist):
                for name, deck in state.decks.items():
                    if name != play.playlist or not play.origin.is_turn:
                        decks[name] = replace(deck, songs_since=max(0, deck.songs_since - 1))
            return replace(state, plays=plays, decks=decks)
    return state


def is_between(rules: Rules, playlist: str) -> bool:
    """Whether `playlist` plays one track at a time between the songs."""
    config = rules.playlists.get(playlist)
    return config is not None and config.is_between


def play_of(track: Track, start: float, playlist: str, origin: Origin) -> Play:
    """The play of a `track` that starts at `start`."""
    return Play(start, track.key, labels_of(track), playlist, origin)
