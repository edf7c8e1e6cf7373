"""The limit of the approach: accept listeners, and at each tick `send` the same block to each.

No requests are understood, nobody is counted, nothing is logged, a listener that is full misses
the block. What a real server costs above this is what its features cost.
"""

from __future__ import annotations

import argparse
import select
import socket
import time
from pathlib import Path

from bench.fanout.clip import CODECS, Clip, load

HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: %b\r\n\r\n"
BURST = 65536  # bytes


class BareLoop:
    """A server of one clip. `serve` runs until the process is ended."""

    def __init__(self, port: int, clip: Clip, content_type: str, tick: float) -> None:
        self._clip = clip
        self._head = HEAD % content_type.encode()
        self._tick = tick
        self._listener = socket.create_server(("127.0.0.1", port), backlog=4096)
        self._listener.setblocking(False)
        self._epoll = select.epoll()
        self._epoll.register(self._listener, select.EPOLLIN)
        self._asking: dict[int, socket.socket] = {}
        self._listening: list[socket.socket] = []
        self._start = time.monotonic() - 2 * BURST / clip.rate  # a burst has been played already
        self._sent = clip.position_at(time.monotonic() - self._start)

    def serve(self) -> None:
        due = time.monotonic() + self._tick
        while True:
            for fileno, _ in self._epoll.poll(max(0.0, due - time.monotonic())):
                if fileno == self._listener.fileno():
                    self._accept()
                else:
                    self._answer(self._asking.pop(fileno))
            if time.monotonic() >= due:
                due += self._tick
                self._walk()

    def _accept(self) -> None:
        for _ in range(64):
            try:
                peer, _ = self._listener.accept()
            except BlockingIOError:
                return
            peer.setblocking(False)
            self._asking[peer.fileno()] = peer
            self._epoll.register(peer, select.EPOLLIN)

    def _answer(self, peer: socket.socket) -> None:
        self._epoll.unregister(peer)
        try:
            peer.recv(4096)
            peer.send(self._head + self._clip.between(self._sent - BURST, self._sent))
        except OSError:
            peer.close()
            return
        self._listening.append(peer)

    def _walk(self) -> None:
        position = self._clip.position_at(time.monotonic() - self._start)
        block = self._clip.between(self._sent, position)
        self._sent = position
        gone = set()
        for peer in self._listening:
            try:
                peer.send(block)
            except BlockingIOError:
                continue
            except OSError:
                gone.add(peer)
        if gone:
            self._listening = [peer for peer in self._listening if peer not in gone]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tick", type=float, default=0.5, help="seconds")
    parser.add_argument("--format", choices=CODECS, default="mp3")
    parser.add_argument("clip", type=Path)
    options = parser.parse_args()
    codec = CODECS[options.format]
    clip = load(codec, options.clip)
    BareLoop(options.port, clip, codec.content_type, options.tick).serve()


if __name__ == "__main__":
    main()
