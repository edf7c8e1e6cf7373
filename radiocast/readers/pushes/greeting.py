"""The three ways of coming to another server as a source: what is said, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import unquote, urlsplit

import trio

from radiocast.config.relays import PushConfig, PushProtocol
from radiocast.errors import PeerError
from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.push import (
    PushAnswers,
    ShoutcastAnswers,
    push_request,
    shoutcast_headers,
    shoutcast_password,
    shoutcast_title_target,
    title_target,
)
from radiocast.protocols.via import via
from radiocast.web_client.address import WebAddress

MAX_RECEIVE = 4096

CONTINUE_TIME = 3.0
"""Seconds until we send although a PUT was not answered (RFC 9110 section 10.1.1)."""

SHOUTCAST_TYPES = ("audio/mpeg", "audio/mp3", "audio/aac", "audio/aacp")
"""What SHOUTcast v1 servers and their players know."""


class Answers(Protocol):
    """What a server says, however it is cut."""

    def feed(self, data: bytes) -> bool:
        """Whether it has let us in. Raises PeerError where it refuses."""
        ...


@dataclass(frozen=True, slots=True)
class There:
    """Where a mount is sent."""

    config: PushConfig
    agent: str

    @property
    def address(self) -> WebAddress:
        """Where to connect. SHOUTcast takes sources one port above the one that is named."""
        address = WebAddress.parse(self.config.url)
        return replace(address, port=address.port + 1) if self._is_shoutcast else address

    @property
    def credentials(self) -> Credentials:
        """Who we are there."""
        return Credentials(self.config.user, self.config.password or "")

    def why_not(self, mount: Mount) -> str:
        """Why what is on the mount cannot be sent so; empty: it can."""
        if self._is_shoutcast and mount.content_type not in SHOUTCAST_TYPES:
            return f"{mount.content_type} cannot be sent to a SHOUTcast server"
        return ""

    async def greet(
        self, stream: trio.abc.Stream, mount: Mount, servers: tuple[str, ...]
    ) -> Answers:
        """Say what comes, and wait until it may. Raises PeerError where it may not."""
        if self._is_shoutcast:
            return await self._greet_shoutcast(stream, mount)
        is_put = self.config.protocol is PushProtocol.PUT
        address = self.address
        request = push_request(
            "PUT" if is_put else "SOURCE",
            address.target,
            address.authority,
            agent=self.agent,
            credentials=self.credentials,
            content_type=mount.content_type,
            info=mount.info,
            others=[via(servers)],
        )
        await stream.send_all(request)
        answers = PushAnswers()
        if is_put:
            with trio.move_on_after(CONTINUE_TIME):
                await _wait_allowed(stream, answers)
        else:
            await _wait_allowed(stream, answers)
        return answers

    async def _greet_shoutcast(self, stream: trio.abc.Stream, mount: Mount) -> Answers:
        await stream.send_all(shoutcast_password(self.credentials))
        answers = ShoutcastAnswers()
        await _wait_allowed(stream, answers)
        await stream.send_all(shoutcast_headers(mount.content_type, mount.info))
        return answers

    def takes_titles(self, mount: Mount) -> bool:
        """Whether titles go beside the stream; Ogg and WebM have them inside."""
        return self.config.titles and mount.content_type in SHOUTCAST_TYPES

    def title_url(self, title: Title | None) -> str:
        """What to ask for to tell it a title."""
        if self._is_shoutcast:
            target = shoutcast_title_target(self.credentials, title)
        else:
            target = title_target(unquote(self.address.target.partition("?")[0]), title)
        parts = urlsplit(self.config.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{target}"

    @property
    def _is_shoutcast(self) -> bool:
        return self.config.protocol is PushProtocol.SHOUTCAST


async def _wait_allowed(stream: trio.abc.Stream, answers: Answers) -> None:
    allowed = False
    while not allowed:
        data = bytes(await stream.receive_some(MAX_RECEIVE))
        if not data:
            raise PeerError("it hung up without letting us in")
        allowed = answers.feed(data)
