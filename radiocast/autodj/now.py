"""What listeners hear now, as the auto-DJ knows it: a value for pages and controls. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.autodj.track import Track
from radiocast.formats import Title

LIVE = "live"
"""`NowPlaying.rung` while a live source is heard."""


@dataclass(frozen=True, slots=True)
class NowPlaying:
    """One moment of the programme. Times in Unix seconds."""

    rung: str = ""
    """`live`, `schedule`, `request`, `rotation`, or where on the ladder against silence we are:
    `emergency`, `last good track`, `last resort`. Empty: nothing has been heard yet."""
    reason: str = ""
    """Why this rung."""
    title: Title | None = None
    """What listeners are shown."""
    track: Track | None = None
    """What the decks play; None: it is live, or not from the library."""
    playlist: str = ""
    """Where the track is from; empty: from none."""
    why: tuple[str, ...] = ()
    """Why this track and no other."""
    number: int = 0
    """Names this playing, and what follows it: larger each time."""
    since: float = 0.0
    """When it began to be heard."""
    source: str = ""
    """Who is live, as an address; empty: nobody."""
    dj: str = ""
    """The name that who is live goes by; empty: nobody is, or without a name."""
    live_since: float = 0.0
    """When who is live came on air; 0: nobody is."""

    @property
    def duration(self) -> float | None:
        """Seconds it will be heard for; None: nobody knows."""
        if self.track is None or self.track.duration is None:
            return None
        end = self.track.duration if self.track.cue_out is None else self.track.cue_out
        return max(0.0, end - self.track.cue_in)

    def elapsed(self, now: float) -> float:
        """Seconds it has been heard for."""
        return max(0.0, now - self.since) if self.since else 0.0
