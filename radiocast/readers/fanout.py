"""The fan-out: one task feeds all listeners of a mount.

Theory of operation. A listener costs a socket and a cursor. At each tick the
fan-out walks its listeners and calls non-blocking `send` with views of the log
that all who stand at the same position share; nearly all stand at the edge of
the last tick. A socket that is full keeps its place and is tried again at the
next tick, and nobody waits for it. Whoever falls further behind than the mount
tolerates is dropped, or moved to the live edge at a frame border. Disconnects
show up as errors of `send`, and while nothing is sent a sweep looks for them.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Sequence

import trio

from radiocast.config.model import ListenersConfig
from radiocast.framelog import start
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Registry
from radiocast.readers.listener import Ending, Listener, Sink
from radiocast.readers.pace import Pace

PUSH_LIMIT = 256 * 1024
"""Bytes offered to one socket at a time: more than any burst, less than a queue gone wild."""

CATCH_UP = 64 * 1024
"""Bytes offered at a time to one who is behind: its socket rarely takes more."""

WALK_SLICE = 256
"""Listeners served before other tasks get a turn: about 2 ms of `send`."""

Ended = Callable[[Listener, Ending], None]


class Fanout:
    """Feeds the listeners of one mount. `run` is its task; the rest are plain calls."""

    def __init__(self, mount: Mount, registry: Registry, config: ListenersConfig) -> None:
        self._mount = mount
        self._registry = registry
        self._listeners: dict[Listener, Ended] = {}
        self._edge = 0  # nearly everyone was served up to here, or further, by the last walk
        self._behind = False
        self._burst: tuple[tuple[float, ...], start.Start, Sequence[memoryview]] | None = None
        self._someone = trio.Event()
        self.configure(config)

    def configure(self, config: ListenersConfig) -> None:
        """New settings, from now on."""
        self._config = config
        self._pace = Pace(config.tick_min, config.tick_max)

    def join(self, sink: Sink, head: bytes, *, metaint: int, ended: Ended) -> Listener:
        """Add a listener and send it `head` and its burst, as far as the sink takes them.

        `ended` is called once, when the listener is no longer served: it closes the sink.
        """
        mount = self._mount
        begin, burst = self._current_burst()
        listener = Listener(sink, begin, mount.log, head=head, metaint=metaint, floor=mount.floor)
        self._listeners[listener] = ended
        mount.counts.listeners += 1
        mount.counts.listener_peak = max(mount.counts.listener_peak, mount.counts.listeners)
        self._registry.listeners += 1
        self._someone.set()
        self._serve(listener, burst)
        return listener

    def end(self, listener: Listener, ending: Ending) -> None:
        """Let one listener go."""
        ended = self._listeners.pop(listener, None)
        if ended is None:
            return
        mount = self._mount
        mount.counts.listeners -= 1
        mount.counts.slow_listeners += ending is Ending.SLOW
        self._registry.listeners -= 1
        ended(listener, ending)

    def end_all(self, ending: Ending) -> None:
        """Let everyone go, with what their sockets still take of the log."""
        for listener in list(self._listeners):
            self._serve(listener, self._mount.log.read(listener.position, PUSH_LIMIT))
            self.end(listener, ending)

    async def run(self) -> None:
        """Feed listeners for ever."""
        while True:
            if not self._listeners:
                self._someone = trio.Event()
                await self._someone.wait()
            tick = self._pace.tick(self._registry.listeners)
            walked = trio.current_time()
            await self._walk()
            edge = self._mount.log.end
            await trio.sleep_until(walked + tick)
            patience = tick if self._behind else self._config.idle_sweep
            with trio.move_on_after(patience) as idle:
                await self._mount.log.wait_past(edge)
            if idle.cancelled_caught and not self._behind:
                self._sweep()

    async def _walk(self) -> None:
        """Offer everyone what came since it was last served."""
        log = self._mount.log
        self._behind = False
        edge = end = log.end
        shared: dict[int, Sequence[memoryview]] = {}
        for count, listener in enumerate(list(self._listeners), start=1):
            if count % WALK_SLICE == 0:
                await trio.lowlevel.checkpoint()
                if log.end != end:  # views made before lack what came meanwhile
                    shared.clear()
                    end = log.end
            if listener not in self._listeners:
                continue
            views = shared.get(listener.position)
            if views is None:
                views = shared[listener.position] = self._views(listener.position)
            self._serve(listener, views)
        self._edge = edge

    def _views(self, position: int) -> Sequence[memoryview]:
        log = self._mount.log
        if position < self._edge:
            return log.read(position, CATCH_UP)
        return _joined(log.read(position, PUSH_LIMIT))

    def _current_burst(self) -> tuple[start.Start, Sequence[memoryview]]:
        """Where a listener starts now, and its burst: the same for all until the next block."""
        mount = self._mount
        size, seconds = mount.config.burst, mount.config.burst_time
        key = (mount.log.end, mount.floor, size, seconds)
        if self._burst is None or self._burst[0] != key:
            begin = start.at_burst(mount.log, size, seconds, not_before=mount.floor)
            self._burst = (key, begin, _joined(mount.log.read(begin.position, PUSH_LIMIT)))
        return self._burst[1:]

    def _serve(self, listener: Listener, views: Sequence[memoryview]) -> None:
        log = self._mount.log
        if listener.floor != self._mount.floor:
            self.end(listener, Ending.CHANGED)
            return
        if listener.position < log.oldest:
            self._too_far_behind(listener)
            return
        before = listener.bytes_sent
        try:
            if not listener.push(views, log) or listener.position < log.end:
                self._behind = True
        except OSError:
            self.end(listener, Ending.LEFT)
            return
        self._mount.counts.bytes_sent += listener.bytes_sent - before
        if log.end - listener.position > self._mount.config.burst + self._mount.config.queue:
            self._too_far_behind(listener)

    def _too_far_behind(self, listener: Listener) -> None:
        if self._config.behind == "drop" or listener.is_stuck:
            self.end(listener, Ending.SLOW)
            return
        mount = self._mount
        rest = start.rest_of_frame(mount.log, listener.position)
        begin, _ = self._current_burst()
        listener.skip_to(begin, rest)
        mount.counts.slow_listeners += 1
        self._behind = True

    def _sweep(self) -> None:
        """While nothing is sent, nothing fails: look who hung up all the same."""
        poll = select.poll()
        waiting = {}
        for listener in self._listeners:
            number = listener.sink.fileno()
            poll.register(number, select.POLLRDHUP)
            waiting[number] = listener
        for number, _ in poll.poll(0):
            self.end(waiting[number], Ending.LEFT)


def _joined(views: Sequence[memoryview]) -> Sequence[memoryview]:
    """One copy for the many who stand at one place is cheaper than a vector of blocks for each."""
    return views if len(views) < 2 else [memoryview(b"".join(views))]
