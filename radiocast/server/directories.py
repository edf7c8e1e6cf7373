"""Public lists of stations are told of our streams: `[directories.NAME]`.

Theory of operation. Each directory has a task of its own, so that one that does not answer keeps
no other waiting. It looks at what is on air once a second and tells one thing after another:
streams that are public are added a minute after they came (those that go on and off would only
annoy), touched as often as the directory wants, and removed when they are gone, or we are. What
goes wrong is tried again later and later, and hurts nothing else.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import trio

from radiocast.admin.yp import Answer, add_form, read_answer, remove_form, touch_form
from radiocast.config.directories import DirectoryConfig
from radiocast.mounts.mount import Mount
from radiocast.mounts.statistics import MountStatistics
from radiocast.server.broadcast import Broadcast
from radiocast.server.identity import SERVER_ID
from radiocast.web_client.fetch import FetchError, fetch
from radiocast.web_client.form import FORM

logger = logging.getLogger(__name__)

LOOK = 1.0
"""Seconds between two looks at what is on air."""

SETTLE = 60.0
"""Seconds a stream must have been there, as with Icecast."""

FIRST_TOUCH = 5.0
"""Seconds from being added to the first touch, as with Icecast."""

LEAST_TOUCH = 30.0
"""Seconds between two touches at least, whatever a directory wants."""

RETRY, RETRY_MOST = 60.0, 7200.0
"""Seconds until what failed is tried again: doubled each time, up to the most."""

GOODBYE = 3.0
"""Seconds for taking all streams from a directory at the end."""

HEADERS = (("User-Agent", SERVER_ID), ("Accept", "*/*"), ("Content-Type", FORM))


async def tell_directories(
    broadcast: Broadcast, wait_stopping: Callable[[], Awaitable[None]]
) -> None:
    """Keep all directories up to date until the station stops, then take our streams from them."""
    listings: dict[str, _Listing] = {}

    async def follow_settings() -> None:
        while True:
            wanted = broadcast.config.directories
            for name, listing in list(listings.items()):
                if wanted.get(name) != listing.config:
                    listings.pop(name).scope.cancel()
            for name, config in wanted.items():
                if name not in listings:
                    listings[name] = _Listing(name, config, broadcast)
                    nursery.start_soon(listings[name].keep)
            await trio.sleep(LOOK)

    async with trio.open_nursery() as nursery:
        with trio.CancelScope() as following:
            nursery.start_soon(_until, wait_stopping, following)
            await follow_settings()
        for listing in listings.values():
            listing.scope.cancel()


async def _until(wait: Callable[[], Awaitable[None]], scope: trio.CancelScope) -> None:
    await wait()
    scope.cancel()


@dataclass(slots=True)
class _Entry:
    """A stream in a directory, or on its way there."""

    due: float
    """When there is something to tell, in seconds of Trio's clock."""
    sid: str = ""
    """Empty: it is not in it."""
    said: bytes = b""
    """How it was added."""
    every: float = 0.0
    """Seconds between two touches."""
    failures: int = 0
    """Since the last touch that went well."""
    instance: str = field(default_factory=lambda: str(uuid.uuid4()))


class _Listing:
    """Our streams in one directory."""

    def __init__(self, name: str, config: DirectoryConfig, broadcast: Broadcast) -> None:
        self.config = config
        self.scope = trio.CancelScope()
        """Cancelled, it takes all streams from the directory and ends."""
        self._name = name
        self._broadcast = broadcast
        self._entries: dict[str, _Entry] = {}

    async def keep(self) -> None:
        """Its task. Whatever a directory does, nothing is raised."""
        with self.scope:
            while True:
                try:
                    await self._look()
                except Exception:
                    logger.exception("directory %s: this is a bug in radiocast", self._name)
                await trio.sleep(LOOK)
        with trio.move_on_after(GOODBYE):
            async with trio.open_nursery() as nursery:
                for path in list(self._entries):
                    nursery.start_soon(self._remove, path)

    async def _look(self) -> None:
        """Tell what there is to tell."""
        for path in list(self._entries):
            mount = self._broadcast.registry.get(path)
            # Without a source it is in its grace time: whether it will be back nobody knows.
            if mount is None or (mount.source is not None and not _is_public(mount)):
                await self._remove(path)
        for mount in self._broadcast.registry.on_air:
            if _is_public(mount):
                entry = self._entries.setdefault(mount.path, _Entry(trio.current_time() + SETTLE))
                if entry.due <= trio.current_time():
                    await self._tell(entry, mount.statistics())

    async def _tell(self, entry: _Entry, mount: MountStatistics) -> None:
        """Add the stream, or touch it; one that calls itself otherwise now is added anew."""
        broadcast, config = self._broadcast, self._broadcast.config
        station, level = broadcast.statistics(), config.icecast.version
        cluster = config.mount(mount.path).cluster_password or ""
        form = add_form(station, mount, cluster=cluster, instance=entry.instance, level=level)
        if entry.sid and entry.said != form:
            await self._ask(remove_form(entry.sid))
            entry.sid = ""
        if not entry.sid:
            self._added(entry, mount.path, form, await self._ask(form))
            return
        touch = touch_form(
            entry.sid, station, mount, max_listeners=config.limits.listeners, level=level
        )
        self._touched(entry, mount.path, await self._ask(touch))

    def _added(self, entry: _Entry, path: str, form: bytes, answer: Answer) -> None:
        if not answer.accepted or not answer.sid:
            self._failed(entry, path, answer.message, trio.current_time())
            return
        entry.sid, entry.said = answer.sid, form
        entry.every = max(LEAST_TOUCH, answer.touch or self.config.touch)
        entry.due = trio.current_time() + FIRST_TOUCH
        logger.info("%s: in directory %s", path, self._name)

    def _touched(self, entry: _Entry, path: str, answer: Answer) -> None:
        now = trio.current_time()
        if answer.accepted:
            entry.failures = 0
            entry.due = now + entry.every
            return
        self._failed(entry, path, answer.message, now)
        if answer.refused:
            entry.sid = ""  # it has forgotten us: we come again, at once if it is the first time
            entry.due = now if entry.failures == 1 else entry.due

    def _failed(self, entry: _Entry, path: str, message: str, now: float) -> None:
        entry.failures += 1
        entry.due = now + patience(entry.failures)
        level = logging.WARNING if entry.failures == 1 else logging.DEBUG
        logger.log(level, "%s: directory %s: %s", path, self._name, message)

    async def _remove(self, path: str) -> None:
        entry = self._entries.pop(path)
        if entry.sid:
            await self._ask(remove_form(entry.sid))
            logger.info("%s: no longer in directory %s", path, self._name)

    async def _ask(self, form: bytes) -> Answer:
        """What the directory answers; that it does not is an answer, too."""
        try:
            response = await fetch(
                self.config.url, "POST", headers=HEADERS, body=form, timeout=self.config.timeout
            )
        except FetchError as exc:
            return Answer(accepted=False, message=str(exc))
        return read_answer(response)


def patience(failures: int) -> float:
    """Seconds until the next try, after so many failures in a row."""
    return min(RETRY * 2.0 ** min(failures - 1, 30), RETRY_MOST)


def _is_public(mount: Mount) -> bool:
    """Whether everybody may be told of it."""
    return mount.info.public is True and not mount.config.hidden and mount.config.direct
