"""The station: what runs, how it starts and how it stops.

Theory of operation. Connections and mounts run in an outer nursery, accepting
in an inner one. To stop, accepting ends first; then the sources are sent away
and the listeners get what their sockets still take; then whoever is still
talking has `limits.stop_timeout` seconds. A mount has one task, its fan-out,
from its first source until it was without one for its grace time.
"""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from functools import partial

import trio

from radiocast.access.files import check_files
from radiocast.config.model import Config
from radiocast.config.reload import Reload
from radiocast.errors import ConfigError
from radiocast.server.access_log import AccessLog
from radiocast.server.broadcast import Broadcast
from radiocast.server.connection import Connection
from radiocast.server.directories import tell_directories
from radiocast.server.doors import Door, changed_sockets, open_doors
from radiocast.server.entrance import only_welcome
from radiocast.server.mpd import serve_mpd
from radiocast.server.notify import READY, STOPPING, notify, reloading
from radiocast.server.playlist_log import PlaylistLog
from radiocast.server.process import pid_file, regain_root
from radiocast.server.session import hold_session, turn_away
from radiocast.server.sockets import accept_for_ever, listen
from radiocast.server.tls import make_context

logger = logging.getLogger(__name__)

Session = Callable[[Connection, Broadcast], Awaitable[None]]


class Station:
    """A running station, for whoever started it."""

    def __init__(self, broadcast: Broadcast, doors: Sequence[Door]) -> None:
        self.broadcast = broadcast
        self.doors = doors
        """The ports it listens on, that of `[listen]` first."""
        self._stopping = trio.Event()

    @property
    def port(self) -> int:
        """That of `[listen]`."""
        return self.doors[0].port

    @property
    def shoutcast_port(self) -> int | None:
        """The one beside it; None: there is no port of their own for SHOUTcast sources."""
        beside = (door.port for door in self.doors if door.key == "listen.shoutcast_port")
        return next(beside, None)

    def stop(self) -> None:
        """End in order; `run` returns when that is done."""
        self._stopping.set()

    def reload(self, config: Config) -> None:
        """New settings, without dropping anyone; log files are opened afresh.

        Raises ConfigError, and leaves everything as it was.
        """
        if config.listen != self.broadcast.config.listen:
            logger.warning("[listen] has changed: that takes effect when the station is restarted")
        for name in changed_sockets(self.broadcast.config, config):
            logger.warning("[sockets.%s] has changed: its port is as it was until a restart", name)
        if config.process != self.broadcast.config.process:
            logger.warning("[process] has changed: that takes effect after a restart")
        control, before = config.control, self.broadcast.config.control
        if (control.mpd_host, control.mpd_port) != (before.mpd_host, before.mpd_port):
            logger.warning("[control] has changed: its port is as it was until a restart")
        self.broadcast.configure(config)
        self.broadcast.access_log.reopen(config.logs)
        self.broadcast.playlist_log.reopen(config.logs)

    async def wait_stopping(self) -> None:
        """Wait until somebody wants the station to stop."""
        await self._stopping.wait()


async def serve(
    config: Config,
    *,
    reload: Reload | None = None,
    task_status: trio.TaskStatus[Station] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Run a station until SIGTERM or SIGINT; at SIGHUP `reload` gives it new settings.

    `config.passwords` must be complete. `reload` may raise ConfigError, which
    is logged; the old settings stay. Raises OSError when a port cannot be had.
    """
    with trio.open_signal_receiver(signal.SIGHUP, signal.SIGTERM, signal.SIGINT) as signals:
        async with trio.open_nursery() as nursery:
            station = await nursery.start(run, config)
            task_status.started(station)
            notify(READY)
            async with trio.open_nursery() as asked:
                asked.start_soon(_reload_when_asked, station, reload)
                async for number in signals:
                    if number != signal.SIGHUP:
                        logger.info("%s: the station stops", signal.Signals(number).name)
                        notify(STOPPING)
                        station.stop()
                        asked.cancel_scope.cancel()
                        break
                    station.broadcast.reload_asked.set()
                notify(READY)


async def run(
    config: Config, *, task_status: trio.TaskStatus[Station] = trio.TASK_STATUS_IGNORED
) -> None:
    """Run a station until `Station.stop` is called. Raises OSError when a port cannot be had,
    ConfigError when a certificate or the file for our number cannot be used."""
    give_up_root = regain_root()
    with ExitStack() as stack:
        doors = open_doors(config, stack)
        control = config.control
        mpd: list[socket.socket] = []
        if control.mpd_port and not config.outputs:
            logger.warning("no port for MPD clients: without outputs there is no auto-DJ")
        elif control.mpd_port:
            mpd.append(stack.enter_context(listen(control.mpd_host, control.mpd_port)))
        tls = make_context(config.tls)
        stack.enter_context(pid_file(config.process.pid_file))
        give_up_root()
        check_files(config)
        access_log = stack.enter_context(AccessLog(config.logs))
        playlist_log = stack.enter_context(PlaylistLog(config.logs))
        ports = [door.port for door, _ in doors]
        async with trio.open_nursery() as mounts:
            broadcast = Broadcast(config, access_log, playlist_log, tls, mounts, port=ports[0])
            station = Station(broadcast, [door for door, _ in doors])
            broadcast.doors = station.doors
            stack.enter_context(broadcast.recent_log)
            async with trio.open_nursery() as sessions:
                mounts.start_soon(broadcast.run_autodj)
                mounts.start_soon(broadcast.guard.run)
                sessions.start_soon(tell_directories, broadcast, station.wait_stopping)
                async with trio.open_nursery() as accepting:
                    for door, sock in doors:
                        take = only_welcome(
                            broadcast.guard, partial(_take, sessions, broadcast, door)
                        )
                        accepting.start_soon(accept_for_ever, sock, take)
                    logger.info("listening on port %s", " and ".join(map(str, ports)))
                    accepting.start_soon(broadcast.relays.run)
                    accepting.start_soon(broadcast.pushes.run)
                    for sock in mpd:
                        accepting.start_soon(serve_mpd, sock, broadcast, sessions)
                    task_status.started(station)
                    await station.wait_stopping()
                    accepting.cancel_scope.cancel()
                for sock in (
                    *(sock for _, sock in doors),
                    *mpd,
                ):  # now: who comes later shall not wait for goodbyes
                    sock.close()
                broadcast.stop()
                sessions.cancel_scope.deadline = trio.current_time() + config.limits.stop_timeout
            await broadcast.guard.drain(config.limits.stop_timeout)
            mounts.cancel_scope.cancel()


def _take(
    sessions: trio.Nursery, broadcast: Broadcast, door: Door, sock: socket.socket, peer: str
) -> None:
    handle = hold_session if broadcast.has_room else turn_away
    broadcast.sessions += 1
    broadcast.registry.traffic.connections += 1
    sessions.start_soon(
        _talk, handle, Connection(sock, peer, door), broadcast, name=f"session {peer}"
    )


async def _talk(handle: Session, connection: Connection, broadcast: Broadcast) -> None:
    try:
        await handle(connection, broadcast)
    finally:
        broadcast.sessions -= 1


async def _reload_when_asked(station: Station, reload: Reload | None) -> None:
    """Read the configuration again for whoever asks: a signal, or an administrator."""
    broadcast = station.broadcast
    while True:
        await broadcast.reload_asked.wait()
        broadcast.reload_asked = trio.Event()
        notify(reloading())
        _reload(station, reload)
        notify(READY)


def _reload(station: Station, reload: Reload | None) -> None:
    try:
        if reload is not None:
            reload(station.reload)
        else:
            station.reload(station.broadcast.config)
    except ConfigError as exc:
        logger.error("configuration not reloaded: %s", exc)
    else:
        logger.info("configuration reloaded")
