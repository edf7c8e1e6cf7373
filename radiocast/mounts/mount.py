"""A mount: a frame log, whoever feeds it, and what is said about both.

The state changes here are plain functions; nothing awaits between reading
and writing it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import trio

from radiocast.config.mount import MountConfig
from radiocast.formats import Frame, Skipped, StreamStart, Title
from radiocast.formats._base import Event
from radiocast.formats.detect import is_ogg
from radiocast.formats.join import goes_on
from radiocast.formats.ogg.vorbis_bitrate import nominal_bitrate
from radiocast.framelog.log import FrameLog
from radiocast.framelog.retention import Retention
from radiocast.mounts.played import Played
from radiocast.mounts.source import Source, SourceEnding
from radiocast.mounts.statistics import MountStatistics
from radiocast.protocols.source_info import SourceInfo

RETENTION_MARGIN = 64 * 1024
"""Bytes kept beyond what the slowest tolerated listener may need, so that it can still be
moved at a frame border."""


@dataclass(slots=True)
class Counts:
    """What has happened on a mount since it came on air."""

    listeners: int = 0
    listener_peak: int = 0
    slow_listeners: int = 0
    bytes_read: int = 0
    bytes_sent: int = 0
    bytes_skipped: int = 0
    tick_lag: float = 0.0
    """Seconds by which listeners were last fed too late."""
    visits: int = 0
    """How many have begun to listen."""


class Mount:
    """A named stream. Its source appends to `log`; readers keep cursors into it."""

    def __init__(self, path: str, config: MountConfig) -> None:
        self.path = path
        self.config = config
        self.log = FrameLog(retention_of(config))
        self.counts = Counts()
        self.played = Played()
        self.dj = ""
        """Who is on air, as the source's title updates say (SHOUTcast's `dj`)."""
        self.source: Source | None = None
        self.recording: trio.CancelScope | None = None
        """What is being recorded; cancelled to end it before the source ends."""
        self.content_type = ""
        """What listeners are told; empty until the first bytes of a source were looked at."""
        self.chains = False
        """Whether players of this content go on when a second stream follows the first."""
        self.floor = 0
        """Position at which players had to start afresh: who listened before it cannot go on."""
        self.stream_start = 0.0
        self.source_start = 0
        """Position at which the source that is on it, or was last, began."""
        self.titled: Callable[[Mount, Title], None] = lambda mount, title: None
        """Told of each title that is news."""
        self._playable = trio.Event()
        self._source_changed = trio.Event()

    def configure(self, config: MountConfig) -> None:
        """New settings, from now on: after a reload."""
        self.config = config
        self.log.retention = retention_of(config)

    def take(self, source: Source, *, now: float) -> None:
        """Put `source` on this mount; the one before it, if any, is told to end.

        What the one before it said was playing is over, too.
        """
        if self.source is not None:
            self.source.end(SourceEnding.REPLACED)
        self.source = source
        self.stream_start = now
        self.source_start = self.log.end
        self.dj = ""
        self.set_title(None)
        self._change()

    def leave(self, source: Source) -> None:
        """The source is gone (unless another has taken over already)."""
        if self.source is source:
            self.source = None
            self._change()

    def announce(self, content_type: str, *, chains: bool) -> None:
        """What the source sends is now known."""
        if self.content_type != content_type:
            self.floor = self.log.end
        self.content_type = content_type
        self.chains = chains
        self._playable.set()

    def add(self, events: Sequence[Event], *, now: float) -> None:
        """Append what a framer found, as one block for each run of frames."""
        run: list[Frame] = []
        for event in events:
            match event:
                case Frame():
                    run.append(event)
                case Skipped(length):
                    self.counts.bytes_skipped += length
                case StreamStart():
                    self._append(run, now=now)
                    run = []
                    if not self.chains:
                        self.floor = self.log.end
                    self.log.begin(event, now=now)
                    if event.title is not None:
                        self.set_title(event.title)
        self._append(run, now=now)

    def set_title(self, title: Title | None) -> bool:
        """What plays from the live edge on. Gives back whether it is news."""
        is_news = self.log.set_title(title)
        if is_news:
            self.played.add(title, now=time.time())
            if title is not None:
                self.titled(self, title)
        return is_news

    @property
    def has_own_titles(self) -> bool:
        """Whether the container tells titles itself, so that ICY metadata would corrupt it."""
        return is_ogg(self.content_type)

    @property
    def is_on_air(self) -> bool:
        """Whether there is a source whose content is known."""
        return self.source is not None and bool(self.content_type)

    def goes_on_with(self, other: Mount) -> bool:
        """Whether players of this mount can go on with the other's stream in its middle."""
        ours, theirs = self.log.epoch, other.log.epoch
        if ours is None or theirs is None or not (self.chains and other.chains):
            return False
        return self.content_type == other.content_type and goes_on(ours.stream, theirs.stream)

    def may_go_on_with(self, other: Mount) -> bool:
        """The same where it is better than to hang up: bare MP3 and AAC frames say rate and
        channels themselves, and most players follow."""
        ours, theirs = self.log.epoch, other.log.epoch
        if ours is None or theirs is None or not (self.chains and other.chains):
            return False
        is_bare = not (ours.stream.header or theirs.stream.header)
        return self.goes_on_with(other) or (is_bare and ours.stream.codec == theirs.stream.codec)

    @property
    def info(self) -> SourceInfo:
        """What the source says of itself, with the operator's settings before it."""
        said = self.source.info if self.source is not None else SourceInfo()
        config = self.config
        return replace(
            said,
            name=said.name if config.name is None else config.name,
            description=said.description if config.description is None else config.description,
            genre=said.genre if config.genre is None else config.genre,
            url=said.url if config.url is None else config.url,
            public=said.public if config.public is None else config.public,
            bitrate=said.bitrate if config.bitrate is None else config.bitrate,
        )

    @property
    def told(self) -> SourceInfo:
        """What listeners are told in the head of their response. As in Icecast, only the name is
        the operator's there if the source says something else."""
        said = self.source.info if self.source is not None else SourceInfo()
        ours = self.info
        return replace(
            ours,
            description=said.description or ours.description,
            genre=said.genre or ours.genre,
            url=said.url or ours.url,
            public=ours.public if said.public is None else said.public,
            bitrate=said.bitrate or ours.bitrate,
        )

    async def wait_playable(self) -> None:
        """Wait until it is known what the source sends."""
        await self._playable.wait()

    @property
    def source_changed(self) -> trio.Event:
        """Set when the next source comes, or the one there is goes."""
        return self._source_changed

    async def wait_abandoned(self) -> None:
        """Wait until there has been no source for the whole grace time."""
        while True:
            changed = self._source_changed
            if self.source is not None:
                await changed.wait()
                continue
            with trio.move_on_after(self.config.grace):
                await changed.wait()
            if self.source is None and changed is self._source_changed:
                return

    def statistics(self) -> MountStatistics:
        """What can be said of the mount right now."""
        stream = self.log.epoch.stream if self.log.epoch is not None else StreamStart("", 0, 0)
        return MountStatistics(
            path=self.path,
            content_type=self.config.content_type or self.content_type,
            info=self.info,
            stream_start=self.stream_start,
            title=self.log.titles.latest(),
            codec=stream.codec,
            sample_rate=stream.sample_rate,
            channels=stream.channels,
            source_ip=self.source.ip if self.source is not None else "",
            listeners=self.counts.listeners,
            listener_peak=self.counts.listener_peak,
            slow_listeners=self.counts.slow_listeners,
            bytes_read=self.counts.bytes_read,
            bytes_sent=self.counts.bytes_sent,
            bytes_skipped=self.counts.bytes_skipped,
            tick_lag=self.counts.tick_lag,
            hidden=self.config.hidden or (self.source is not None and self.source.stands_in),
            nominal_bitrate=nominal_bitrate(stream.header) if stream.codec == "vorbis" else 0,
            max_listeners=self.config.max_listeners,
            instance=self.source.instance if self.source is not None else "",
            direct=self.config.direct,
            played=self.played.texts(),
            subtype=self.config.subtype or "",
            visits=self.counts.visits,
        )

    def _append(self, run: list[Frame], *, now: float) -> None:
        if run:
            self.log.append(run, now=now)

    def _change(self) -> None:
        self._source_changed.set()
        self._source_changed = trio.Event()


def retention_of(config: MountConfig) -> Retention:
    """How much a mount's log keeps: where listeners start, and how far they may fall behind."""
    return Retention(config.burst + config.queue + RETENTION_MARGIN, config.keep)
