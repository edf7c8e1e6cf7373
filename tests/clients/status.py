"""What anyone may ask a station, and the title an administrator sets."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote, urlsplit

import trio

LOOK_AGAIN = 0.05
"""Seconds between two looks at the status, while waiting for what an encoder does."""


async def get(port: int, target: str, *, headers: str = "") -> bytes:
    """The body of a finite answer."""
    heard = bytearray()
    async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
        await stream.send_all(f"GET {target} HTTP/1.0\r\n{headers}\r\n".encode())
        async for data in stream:
            heard += data
    head, _, body = bytes(heard).partition(b"\r\n\r\n")
    assert b" 200 " in head.split(b"\r\n")[0], head
    return body


async def on_air(port: int) -> dict[str, dict[str, Any]]:
    """What /status-json.xsl says of each mount, by path."""
    found = json.loads(await get(port, "/status-json.xsl"))["icestats"].get("source", [])
    mounts = found if isinstance(found, list) else [found]
    return {urlsplit(mount["listenurl"]).path: mount for mount in mounts}


async def wait_on_air(port: int, *paths: str) -> None:
    """Wait until all of these can be heard."""
    while True:
        if set(paths) <= (await on_air(port)).keys():
            return
        await trio.sleep(LOOK_AGAIN)


async def wait_song(port: int, path: str, song: str) -> None:
    """Wait until the status shows this song: as a title, or as an artist and a title."""
    while True:
        mount = (await on_air(port)).get(path, {})
        if " - ".join(mount[key] for key in ("artist", "title") if key in mount) == song:
            return
        await trio.sleep(LOOK_AGAIN)


async def set_title(port: int, path: str, song: str) -> None:
    """As an administrator does."""
    credentials = b64encode(b"admin:letmein").decode()
    target = f"/admin/metadata?mode=updinfo&mount={quote(path)}&song={quote(song)}&charset=UTF-8"
    await get(port, target, headers=f"Authorization: Basic {credentials}\r\n")
