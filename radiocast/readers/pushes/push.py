"""One push: a cursor in a mount's log, whose bytes go to another server.

The log does not wait for it: a server that takes too little is left and come to again, at what
is on air then. So it is when the stream becomes one that players of the other cannot follow.
Where it only begins anew, as chained Ogg does, its headers are in the log and go along.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import trio

from radiocast.config.relays import PushConfig
from radiocast.errors import PeerError
from radiocast.formats import Title
from radiocast.framelog import start
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Registry
from radiocast.readers.pushes.greeting import MAX_RECEIVE, Answers, There
from radiocast.web_client.backoff import Backoff
from radiocast.web_client.dial import dial, reason_of
from radiocast.web_client.fetch import FetchError, fetch

logger = logging.getLogger(__name__)

ANSWER_TIME = 15.0
"""Seconds a server has to let us in."""

STALL_TIME = 15.0
"""Seconds a server may take nothing."""

STEADY = 30.0
"""Seconds of sending after which a failure is the first one again."""

LOOK = 1.0
"""Seconds between two looks whether the mount is there, and still the same."""

CHUNK = 64 * 1024
"""Bytes sent at a time."""

TITLE_TRIES = 3
TITLE_PAUSE = 2.0
"""A server may know the mount but a moment after it has let us in."""

MOZILLA = "(Mozilla compatible)"
"""SHOUTcast v1 takes whoever is not called so for a player, also where a title is told."""


@dataclass(frozen=True, slots=True)
class Manners:
    """What all pushes of a station have in common."""

    agent: str
    chance: Callable[[], float]
    servers: Callable[[str], tuple[str, ...]]
    """By which servers what is on a mount comes: see `protocols.via`."""
    context: ssl.SSLContext | None = field(default=None, repr=False)


class Push:
    """One push. `run` is its task."""

    def __init__(self, name: str, config: PushConfig, registry: Registry, manners: Manners) -> None:
        self.config = config
        self.up = False
        """Whether it is being sent."""
        self.scope = trio.CancelScope()
        """Cancelled to end it."""
        self._name = name
        self._registry = registry
        self._manners = manners
        self._there = There(config, manners.agent)
        self._backoff = Backoff(manners.chance)
        self._complained = False
        self._title: Title | None = None
        self._title_changed = trio.Event()

    async def run(self) -> None:
        """Send until `scope` is cancelled, whatever happens."""
        with self.scope:
            while True:
                try:
                    await self._push()
                except Exception:
                    logger.exception("%s: this is a bug in radiocast", self.config.mount)
                    await trio.sleep(self._backoff.pause())

    async def _push(self) -> None:
        while True:
            mount = await self._wait_on_air()
            began = trio.current_time()
            try:
                why = await self._send(mount)
            except (OSError, trio.BrokenResourceError) as exc:
                why = reason_of(exc)
            except trio.TooSlowError:
                why = f"it does not answer within {ANSWER_TIME:g} s"
            except PeerError as exc:
                why = str(exc)
            self._say_ended(why)
            if trio.current_time() - began >= STEADY:
                self._backoff.reset()
            await trio.sleep(self._backoff.pause())

    async def _wait_on_air(self) -> Mount:
        while True:
            mount = self._registry.get(self.config.mount or "")
            if mount is not None and mount.source is not None and mount.content_type:
                why_not = self._there.why_not(mount)
                if not why_not:
                    return mount
                self._say_ended(why_not)
            await trio.sleep(LOOK)

    async def _send(self, mount: Mount) -> str:
        """Send the mount until that ends, and say why it did. Raises OSError, PeerError,
        trio.BrokenResourceError and trio.TooSlowError where it does not even begin."""
        there, floor = self._there, mount.floor
        with trio.fail_after(ANSWER_TIME):
            stream = await dial(there.address, self._manners.context)
        try:
            with trio.fail_after(ANSWER_TIME):
                servers = self._manners.servers(mount.path)
                answers = await there.greet(stream, mount, servers)
            self._say_begun()
            return await self._carry(stream, mount, answers, floor)
        finally:
            self.up = False
            with suppress(trio.BrokenResourceError):
                await trio.aclose_forcefully(stream)

    async def _carry(
        self, stream: trio.abc.Stream, mount: Mount, answers: Answers, floor: int
    ) -> str:
        why = ""
        async with trio.open_nursery() as nursery:

            async def run(task: Callable[[], Awaitable[str]]) -> None:
                nonlocal why
                try:
                    ended = await task()
                except trio.BrokenResourceError as exc:
                    ended = reason_of(exc)
                except trio.TooSlowError:
                    ended = f"it has taken nothing for {STALL_TIME:g} s"
                except PeerError as exc:
                    ended = str(exc)
                why = why or ended
                nursery.cancel_scope.cancel()

            async def listen() -> str:
                while data := bytes(await stream.receive_some(MAX_RECEIVE)):
                    answers.feed(data)
                return "it hung up"

            async def copy() -> str:
                return await self._copy(stream, mount, floor)

            nursery.start_soon(run, listen)
            nursery.start_soon(run, copy)
            if self._there.takes_titles(mount):
                nursery.start_soon(self._tell_titles)
        return why

    async def _copy(self, stream: trio.abc.Stream, mount: Mount, floor: int) -> str:
        log = mount.log
        begin = start.at_burst(log, 0, not_before=mount.floor)
        position, before = begin.position, begin.prelude
        while True:
            with trio.move_on_after(LOOK):
                await log.wait_past(position)
            if mount.floor != floor:
                return "the stream is another one now"
            if self._registry.get(mount.path) is not mount:
                return "the mount is gone"
            if position < log.oldest:
                return "it takes less than we have"
            data = before + b"".join(log.read(position, CHUNK))
            if not data:
                continue
            with trio.fail_after(STALL_TIME):
                await stream.send_all(data)
            position, before = position + len(data) - len(before), b""
            self._play(log.titles.at(position - 1))

    def _play(self, title: Title | None) -> None:
        if title != self._title:
            self._title = title
            self._title_changed.set()

    async def _tell_titles(self) -> None:
        """Tell each title; those that change faster than the server answers are left out."""
        self._title = None
        while True:
            self._title_changed = trio.Event()
            await self._title_changed.wait()
            title = self._title
            for _ in range(TITLE_TRIES):
                if await self._tell_title(title) or title != self._title:
                    break
                await trio.sleep(TITLE_PAUSE)

    async def _tell_title(self, title: Title | None) -> bool:
        there, context = self._there, self._manners.context
        agent = ("User-Agent", f"{self._manners.agent} {MOZILLA}")
        try:
            response = await fetch(
                there.title_url(title),
                headers=[agent],
                credentials=there.credentials,
                context=context,
            )
        except FetchError as exc:
            logger.debug("%s: push %s: the title: %s", self.config.mount, self._name, exc)
            return False
        return response.status == 200

    def _say_begun(self) -> None:
        self.up, self._complained = True, False
        where = self._there.address
        logger.info("%s: push %s to %s begins", self.config.mount, self._name, where.authority)

    def _say_ended(self, why: str) -> None:
        """One line for each change; who tries for hours need not say so each time."""
        level = logging.DEBUG if self._complained else logging.WARNING
        self._complained = True
        logger.log(level, "%s: push %s is not sent: %s", self.config.mount, self._name, why)
