"""What is on air: the mounts, what feeds them, and all that the conversations share."""

from __future__ import annotations

import logging
import random
import secrets
import ssl
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import trio

from radiocast.access.files import check_files
from radiocast.access.guard import Guard
from radiocast.admin.control.api import Api
from radiocast.admin.metrics import AutoDjStatistics
from radiocast.config.model import Config
from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Refused, Registry
from radiocast.mounts.source import Source, SourceEnding
from radiocast.mounts.statistics import StationStatistics
from radiocast.protocols.dialect import Dialect
from radiocast.protocols.replies import Refusal
from radiocast.readers.fanout import Fanout
from radiocast.readers.listener import Ending
from radiocast.readers.pushes.push import Manners as PushManners
from radiocast.readers.pushes.pushes import Pushes
from radiocast.readers.recorder import record
from radiocast.server.access_log import AccessLog, Visit
from radiocast.server.audience import Audience
from radiocast.server.census import Census
from radiocast.server.connection import Connection
from radiocast.server.doors import Door
from radiocast.server.files import Files
from radiocast.server.identity import AGENT, server_id
from radiocast.server.mount_news import tell_of_sources
from radiocast.server.places import OnAutoDj, OnMount, Place
from radiocast.server.playlist_log import PlaylistLog
from radiocast.server.programs import Programs
from radiocast.server.recent_log import RecentLog
from radiocast.server.stand_ins import StandIns
from radiocast.server.tls import make_context
from radiocast.sources.autodj import AutoDj
from radiocast.sources.relays.relay import Manners
from radiocast.sources.relays.relays import Relays

logger = logging.getLogger(__name__)

WAKE_PATIENCE = 5.0
"""Seconds a fallback that is a relay on demand has to come on air."""


class Broadcast:
    """Everything the sessions share."""

    def __init__(
        self,
        config: Config,
        access_log: AccessLog,
        playlist_log: PlaylistLog,
        tls: ssl.SSLContext | None,
        mounts: trio.Nursery,
        *,
        port: int,
    ) -> None:
        self.config = config
        self.access_log = access_log
        self.playlist_log = playlist_log
        self.registry = Registry(config)
        self.audience = Audience(config, self.registry, access_log)
        self.tls = tls
        self.guard = Guard(config, port=port, agent=AGENT)
        self.files = Files(config.files)
        self.dialect = Dialect(config.icecast, server_id(config.icecast))
        self.started = time.time()
        self.port = port
        """Where we are reached: what the system chose, if the configuration says 0."""
        self.doors: Sequence[Door] = ()
        """The ports there are; kept by whoever opens them."""
        self.recent_log = RecentLog()
        self.reload_asked = trio.Event()
        """Set by whoever wants the configuration to be read again."""
        self._instance = str(uuid.uuid4())
        self.sessions = 0
        """Conversations under way; kept by whoever starts them."""
        self.autodj = AutoDj(config, self._count_listeners) if config.outputs else None
        self.api = Api(self, self.autodj)
        """The station over HTTP."""
        self.census = Census(self.audience.of)
        manners = Manners(AGENT, secrets.token_hex(4), random.random)
        self.relays = Relays(config, self, manners)
        pushing = PushManners(AGENT, random.random, self.relays.via)
        self.pushes = Pushes(config, self.registry, pushing)
        self._idle: set[trio.CancelScope] = set()
        self._nursery = mounts
        self.programs = Programs(config, mounts)
        self.stand_ins = StandIns(
            config, self.registry, self.claim, self.audience.move_all, self._wake, mounts
        )

    def claim(self, path: str, source: Source) -> Mount | Refused:
        """Put a source on a mount, which comes to life if it did not exist."""
        mount = self.registry.claim(path, source, now=time.time())
        if isinstance(mount, Mount) and mount not in self.audience:
            fanout = self.audience.gather(mount)
            mount.titled = self.playlist_log.write
            self._nursery.start_soon(self._run_mount, mount, fanout, name=f"mount {path}")
        return mount

    def admit(self, path: str, source: Source, priority: int) -> Place | Refused:
        """A place for a source that may send to `path`; `priority` counts against other DJs."""
        place: Place
        if self.autodj is not None and path in self.autodj.paths:
            live = self.autodj.admit(path, source, priority)
            if isinstance(live, Refused):
                return live
            place = OnAutoDj(self.autodj, live)
        else:
            mount = self.claim(path, source)
            if isinstance(mount, Refused):
                return mount
            place = OnMount(mount, source, self.registry, self.config.limits)
        self.registry.traffic.sources += 1
        return place

    def is_output(self, path: str) -> bool | None:
        """Whether the auto-DJ plays at `path`; None: it will, but has not begun."""
        if self.autodj is None or path not in self.config.outputs:
            return False
        return True if path in self.autodj.paths else None

    @property
    def has_room(self) -> bool:
        """Whether one more connection is welcome."""
        return self.sessions + self.registry.listeners < self.config.limits.connections

    @contextmanager
    def idle(self, seconds: float) -> Iterator[trio.CancelScope]:
        """A scope for waiting on a peer that owes us nothing.

        It is cancelled after so many seconds, or when the station stops.
        """
        with trio.move_on_after(seconds) as scope:
            self._idle.add(scope)
            try:
                yield scope
            finally:
                self._idle.discard(scope)

    async def run_autodj(self) -> None:
        """Let the auto-DJ play, if there is one. What goes wrong in it ends nothing else."""
        if self.autodj is not None:
            await self.autodj.run(self.claim)

    def statistics(self, *, site: str = "") -> StationStatistics:
        """What there is to say of the station right now, to whoever reached us at `site`."""
        station = self.config.station
        mounts = [mount.statistics() for mount in self.registry.on_air]
        mounts += [Mount(path, self.config.mount(path)).statistics() for path in self.relays.idle]
        return StationStatistics(
            server_id=self.dialect.server,
            server_start=self.started,
            name=station.name,
            description=station.description,
            genre=station.genre,
            url=station.url,
            admin=station.admin,
            host=station.host,
            location=station.location,
            port=self.port,
            mounts=tuple(
                replace(mount, fallback=self.registry.fallbacks.of(mount.path) or "")
                for mount in sorted(mounts, key=lambda mount: mount.path)
            ),
            clients=self.sessions + self.registry.listeners,
            traffic=replace(self.registry.traffic),
            access=self.guard.statistics(),
            relays=self.relays.states,
            pushes=self.pushes.states,
            instance=self._instance,
            site=site if self.dialect.modern else "",
        )

    def kick_source(self, mount: Mount) -> bool:
        """Throw out whoever feeds the mount. Whether there was somebody. The auto-DJ stays: on
        its mounts that is whoever took the air from it."""
        if self.autodj is not None and mount.path in self.autodj.paths:
            return self.autodj.kick_live(mount.path)
        if mount.source is None:
            return False
        mount.source.end(SourceEnding.KICKED)
        return True

    def set_title(self, mount: Mount, title: Title | None) -> bool:
        """Say what a mount's source plays. Whether there is one: the auto-DJ speaks for itself."""
        if self.autodj is not None and mount.path in self.autodj.paths:
            return self.autodj.title_live(mount.path, title)
        if mount.set_title(title):
            logger.info("%s: now playing %s", mount.path, title.text if title else "(nothing)")
        return True

    def autodj_statistics(self) -> AutoDjStatistics | None:
        """What there is to count of the auto-DJ; None: there is none."""
        autodj = self.autodj
        if autodj is None:
            return None
        tracks = {name: len(shelf.keys) for name, shelf in autodj.shelves.items()}
        return AutoDjStatistics(autodj.now, tracks, autodj.progress, autodj.studio_restarts)

    def configure(self, config: Config) -> None:
        """New settings, for everything that goes on. Raises ConfigError and changes nothing."""
        check_files(config)
        self.tls = make_context(config.tls)
        self.guard.configure(config)
        self.config = config
        self.dialect = Dialect(config.icecast, server_id(config.icecast))
        self.registry.configure(config)
        self.stand_ins.configure(config)
        self.programs.configure(config)
        self.audience.configure(config)
        self.files.configure(config.files)
        if self.autodj is not None:
            self.autodj.configure(config)
        elif config.outputs:
            logger.warning("there are [outputs] now: the auto-DJ starts when the station restarts")
        self.relays.configure(config)
        self.pushes.configure(config)

    def stop(self) -> None:
        """Send the sources away, then the listeners; wait for nobody's next request."""
        self.programs.stop()
        for mount in self.registry:
            if mount.source is not None:
                mount.source.end(SourceEnding.STOPPED)
        self.audience.end_all(Ending.STOPPED)
        for scope in self._idle:
            scope.cancel()

    async def refuse(
        self, connection: Connection, refusal: Refusal, visit: Visit, *, words: str = ""
    ) -> None:
        """Say no, and write it down. `words` are said instead of the usual ones."""
        said = refusal.value
        if words:
            report = None if said.report is None else replace(said.report, text=words)
            body = f"{words}\r\n".encode(errors="replace")
            said = replace(said, body=body, report=report)
        on_air = self.registry.get(visit.head.path) is not None
        status, reply = self.dialect.refusal(said, now=time.time(), asked=visit.head, on_air=on_air)
        self.access_log.write(visit, status, len(reply))
        with trio.fail_after(self.config.limits.header_timeout):
            await connection.send_all(reply)

    async def _run_mount(self, mount: Mount, fanout: Fanout) -> None:
        """A mount's whole life. What goes wrong in it is its own end, not the station's."""
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(fanout.run)
                nursery.start_soon(tell_of_sources, mount, self.guard)
                nursery.start_soon(self.stand_ins.follow, mount)
                nursery.start_soon(self.programs.follow, mount)
                nursery.start_soon(record, mount)
                while True:
                    await mount.wait_abandoned()
                    await self.stand_ins.send_away(mount)
                    if mount.source is None:  # it may have returned while we looked
                        break
                self._forget(mount)  # at once: a source may come back before the fan-out ended
                nursery.cancel_scope.cancel()
        except Exception:
            logger.exception("%s: this is a bug in radiocast; the mount is closed", mount.path)
            if mount.source is not None:
                mount.source.end(SourceEnding.KICKED)
        finally:
            self._forget(mount)
            fanout.end_all(Ending.SOURCE_GONE)

    async def _wake(self, path: str) -> None:
        relay = self.relays.on_demand(path)
        if relay is not None:
            with self.idle(WAKE_PATIENCE):
                await relay.wake()

    def _count_listeners(self) -> int:
        """How many hear the auto-DJ, on all its mounts."""
        paths = self.autodj.paths if self.autodj is not None else []
        mounts = [self.registry.get(path) for path in paths]
        return sum(mount.counts.listeners for mount in mounts if mount is not None)

    def _forget(self, mount: Mount) -> None:
        if self.audience.forget(mount):
            self.registry.remove(mount)
