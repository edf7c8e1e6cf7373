"""One load generator: a loop over epoll that holds thousands of listeners."""

from __future__ import annotations

import errno
import gc
import select
import signal
import socket
import ssl
import time
from array import array
from collections import deque
from dataclasses import dataclass
from enum import IntEnum
from multiprocessing.connection import Connection

from bench.fanout import secure
from bench.fanout.commands import (
    CloseWindow,
    Command,
    Join,
    Joined,
    OpenWindow,
    TakeSamples,
    Target,
)
from bench.fanout.figures import Window
from bench.fanout.limits import PER_PROCESS, raise_descriptors, source_address

IN_FLIGHT = 64  # joins at a time where no rate is given: a crowd, though a small one
JOIN_TIMEOUT = 15.0  # seconds until a listener without a byte has failed
MAX_HEAD = 16384  # bytes
MAX_SAMPLE = 4 << 20  # bytes kept of one sampled listener
SCRATCH = 1 << 20  # bytes one receive may discard
BATCH = 512  # events per look at the clock: a few milliseconds


class State(IntEnum):
    """What a descriptor is to us. Kept in a bytearray."""

    FREE = 0
    AUDIO = 1
    ASKING = 2
    SAMPLED = 3


@dataclass(slots=True)
class Asking:
    """A listener between `connect` and its first audio byte."""

    since: float
    request: bytes
    """Empty once sent."""
    greeted: bool
    """Whether the TLS handshake is done, or none is wanted."""
    head: bytes = b""


class Swarm:
    """The listeners of one process, indexed by descriptor. Times are `time.perf_counter`'s."""

    def __init__(self, conn: Connection, number: int) -> None:
        size = raise_descriptors()
        self._conn = conn
        self._epoll = select.epoll()
        self._epoll.register(conn.fileno(), select.EPOLLIN)
        self._made = number * PER_PROCESS  # listeners so far: says which address is next
        self._socks: list[socket.socket | None] = [None] * size
        self._state = bytearray(size)
        self._last = array("d", bytes(8 * size))
        self._longest = array("d", bytes(8 * size))
        self._received = array("q", bytes(8 * size))
        self._asking: dict[int, Asking] = {}
        self._heard: dict[int, bytearray] = {}
        self._leaving: deque[tuple[float, socket.socket]] = deque()
        self._window_start = 0.0
        self._receives = 0
        self._lost = 0
        self._scratch = bytearray(SCRATCH)
        self._tls = secure.trusting_context()
        self._join: Join | None = None
        self._join_start = 0.0
        self._join_made = 0
        self._sample = 0
        self._result = Joined(0.0, [])
        self._late = 0.0

    def serve(self) -> None:
        """Obey the controller until it closes the pipe."""
        pipe = self._conn.fileno()
        while True:
            for fileno, _ in self._step():
                if fileno == pipe:
                    try:
                        self._obey(self._conn.recv())
                    except EOFError:
                        return
                else:
                    self._look_after(fileno)
            if self._join is not None:
                self._bring(self._join)
            if self._leaving:
                self._see_off()

    def _step(self) -> list[tuple[int, int]]:
        """Receive for all that play; return the events of the others."""
        busy = self._join is not None or self._leaving
        events = self._epoll.poll(0.001 if busy else 0.25, BATCH)
        now = time.perf_counter()
        state, socks, scratch = self._state, self._socks, self._scratch
        last, longest, received = self._last, self._longest, self._received
        others = []
        for event in events:
            fileno = event[0]
            if state[fileno] != 1:  # State.AUDIO, without the look-up
                others.append(event)
                continue
            try:
                count = socks[fileno].recv_into(scratch, 0, socket.MSG_TRUNC)  # type: ignore[union-attr]
            except OSError:
                count = 0
            if not count:
                self._lose(fileno)
                continue
            gap = now - last[fileno]
            last[fileno] = now
            if gap > longest[fileno]:
                longest[fileno] = gap
            received[fileno] += count
        self._receives += len(events) - len(others)
        return others

    def _obey(self, command: Command) -> None:
        match command:
            case Join():
                self._join, self._join_made = command, 0
                self._sample = command.sampled
                self._join_start = time.perf_counter()
                self._result, self._late = Joined(0.0, []), 0.0
            case OpenWindow():
                size = len(self._state)
                self._longest = array("d", bytes(8 * size))
                self._received = array("q", bytes(8 * size))
                self._receives = self._lost = 0
                self._window_start = time.perf_counter()
                self._conn.send("open")
            case CloseWindow():
                self._conn.send(self._window())
            case TakeSamples():
                self._conn.send([bytes(heard) for heard in self._heard.values()])
                for fileno in self._heard:
                    self._play(fileno)
                self._heard.clear()

    def _window(self) -> Window:
        now = time.perf_counter()
        playing = [
            fileno
            for fileno, state in enumerate(self._state)
            if state in (State.AUDIO, State.SAMPLED)
        ]
        return Window(
            now - self._window_start,
            [max(self._longest[fileno], now - self._last[fileno]) for fileno in playing],
            [self._received[fileno] for fileno in playing],
            self._receives,
            self._lost,
        )

    def _bring(self, join: Join) -> None:
        """Connect whoever is due, give up on whoever waits too long, report when all are in."""
        now = time.perf_counter()
        if join.rate is None:
            due = min(join.count, self._join_made + IN_FLIGHT - len(self._asking))
        else:
            due = min(join.count, 1 + int((now - self._join_start) * join.rate))
            if self._join_made < due:
                behind = now - self._join_start - self._join_made / join.rate
                self._late = max(self._late, behind)
        while self._join_made < due:
            self._connect(join.targets[self._join_made % len(join.targets)])
            self._join_made += 1
        while self._asking:
            oldest = next(iter(self._asking))  # they are in the order they came
            if now - self._asking[oldest].since < JOIN_TIMEOUT:
                break
            self._fail(oldest, "timed out")
        if self._join_made == join.count and not self._asking:
            done = self._result
            self._conn.send(
                Joined(now - self._join_start, done.first_bytes, done.failed, self._late)
            )
            self._join = None

    def _connect(self, target: Target) -> None:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        fileno = sock.fileno()
        since = time.perf_counter()
        try:
            if target.host.startswith("127."):
                # The port is chosen at connect, where only the pair of addresses must be unique.
                sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
                sock.bind((source_address(self._made), 0))
            self._made += 1
            sock.connect((target.host, target.port))
        except BlockingIOError:
            pass
        except OSError as exc:
            sock.close()
            self._result.failed.append(_reason(exc))
            return
        self._socks[fileno] = sock
        self._state[fileno] = State.ASKING
        self._asking[fileno] = Asking(since, target.request, not target.tls)
        self._epoll.register(fileno, select.EPOLLOUT)

    def _look_after(self, fileno: int) -> None:
        """An event of a listener that is not simply playing."""
        sock = self._socks[fileno]
        if sock is None:
            return
        asking = self._asking.get(fileno)
        try:
            if asking is not None and not asking.greeted:
                self._shake_hands(fileno, asking)
                return
            if asking is not None and asking.request:
                asking.request = asking.request[sock.send(asking.request) :]
                if not asking.request:
                    self._epoll.modify(fileno, select.EPOLLIN)
                return
            data = sock.recv(SCRATCH)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError as exc:
            self._end(fileno, _reason(exc))
            return
        if not data:
            self._end(fileno, "closed")
        elif asking is not None:
            self._read_head(fileno, asking, data)
        else:
            self._hear(fileno, data)

    def _shake_hands(self, fileno: int, asking: Asking) -> None:
        sock = self._socks[fileno]
        assert sock is not None
        if not isinstance(sock, ssl.SSLSocket):
            sock = self._tls.wrap_socket(sock, do_handshake_on_connect=False)
            self._socks[fileno] = sock
        wanted = secure.shake_hands(sock)
        asking.greeted = not wanted
        self._epoll.modify(fileno, wanted or select.EPOLLOUT)

    def _read_head(self, fileno: int, asking: Asking, data: bytes) -> None:
        asking.head += data
        head, found, audio = asking.head.partition(b"\r\n\r\n")
        if not found:
            if len(asking.head) > MAX_HEAD:
                self._fail(fileno, "endless head")
            return
        if b" 200 " not in head[:16]:
            self._fail(fileno, head.partition(b"\r\n")[0].decode("latin-1"))
            return
        if not audio:
            return
        now = time.perf_counter()
        del self._asking[fileno]
        self._result.first_bytes.append(now - asking.since)
        self._last[fileno] = now
        self._longest[fileno] = 0.0
        self._received[fileno] = len(audio)
        if self._sample:
            self._sample -= 1
            self._state[fileno] = State.SAMPLED
            self._heard[fileno] = bytearray(audio)
        else:
            self._play(fileno)
        if self._join is not None and self._join.stay is not None:
            sock = self._socks[fileno]
            assert sock is not None
            self._leaving.append((now + self._join.stay, sock))

    def _play(self, fileno: int) -> None:
        """From now on only count what it hears: over TLS, without looking at it."""
        self._state[fileno] = State.AUDIO
        sock = self._socks[fileno]
        if isinstance(sock, ssl.SSLSocket):
            self._socks[fileno] = secure.unwrapped(sock)

    def _hear(self, fileno: int, data: bytes) -> None:
        now = time.perf_counter()
        self._receives += 1
        self._longest[fileno] = max(self._longest[fileno], now - self._last[fileno])
        self._last[fileno] = now
        self._received[fileno] += len(data)
        heard = self._heard[fileno]
        if len(heard) < MAX_SAMPLE:
            heard += data

    def _see_off(self) -> None:
        now = time.perf_counter()
        while self._leaving and self._leaving[0][0] <= now:
            _, sock = self._leaving.popleft()
            if sock.fileno() >= 0:
                self._close(sock.fileno())

    def _end(self, fileno: int, reason: str) -> None:
        if fileno in self._asking:
            self._fail(fileno, reason)
        else:
            self._lose(fileno)

    def _fail(self, fileno: int, reason: str) -> None:
        del self._asking[fileno]
        self._result.failed.append(reason)
        self._close(fileno)

    def _lose(self, fileno: int) -> None:
        self._lost += 1
        self._close(fileno)

    def _close(self, fileno: int) -> None:
        sock = self._socks[fileno]
        assert sock is not None
        self._socks[fileno] = None
        self._state[fileno] = State.FREE
        self._heard.pop(fileno, None)
        sock.close()


def _reason(exc: OSError) -> str:
    if isinstance(exc, ssl.SSLError):  # its errno is a number of OpenSSL's
        return str(exc)
    return errno.errorcode.get(exc.errno or 0, str(exc))


IP_BIND_ADDRESS_NO_PORT = 24  # from linux/in.h; the socket module has no name for it


def run(conn: Connection, number: int) -> None:
    """The body of a load generator's process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # our parent tells us when to end
    gc.disable()  # nothing here makes cycles, and a collection would look like a gap
    Swarm(conn, number).serve()
