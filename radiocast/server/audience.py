"""Who hears the station: a fan-out for each mount, and the visits to it."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import replace
from http import HTTPStatus

import trio

from radiocast.access.asking import Admitted
from radiocast.config.model import Config
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Registry
from radiocast.mounts.statistics import ListenerStatistics
from radiocast.readers.fanout import Fanout
from radiocast.readers.listener import Ending, Listener, Sink, Visitor
from radiocast.server.access_log import AccessLog, Visit
from radiocast.sources.intros import Intros

logger = logging.getLogger(__name__)

OUR_DOING = {Ending.SLOW, Ending.CHANGED}
"""Ends of a listener that an operator is asked about; the others explain themselves."""


class Audience:
    """The listeners of all mounts. Whoever has a mount `gather`s them, and runs the fan-out."""

    def __init__(self, config: Config, registry: Registry, access_log: AccessLog) -> None:
        self._config = config
        self._registry = registry
        self._access_log = access_log
        self._intros = Intros(config.every_mount)
        self._fanouts: dict[Mount, Fanout] = {}

    def configure(self, config: Config) -> None:
        """New settings, from now on."""
        self._config = config
        self._intros.configure(config.every_mount)
        for fanout in self._fanouts.values():
            fanout.configure(config.listeners)

    def __contains__(self, mount: Mount) -> bool:
        return mount in self._fanouts

    def gather(self, mount: Mount) -> Fanout:
        """A fan-out for a mount that has come to life."""
        fanout = self._fanouts[mount] = Fanout(mount, self._registry, self._config.listeners)
        return fanout

    def forget(self, mount: Mount) -> bool:
        """Nobody can join any more. Whether anybody could."""
        return self._fanouts.pop(mount, None) is not None

    def is_full(self, mount: Mount) -> bool:
        """Whether the mount, or the station, has as many listeners as it may."""
        most = mount.config.max_listeners
        return (most is not None and mount.counts.listeners >= most) or (
            self._registry.listeners >= self._config.limits.listeners
        )

    def join(
        self,
        mount: Mount,
        sink: Sink,
        head: bytes,
        *,
        metaint: int,
        visit: Visit,
        admitted: Admitted,
    ) -> None:
        """Hand a listener, whose request is read, to the mount's fan-out. It has to go when
        whoever `admitted` it said, or else when the mount does."""
        visit = replace(visit, user=admitted.user)
        joined = trio.current_time()
        limit = admitted.time_limit
        if limit is None:
            limit = mount.config.listener_time or math.inf

        def say_goodbye(listener: Listener, ending: Ending) -> None:
            level = logging.INFO if ending in OUR_DOING else logging.DEBUG
            logger.log(level, "%s: listener from %s %s", mount.path, visit.ip, ending.value)
            sink.close()
            self._access_log.write(visit, HTTPStatus.OK, listener.bytes_sent)
            admitted.left(trio.current_time() - joined)

        agent = visit.head.header("user-agent") or ""
        self._fanouts[mount].join(
            sink,
            head,
            metaint=metaint,
            visitor=Visitor(visit.ip, agent, visit.started, admitted.user, admitted.number),
            ended=say_goodbye,
            until=joined + limit,
            intro=self._intros.of(mount),
        )

    def of(self, mount: Mount) -> tuple[ListenerStatistics, ...]:
        """Who hears it, who has listened longest first."""
        return self._fanouts[mount].statistics(now=time.monotonic())

    def kick(self, mount: Mount, number: int) -> bool:
        """Hang up on a listener of the mount. Whether there was one of this number."""
        fanout = self._fanouts[mount]
        listener = fanout.find(number)
        if listener is None:
            return False
        fanout.end(listener, Ending.KICKED)
        return True

    def move(self, mount: Mount, there: Mount) -> bool:
        """Let the listeners of a mount go on with another. Whether their players can: nobody is
        moved if not, because all that their players could do is to come back."""
        if not mount.goes_on_with(there):
            return False
        self.move_all(mount, there)
        return True

    def move_all(self, mount: Mount, there: Mount) -> None:
        """The same, for whoever knows already that their players can."""
        if mount in self and there in self:
            self._fanouts[mount].move_all(self._fanouts[there])

    def end_all(self, ending: Ending) -> None:
        """Let everybody go."""
        for fanout in self._fanouts.values():
            fanout.end_all(ending)
