"""Commands on their way to the worker, in their order: what it may owe and what it may not."""

from __future__ import annotations

from collections import deque

from radiocast.studio.commands import Command, LiveAudio
from radiocast.studio.messages import to_message
from radiocast.studio.wire import MAX_TAIL, pack

MAX_COMMANDS = 1024
"""Commands that wait for a worker that does not read; then it counts as lost."""
MAX_LIVE_BYTES = 1 << 20
"""Live audio that waits for the worker; more is dropped, oldest first."""


class Outbox:
    """Packed commands. Live audio is bounded by its bytes, all else by number."""

    def __init__(self) -> None:
        self.live_bytes = 0
        """Live audio in here."""
        self._waiting: deque[tuple[bytes, bool]] = deque()  # and whether it is live audio
        self._commands = 0

    @property
    def commands(self) -> int:
        """How many wait, without live audio."""
        return self._commands

    def put(self, command: Command) -> bool:
        """Append. False: there is no room, so nobody reads."""
        if isinstance(command, LiveAudio):
            for start in range(0, len(command.data), MAX_TAIL):
                self._put_live(LiveAudio(command.id, command.data[start : start + MAX_TAIL]))
            return True
        if self._commands == MAX_COMMANDS:
            return False
        self._commands += 1
        self._waiting.append((pack(to_message(command)), False))
        return True

    def take(self) -> bytes:
        """All that waits."""
        data = b"".join(each for each, _ in self._waiting)
        self.clear()
        return data

    def clear(self) -> None:
        """Forget it all: it was for a worker that is lost."""
        self._waiting.clear()
        self._commands = self.live_bytes = 0

    def _put_live(self, command: LiveAudio) -> None:
        data = pack(to_message(command))
        self._waiting.append((data, True))
        self.live_bytes += len(data)
        if self.live_bytes > MAX_LIVE_BYTES:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        kept: deque[tuple[bytes, bool]] = deque()
        newest = self._waiting.pop()
        for data, is_live in self._waiting:
            if is_live and self.live_bytes > MAX_LIVE_BYTES:
                self.live_bytes -= len(data)
            else:
                kept.append((data, is_live))
        self._waiting = kept
        self._waiting.append(newest)
