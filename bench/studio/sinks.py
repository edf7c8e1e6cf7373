"""Where the sound goes: it is read, counted and thrown away."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

READ_SIZE = 1 << 16
STEP = 0.2
"""Seconds between two looks: few, so that reading costs nobody anything."""
PATIENCE = 20.0
"""Seconds until a listener is answered."""


class _Reader:
    """A thread that reads from descriptors. `came` has the bytes by name."""

    def __init__(self) -> None:
        self.came: Counter[str] = Counter()
        self._names: dict[int, str] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read, name="sink", daemon=True)

    def start(self, names: dict[int, str]) -> None:
        self._names = names
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._over.wait(STEP):
            for descriptor, name in self._names.items():
                with suppress(BlockingIOError, ConnectionError):
                    while data := os.read(descriptor, READ_SIZE):
                        self.came[name] += len(data)


class Drain:
    """Pipes in the file system that somebody else writes to."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self._paths = paths
        self._reader = _Reader()
        self._descriptors: dict[int, str] = {}

    @property
    def came(self) -> Counter[str]:
        return self._reader.came

    def __enter__(self) -> Self:
        for name, path in self._paths.items():
            os.mkfifo(path)
            self._descriptors[os.open(path, os.O_RDONLY | os.O_NONBLOCK)] = name
        self._reader.start(self._descriptors)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reader.stop()
        for descriptor in self._descriptors:
            os.close(descriptor)


class Listeners:
    """One listener on each mount of a server on this machine. Waits until all are served."""

    def __init__(self, port: int, paths: Mapping[str, str]) -> None:
        self._port, self._paths = port, paths
        self._reader = _Reader()
        self._sockets: list[socket.socket] = []

    @property
    def came(self) -> Counter[str]:
        return self._reader.came

    def __enter__(self) -> Self:
        names = {}
        for name, path in self._paths.items():
            sock = self._join(path)
            sock.setblocking(False)
            self._sockets.append(sock)
            names[sock.fileno()] = name
        self._reader.start(names)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reader.stop()
        for sock in self._sockets:
            sock.close()

    def _join(self, path: str) -> socket.socket:
        """A mount is there when its source is: until then the answer is no."""
        deadline = time.monotonic() + PATIENCE
        while True:
            sock = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE)
            sock.sendall(f"GET {path} HTTP/1.0\r\nUser-Agent: bench\r\n\r\n".encode())
            answer = sock.recv(READ_SIZE)
            if b" 200 " in answer.partition(b"\r\n")[0]:
                return sock
            sock.close()
            if time.monotonic() > deadline:
                raise TimeoutError(f"{path}: {answer[:200]!r}")
            time.sleep(STEP)
