"""One relay: asks for a stream, puts it on its mount, and tries again when it is gone.

Theory of operation. A relay is a source like any other, but for three things. It makes way: a
mount that has a source is left alone, and on an output of the auto-DJ every DJ goes before it.
It never runs ahead: a stream that comes faster than it plays, as one that goes in a circle would,
is read at the speed it plays. And on demand it is only there while somebody listens: whoever
comes first wakes it, and waits.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

import trio

from radiocast.config.model import Config
from radiocast.formats import Title
from radiocast.mounts.registry import Refused, Registry
from radiocast.mounts.source import Source, SourceEnding
from radiocast.protocols.via import MAX_SERVERS
from radiocast.sources.live import Receive
from radiocast.sources.relays.plan import Plan
from radiocast.sources.titled import TitledAudio
from radiocast.web_client.address import WebAddress
from radiocast.web_client.backoff import Backoff
from radiocast.web_client.fetch import FetchError
from radiocast.web_client.stream import Upstream, Wish, open_stream

logger = logging.getLogger(__name__)

PRIORITY = -1000
"""Less than any DJ may have: live before relay before auto-DJ."""

ANSWER_TIME = 15.0
"""Seconds a server has until its stream begins, redirects and all."""

STEADY = 30.0
"""Seconds on air after which a failure is the first one again."""

KICKED_PAUSE = 10.0
"""Seconds a relay stays away that an operator has thrown out."""

LOOK = 1.0
"""Seconds between two looks at a mount that is in use, or may have no listeners any more."""

IN_USE_PAUSE = 15.0
"""The same where only a try tells: on the outputs of the auto-DJ."""

UNHEARD = 10.0
"""Seconds a relay on demand goes on without a listener."""

AHEAD = 60.0
"""Seconds of audio a stream may come ahead of its time: more than any server's burst."""


class Seat(Protocol):
    """A source's place, which was given to it."""

    async def feed(self, content_type: str, receive: Receive) -> SourceEnding:
        """Take the audio until it ends."""
        ...

    def set_title(self, title: Title | None) -> None:
        """What plays from now on."""
        ...

    def leave(self) -> None:
        """Give the place back."""
        ...


class Air(Protocol):
    """The station, as far as relays need it."""

    config: Config
    registry: Registry

    def admit(self, path: str, source: Source, priority: int) -> Seat | Refused:
        """A place for a source."""
        ...

    def is_output(self, path: str) -> bool | None:
        """Whether the auto-DJ plays there; None: it will."""
        ...


class State(Enum):
    """How a relay is doing."""

    IDLE = auto()
    """Nobody listens, or nothing was tried yet."""
    UP = auto()
    IN_USE = auto()
    DOWN = auto()


@dataclass(frozen=True, slots=True)
class Manners:
    """What all relays of a station have in common."""

    agent: str
    server: str
    """Our name among servers that relay each other: see `protocols.via`."""
    chance: Callable[[], float]
    context: ssl.SSLContext | None = field(default=None, repr=False)


class Relay:
    """One relay. `run` is its task; the rest are plain calls, but for `wake`."""

    def __init__(self, plan: Plan, air: Air, manners: Manners) -> None:
        self.plan = plan
        self.state = State.IDLE
        self.via: tuple[str, ...] = ()
        """The servers that what is on air comes by."""
        self.scope = trio.CancelScope()
        """Cancelled to end it."""
        self.ended = trio.Event()
        self._air = air
        self._manners = manners
        self._backoff = Backoff(manners.chance)
        self._guests = 0  # who wait for it to come on air
        self._wanted = trio.Event()
        self._settled = trio.Event()

    async def wake(self) -> None:
        """Somebody wants to listen: wait until it is on air, or it is clear that it will not be
        for now."""
        if self._is_held():
            return
        self._guests += 1
        self._wanted.set()
        try:
            await self._settled.wait()
        finally:
            self._guests -= 1

    async def run(self) -> None:
        """Relay until `scope` is cancelled, whatever happens."""
        try:
            with self.scope:
                while True:
                    try:
                        await self._relay()
                    except Exception:
                        logger.exception("%s: this is a bug in radiocast", self.plan.path)
                        await trio.sleep(self._backoff.pause())
        finally:
            self._settled.set()
            self.ended.set()

    async def _relay(self) -> None:
        while True:
            if self.plan.on_demand and not self._is_wanted():
                await self._wait_wanted()
            if self._is_held():
                self._say(State.IN_USE, "has to wait: the mount is in use")
                self._settled.set()
                await trio.sleep(LOOK)
                continue
            pause = await self._try_each()
            self._settled.set()
            await trio.sleep(pause)

    async def _wait_wanted(self) -> None:
        self._say(State.IDLE, "waits for listeners")
        self._settled = trio.Event()
        self._wanted = trio.Event()
        await self._wanted.wait()

    async def _try_each(self) -> float:
        """Try each address until one was on air. Gives back the seconds to wait then."""
        problems = []
        for url in self.plan.urls:
            try:
                return await self._carry(url)
            except FetchError as exc:
                problems.append(str(exc))
        self._say(State.DOWN, f"is not there: {'; '.join(problems)}", logging.WARNING)
        return self._backoff.pause()

    async def _carry(self, url: str) -> float:
        """Put the stream on air until it ends. Raises FetchError when there is none."""
        upstream = await self._open(url)
        try:
            source = Source(upstream.host, upstream.said.info, upstream.said.via)
            seat = None if self._is_held() else self._air.admit(self.plan.path, source, PRIORITY)
            if seat is None or seat is Refused.IN_USE:
                self._say(State.IN_USE, "has to wait: the mount is in use")
                return IN_USE_PAUSE if self._air.is_output(self.plan.path) else LOOK
            if isinstance(seat, Refused):
                raise FetchError(seat.value)
            self._air.registry.traffic.relays += 1
            began = trio.current_time()
            try:
                ending = await self._feed(seat, source, upstream)
            finally:
                self.via = ()
                seat.leave()
        finally:
            await upstream.aclose()
        if ending is SourceEnding.UNHEARD:
            return 0.0
        self._say(State.DOWN, f"from {upstream.host} {ending.value}")
        if trio.current_time() - began >= STEADY:
            self._backoff.reset()
        return max(self._backoff.pause(), KICKED_PAUSE if ending is SourceEnding.KICKED else 0.0)

    async def _open(self, url: str) -> Upstream:
        plan, manners = self.plan, self._manners
        wish = Wish(
            url,
            credentials=plan.credentials if url == plan.urls[0] else None,
            titles=plan.titles,
            agent=manners.agent,
            server=manners.server,
            bind=plan.bind,
            context=manners.context,
        )
        try:
            with trio.fail_after(ANSWER_TIME):
                upstream = await open_stream(wish)
        except trio.TooSlowError:
            where = WebAddress.parse(url).authority
            raise FetchError(f"{where}: no stream within {ANSWER_TIME:g} s") from None
        via = upstream.said.via
        if manners.server in via or len(via) > MAX_SERVERS:
            await upstream.aclose()
            raise FetchError(f"{upstream.host}: it relays what would come from here")
        return upstream

    async def _feed(self, seat: Seat, source: Source, upstream: Upstream) -> SourceEnding:
        path, said = self.plan.path, upstream.said

        def charset() -> str:
            return self._air.config.mount(path).charset or ""

        audio = TitledAudio(upstream, said.metaint, charset, seat.set_title)
        self.via = said.via
        self._say(State.UP, f"from {upstream.host} is on air ({said.content_type})")
        self._settled.set()
        async with trio.open_nursery() as nursery:
            if self.plan.on_demand:
                nursery.start_soon(self._end_when_unheard, source)
            paced = Paced(audio, self._air.registry, path, source)
            ending = await seat.feed(said.content_type, paced.receive)
            nursery.cancel_scope.cancel()
        return ending

    async def _end_when_unheard(self, source: Source) -> None:
        heard = trio.current_time()
        while trio.current_time() - heard < UNHEARD:
            await trio.sleep(LOOK)
            if self._is_wanted():
                heard = trio.current_time()
        source.end(SourceEnding.UNHEARD)

    def _is_wanted(self) -> bool:
        mount = self._air.registry.get(self.plan.path)
        return self._guests > 0 or (mount is not None and mount.counts.listeners > 0)

    def _is_held(self) -> bool:
        """Whether another source has the mount, to which we yield."""
        if self.state is State.UP:
            return False
        output = self._air.is_output(self.plan.path)
        if output is not False:
            return output is None
        mount = self._air.registry.get(self.plan.path)
        source = mount.source if mount is not None else None
        return source is not None and not source.stands_in

    def _say(self, state: State, what: str, level: int = logging.INFO) -> None:
        """One line for each change; who tries for hours need not say so each time."""
        if state is self.state:
            level = logging.DEBUG
        self.state = state
        logger.log(level, "%s: relay %s %s", self.plan.path, self.plan.name, what)


class Paced:
    """Audio that is not taken much faster than it plays."""

    def __init__(self, audio: TitledAudio, registry: Registry, path: str, source: Source) -> None:
        self._audio = audio
        self._registry = registry
        self._path = path
        self._source = source
        self._began = trio.current_time()
        self._before: float | None = None  # seconds of audio in the mount before ours

    async def receive(self) -> bytes:
        """As `TitledAudio.receive`."""
        while (early := self._early()) > 0:
            pause = min(LOOK, early)
            self._source.scope.deadline += pause  # it is not the source that is silent
            await trio.sleep(pause)
        return await self._audio.receive()

    def _early(self) -> float:
        mount = self._registry.get(self._path)
        if mount is None or mount.source is not self._source:
            return 0.0
        if self._before is None:
            self._before = mount.log.media_time
        played = mount.log.media_time - self._before
        return played - AHEAD - (trio.current_time() - self._began)
