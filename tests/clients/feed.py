"""The plainest source there is: a tune from disk, in real time or faster."""

from __future__ import annotations

from base64 import b64encode

import trio

from tests.clients.tunes import SECONDS, Tune

PIECE = 0.05
"""Seconds of audio a source sends at a time."""


async def feed(
    port: int,
    path: str,
    tune: Tune,
    *,
    lead: float = 8.0,
    speed: float = 1.0,
    seconds: float = SECONDS,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Send the tune's first `seconds`: `lead` seconds of it at once, then at `speed`."""
    audio = memoryview(tune.audio)[: int(seconds * tune.byte_rate)]
    piece = int(PIECE * tune.byte_rate)
    sent = int(lead * tune.byte_rate)
    async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
        await stream.send_all(_put(path, tune.format.content_type))
        reply = await stream.receive_some()
        assert b" 200 " in reply.split(b"\r\n")[0], reply
        await stream.send_all(audio[:sent])
        task_status.started()
        due = trio.current_time()
        while sent < len(audio):
            due += PIECE / speed
            await trio.sleep_until(due)
            await stream.send_all(audio[sent : sent + piece])
            sent += piece


def _put(path: str, content_type: str) -> bytes:
    credentials = b64encode(b"source:sesame").decode()
    lines = (f"PUT {path} HTTP/1.1", f"Authorization: Basic {credentials}")
    return "\r\n".join((*lines, f"Content-Type: {content_type}", "", "")).encode()
