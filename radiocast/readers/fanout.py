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

import math
import select
from collections.abc import Callable, Sequence

import trio

from radiocast.config.model import ListenersConfig
from radiocast.framelog import start
from radiocast.framelog.log import FrameLog
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Registry
from radiocast.mounts.statistics import ListenerStatistics
from radiocast.readers.deadlines import Deadlines
from radiocast.readers.listener import Ending, Listener, Share, Sink, State, Visitor
from radiocast.readers.pace import Pace

PUSH_LIMIT = 256 * 1024
"""Bytes offered to one socket at a time: more than any burst, less than a queue gone wild."""

CATCH_UP = 128 * 1024
"""Bytes offered at a time to one who is behind: its socket rarely takes more. Half a second
of two megabits a second still goes at once to everybody."""

WALK_TIME = 0.004
"""Seconds of walking before other tasks get a turn. Every one of theirs may wait this long, and
a status request takes several turns."""

WALK_STEP = 32
"""Listeners between two looks at the clock."""

Ended = Callable[[Listener, Ending], None]
Shares = dict[State, Share]


class Fanout:
    """Feeds the listeners of one mount. `run` is its task; the rest are plain calls."""

    def __init__(self, mount: Mount, registry: Registry, config: ListenersConfig) -> None:
        self._mount = mount
        self._registry = registry
        self._listeners: dict[Listener, Ended] = {}
        self._leaving: dict[Listener, Fanout] = {}
        """Those who shall go on in another as soon as their decoders may."""
        self._deadlines = Deadlines()
        self._closed = False
        self._edge = 0  # where the last walk left nearly everyone, or this one will
        self._floor = mount.floor
        self._behind = False
        self._burst: tuple[tuple[float, ...], start.Start, Sequence[memoryview]] | None = None
        self._someone = trio.Event()
        self.configure(config)

    def configure(self, config: ListenersConfig) -> None:
        """New settings, from now on."""
        self._config = config
        self._pace = Pace(config.tick_min, config.tick_max)

    def join(
        self,
        sink: Sink,
        head: bytes,
        *,
        metaint: int,
        visitor: Visitor,
        ended: Ended,
        until: float = math.inf,
        intro: bytes = b"",
    ) -> Listener:
        """Add a listener and send it `head` and its burst, as far as the sink takes them.

        `ended` is called once, when the listener is no longer served: it closes the sink.
        `until`: when it has to go, in monotonic seconds. `intro`: frames it gets before the burst,
        of which then only as much is sent as the intro falls short of it.
        """
        mount = self._mount
        begin, burst = self._current_burst()
        traffic = self._registry.traffic
        traffic.listeners += 1
        mount.counts.visits += 1
        listener = Listener(
            sink,
            begin,
            mount.log,
            head=head,
            metaint=metaint,
            floor=mount.floor,
            number=visitor.number or self._registry.next_number(),
            visitor=visitor,
            until=until,
            intro=intro,
        )
        self._registry.listeners += 1
        self._add(listener, ended)
        self._serve(listener, burst)
        return listener

    def find(self, number: int) -> Listener | None:
        """The listener with this number; None: it is gone, or on another mount."""
        return next((each for each in self._listeners if each.number == number), None)

    def statistics(self, *, now: float) -> tuple[ListenerStatistics, ...]:
        """Everybody, who has listened longest first. `now` in monotonic seconds."""
        edge = self._mount.log.end
        return tuple(
            ListenerStatistics(
                number=each.number,
                ip=each.visitor.ip,
                user_agent=each.visitor.user_agent,
                user=each.visitor.user,
                connected=now - each.visitor.started,
                lag=0 if each.intro else edge - each.position,
            )
            for each in sorted(self._listeners, key=lambda each: each.number)
        )

    def end(self, listener: Listener, ending: Ending) -> None:
        """Let one listener go."""
        ended = self._listeners.pop(listener, None)
        if ended is None:
            return
        self._leaving.pop(listener, None)
        mount = self._mount
        mount.counts.listeners -= 1
        mount.counts.slow_listeners += ending is Ending.SLOW
        self._registry.listeners -= 1
        ended(listener, ending)

    def move_all(self, there: Fanout) -> None:
        """Let everyone go on with what the other mount sends from now on.

        Each first gets what its socket still takes of this mount, up to a place where its
        decoder may leave it; where the source has not sent that yet, it is waited for. The
        other mount's burst is not sent: what is in the players' buffers stays there.
        """
        self._end_who_cannot_follow()
        for listener in list(self._listeners):
            self._serve(listener, self._mount.log.read(listener.position, PUSH_LIMIT))
            if listener in self._listeners:  # its socket may just have said that it is gone
                self._leaving[listener] = there
        self._move_who_may_leave()

    def end_all(self, ending: Ending) -> None:
        """Let everyone go, with what their sockets still take of the log; the mount is over."""
        self._closed = True
        self._end_who_cannot_follow()
        for listener in list(self._listeners):
            self._serve(listener, self._mount.log.read(listener.position, PUSH_LIMIT))
            self.end(listener, ending)

    async def run(self) -> None:
        """Feed listeners for ever."""
        while True:
            if not self._listeners:
                self._someone = trio.Event()
                await self._someone.wait()
            walked = trio.current_time()
            due = walked + self._pace.tick(self._registry.listeners)
            await self._walk()
            await self._wait(due)

    async def _wait(self, due: float) -> None:
        """Until the next walk: there is something to send, and it is `due`."""
        someones = self._deadlines.next_look
        patience = due if self._behind else trio.current_time() + self._config.idle_sweep
        with trio.move_on_at(min(patience, someones)) as idle:
            await self._mount.log.wait_past(self._edge)
        counts, now = self._mount.counts, trio.current_time()
        counts.tick_lag = 0.0
        if now < due:  # where few listen, the source is slower: then this is one wake-up less
            await trio.sleep_until(due)
            counts.tick_lag = trio.current_time() - due
        self._end_whose_time_is_up()
        if idle.cancelled_caught and not self._behind and idle.deadline < someones:
            self._sweep()

    def _move_who_may_leave(self) -> None:
        mount = self._mount
        for listener, there in list(self._leaving.items()):
            if listener.intro:
                continue
            if there._closed or listener.position < mount.log.oldest:
                del self._leaving[listener]
                continue
            rest = start.rest_of_packet(mount.log, listener.position)
            if rest is None and mount.source is None:  # there will be no more of it
                rest = bytes(start.rest_of_frame(mount.log, listener.position))
            if rest is None:
                continue
            ended = self._listeners.pop(listener)
            del self._leaving[listener]
            mount.counts.listeners -= 1
            there._welcome(listener, ended, rest, mount.log)

    def _welcome(self, listener: Listener, ended: Ended, rest: bytes, before: FrameLog) -> None:
        """Take over a listener that gets `rest` of another mount's log and then ours."""
        log, floor = self._mount.log, self._mount.floor
        begin = start.at_burst(log, 0, not_before=floor)
        listener.skip_to(start.coming_from(before, listener.position, log, begin), rest)
        listener.floor = floor
        self._add(listener, ended)

    def _add(self, listener: Listener, ended: Ended) -> None:
        self._listeners[listener] = ended
        self._deadlines.expect(listener.until)
        counts = self._mount.counts
        counts.listeners += 1
        counts.listener_peak = max(counts.listener_peak, counts.listeners)
        self._someone.set()

    async def _walk(self) -> None:
        """Offer everyone what was there when the walk began."""
        if self._leaving:
            self._move_who_may_leave()
        edge, self._edge = self._edge, self._mount.log.end
        self._behind = False
        views = self._views(edge)
        shares: Shares = {}
        members = list(self._listeners)
        pause = trio.current_time() + WALK_TIME
        for at in range(0, len(members), WALK_STEP):
            self._end_who_cannot_follow()
            self._serve_some(members[at : at + WALK_STEP], edge, views, shares)
            if (now := trio.current_time()) > pause:
                await trio.lowlevel.checkpoint()
                # A rush of newcomers gets most of us, not all: the crowd must not starve.
                pause = (later := trio.current_time()) + max(WALK_TIME, (later - now) / 3)

    def _serve_some(
        self, some: list[Listener], edge: int, views: Sequence[memoryview], shares: Shares
    ) -> None:
        """Nearly all stand at `edge`, where the last walk ended, and get the same bytes as all
        others whose metadata is due at the same byte. This loop is what a listener costs."""
        members, served = self._listeners, 0
        for listener in some:
            if listener not in members:
                continue
            if listener.position != edge or listener.owed or not views:
                self._serve(listener, self._views(listener.position))
                continue
            state = listener.state
            share = shares.get(state)
            if share is None:
                share = shares[state] = listener.share(views, self._mount.log)
            try:
                sent = listener.send(share.data)
            except BlockingIOError:
                self._look_after(listener)
                continue
            except OSError:
                self.end(listener, Ending.LEFT)
                continue
            served += sent
            listener.bytes_sent += sent
            if sent == share.size:
                listener.position = share.end
                listener.state = share.state
            else:
                listener.account(share.pieces, sent, self._mount.log)
                self._look_after(listener)
        self._mount.counts.bytes_sent += served

    def _views(self, position: int) -> Sequence[memoryview]:
        """What there is from `position` to the edge of this walk: one view where many stand."""
        log = self._mount.log
        left = self._edge - position
        if left <= 0 or position < log.oldest:
            return ()
        views = log.read(position, min(left, CATCH_UP))
        return views if left > CATCH_UP else _joined(views)

    def _end_who_cannot_follow(self) -> None:
        """Let those go who listened before the mount's floor rose."""
        if self._floor == self._mount.floor:
            return
        self._floor = self._mount.floor
        for listener in list(self._listeners):
            if listener.floor != self._floor:
                self.end(listener, Ending.CHANGED)

    def _end_whose_time_is_up(self) -> None:
        for listener in self._deadlines.over(self._listeners, now=trio.current_time()):
            self.end(listener, Ending.TIME_IS_UP)

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
        """Offer one listener what it is owed, and `views` from its position on."""
        if listener.intro:
            self._introduce(listener)
            return
        if listener.position < self._mount.log.oldest:
            self._too_far_behind(listener)
            return
        try:
            self._mount.counts.bytes_sent += listener.push(views, self._mount.log)
        except OSError:
            self.end(listener, Ending.LEFT)
            return
        if listener.owed or listener.position < self._edge or listener.sink.holds_back:
            self._look_after(listener)

    def _introduce(self, listener: Listener) -> None:
        """Go on with its intro; when that is over, let it into the stream."""
        mount, log = self._mount, self._mount.log
        self._behind = True
        try:
            mount.counts.bytes_sent += listener.push((), log)
        except OSError:
            self.end(listener, Ending.LEFT)
            return
        if listener.intro:
            behind = log.end - listener.origin - listener.bytes_sent
            if behind > mount.config.burst + mount.config.queue:
                self.end(listener, Ending.SLOW)
        else:
            size = max(0, mount.config.burst - listener.bytes_sent)
            seconds = mount.config.burst_time if size else 0.0
            begin = start.at_burst(log, size, seconds, not_before=mount.floor)
            listener.skip_to(begin, b"")
            self._serve(listener, log.read(begin.position, PUSH_LIMIT))

    def _look_after(self, listener: Listener) -> None:
        """It did not take everything: try again soon, unless it is too late already."""
        mount = self._mount
        self._behind = True
        if mount.log.end - listener.position > mount.config.burst + mount.config.queue:
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
        """While nothing is sent, nothing fails: look who hung up all the same.

        And what sinks hold back, which the next `send` would have taken along, must go.
        """
        for listener in [each for each in self._listeners if each.sink.holds_back]:
            self._serve(listener, ())
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
