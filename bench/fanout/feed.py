"""One process that feeds every mount the same clip at the pace of a live encoder."""

from __future__ import annotations

import base64
import multiprocessing
import signal
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from bench.fanout.clip import CODECS, load

TICK = 0.05  # seconds between two sends of a single encoder
TIMEOUT = 10.0  # seconds a server may take to let a source in, or to take its bytes
SLOW_FROM = 50  # sources: with more the tick is a fifth of a second, or feeding would be the load


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a source connects, and as whom."""

    host: str
    port: int
    path: str
    user: str
    password: str

    @property
    def authorization(self) -> str:
        return base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


class FeedError(Exception):
    """A server refused the source, or stopped reading from it."""


class Feeder:
    """Feeds mounts from entry to exit. Raises FeedError where a source is not let in."""

    def __init__(self, mounts: Sequence[Mount], format_name: str, clip: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._conn, theirs = context.Pipe()
        self._process = context.Process(
            target=_run, args=(theirs, list(mounts), format_name, clip), daemon=True
        )
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        self.check(TIMEOUT * 3)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._conn.close()
        self._process.join(5)
        self._process.kill()

    def check(self, wait: float = 0.0) -> None:
        """Raise FeedError if a source was refused or thrown out by now; wait for news if told."""
        if self._conn.poll(wait):
            try:
                problem: str = self._conn.recv()
            except EOFError:
                problem = "the feeder ended"
            if problem:
                raise FeedError(problem)
        elif wait:
            raise FeedError("no source was let in")


def set_title(mount: Mount, title: str) -> None:
    """Change a mount's title as encoders do. Raises FeedError where the server will not."""
    path = f"/admin/metadata?mode=updinfo&mount={quote(mount.path)}&song={quote(title)}"
    with socket.create_connection((mount.host, mount.port), TIMEOUT) as sock:
        sock.sendall(
            f"GET {path} HTTP/1.0\r\nAuthorization: Basic {mount.authorization}\r\n\r\n".encode()
        )
        answer = sock.recv(4096)
    if b" 200 " not in answer[:16]:
        raise FeedError(f"title refused: {answer[:60]!r}")


def connected(mount: Mount, content_type: str) -> socket.socket:
    """A source that was let in. Raises FeedError if it was not, OSError where nobody listens."""
    sock = socket.create_connection((mount.host, mount.port), TIMEOUT)
    head = (
        f"PUT {mount.path} HTTP/1.1\r\nHost: {mount.host}:{mount.port}\r\n"
        f"Authorization: Basic {mount.authorization}\r\nUser-Agent: bench-source\r\n"
        f"Content-Type: {content_type}\r\nIce-Name: Bench\r\nIce-Public: 0\r\n"
        "Ice-Bitrate: 128\r\nExpect: 100-continue\r\n\r\n"
    )
    sock.sendall(head.encode())
    answer = sock.recv(4096)
    if b" 100 " not in answer[:16] and b" 200 " not in answer[:16]:
        sock.close()
        raise FeedError(f"{mount.path} refused: {answer[:60]!r}")
    return sock


def _run(conn: Connection, mounts: list[Mount], format_name: str, path: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # our parent tells us when to end
    codec = CODECS[format_name]
    clip = load(codec, path)
    try:
        socks = [connected(mount, codec.content_type) for mount in mounts]
        conn.send("")
        tick = TICK if len(socks) < SLOW_FROM else 0.2
        start = time.monotonic()
        sent = 0
        due = start
        while not conn.poll(max(0.0, due - time.monotonic())):
            due += tick
            position = clip.position_at(time.monotonic() - start)
            piece = clip.between(sent, position) if position > sent else b""
            sent = position
            for sock in socks:
                sock.sendall(piece)
    except (FeedError, OSError) as exc:
        conn.send(f"source: {exc}")
