"""Who says who may listen and send in the recorded stations: a file of users, a web server."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from radiocast.config.auth import AuthConfig, AuthKind
from tests.server.made import player
from tests.server.talk import basic
from tests.station import RunningStation
from tests.web_client.server import web_server

FRED = "fred:6e6fdf956d04289354dcf1619e28fe77\n"  # pw1, as Icecast wrote it


def asking(on: RunningStation, path: str, table: AuthConfig) -> None:
    """From now on the mount has this `auth`."""
    config = on.station.broadcast.config
    mounts = {**config.mounts, path: replace(config.mount(path), auth="somebody")}
    on.station.reload(replace(config, mounts=mounts, auth={"somebody": table}))


@asynccontextmanager
async def users(on: RunningStation, known: str = "") -> AsyncIterator[None]:
    """/auth.mp3 is for the users of a file."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "htpasswd")
        file.write_text(known)  # noqa: ASYNC240 -- a test's own
        table = AuthConfig(kind=AuthKind.HTPASSWD, file=str(file), duplicates=False)
        asking(on, "/auth.mp3", table)
        yield


@asynccontextmanager
async def fred(on: RunningStation) -> AsyncIterator[None]:
    """One of them has an account."""
    async with users(on, FRED):
        yield


@asynccontextmanager
async def fred_listens(on: RunningStation) -> AsyncIterator[None]:
    """And listens."""
    async with (
        fred(on),
        player(on, "/auth.mp3", basic("pw1", "fred"), "User-Agent: golden/1.0"),
    ):
        yield


@asynccontextmanager
async def refusing(on: RunningStation) -> AsyncIterator[None]:
    """A web server knows nobody who wants to hear /url.mp3."""
    no = b"HTTP/1.1 200 OK\r\nicecast-auth-message: no such user\r\nContent-Length: 0\r\n\r\n"
    async with web_server(no) as server:
        table = AuthConfig(kind=AuthKind.URL, listener_add=f"{server.url}/listener_add")
        asking(on, "/url.mp3", table)
        yield


@asynccontextmanager
async def accepting(on: RunningStation) -> AsyncIterator[None]:
    """A web server takes every source of /urlsrc.mp3."""
    yes = b"HTTP/1.1 200 OK\r\nicecast-auth-user: 1\r\nContent-Length: 0\r\n\r\n"
    async with web_server(yes) as server:
        table = AuthConfig(kind=AuthKind.URL, stream_auth=f"{server.url}/stream_auth")
        asking(on, "/urlsrc.mp3", table)
        yield
