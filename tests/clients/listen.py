"""The plainest listener there is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import trio


@dataclass(slots=True)
class Heard:
    """What one listener has received so far."""

    head: bytes = b""
    body: bytearray = field(default_factory=bytearray)
    at: float = 0.0
    """When the last of it came, on trio's clock."""


async def listen(
    port: int,
    path: str,
    heard: Heard,
    *,
    at_least: float = math.inf,
    headers: str = "",
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Listen until the station hangs up, or until `at_least` bytes of body are there."""
    async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
        await stream.send_all(f"GET {path} HTTP/1.0\r\n{headers}\r\n".encode())
        async for data in stream:
            heard.body += data
            heard.at = trio.current_time()
            if not heard.head and b"\r\n\r\n" in heard.body:
                head, _, rest = bytes(heard.body).partition(b"\r\n\r\n")
                heard.head, heard.body = head, bytearray(rest)
                assert b" 200 " in head.split(b"\r\n")[0], head
                task_status.started()
            if len(heard.body) >= at_least:
                break
