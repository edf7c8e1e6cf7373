"""A DJ who goes live: sends a show in real time, and ends it in one of many ways."""

from __future__ import annotations

import struct
from base64 import b64encode
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from socket import SO_LINGER, SOL_SOCKET

import trio

from tests.clients.shows import Show
from tests.clients.status import set_title


class Ending(Enum):
    """How a show ends."""

    CLOSE = auto()
    RESET = auto()
    """What a crash or a NAT does: no goodbye but a reset."""
    STALL = auto()
    """Nothing more comes on a connection that stays open."""


@dataclass(slots=True)
class Diary:
    """When what happened, on trio's clock."""

    connected: float = 0.0
    over: float = 0.0
    """When the last byte was sent, unless somebody knows better."""
    hung_up: trio.Event = field(default_factory=trio.Event)
    """The station closed the connection."""


@dataclass(frozen=True, slots=True)
class Said:
    """A title, and where in the show it is said: before the sound at so many seconds is sent."""

    before: float
    title: str


async def go_live(
    port: int,
    path: str,
    show: Show,
    diary: Diary,
    ending: Ending = Ending.CLOSE,
    patience: float = 3.0,
    *,
    user: str = "source",
    password: str = "sesame",
    hold: float = 0.0,
    says: Sequence[Said] = (),
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Send the show as it is spoken, from `hold` seconds after the connection on.

    What the DJ `says` is said in order with the sound, however late both may be. A stalled
    connection is kept for `patience` seconds. The station may hang up first.
    """
    async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
        await stream.send_all(_put(path, show.format.content_type, user, password))
        reply = await stream.receive_some()
        assert b" 200 " in reply.split(b"\r\n")[0], reply
        diary.connected = began = trio.current_time()
        task_status.started()
        unsaid = deque(says)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_watch, stream, diary)
            try:
                for piece in show.pieces:
                    while unsaid and unsaid[0].before <= piece.due:
                        await set_title(port, path, unsaid.popleft().title)
                    await trio.sleep_until(began + hold + piece.due)
                    await stream.send_all(piece.data)
                diary.over = diary.over or trio.current_time()
            except trio.BrokenResourceError:
                diary.hung_up.set()
            await _end(stream, diary, ending, patience)
            nursery.cancel_scope.cancel()


async def _watch(stream: trio.SocketStream, diary: Diary) -> None:
    try:
        while await stream.receive_some():
            pass
    except trio.BrokenResourceError:
        pass
    diary.hung_up.set()


async def _end(stream: trio.SocketStream, diary: Diary, ending: Ending, patience: float) -> None:
    match ending:
        case Ending.CLOSE:
            pass
        case Ending.RESET:
            await trio.sleep(READ_WITHIN)
            stream.socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        case Ending.STALL:
            with trio.move_on_after(patience):
                await diary.hung_up.wait()


READ_WITHIN = 0.05
"""Seconds in which the station has read all: what it has not, a reset throws away."""


def _put(path: str, content_type: str, user: str, password: str) -> bytes:
    credentials = b64encode(f"{user}:{password}".encode()).decode()
    lines = (f"PUT {path} HTTP/1.1", f"Authorization: Basic {credentials}")
    return "\r\n".join((*lines, f"Content-Type: {content_type}", "", "")).encode()
