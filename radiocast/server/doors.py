"""The ports there are, and what depends on the one that a connection came in by."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from urllib.parse import quote

from radiocast.config.model import Config
from radiocast.config.sockets import Tls
from radiocast.errors import ConfigError, Mistake
from radiocast.protocols.http_head import RequestHead
from radiocast.server.sockets import listen

PLAYLISTS = (".m3u", ".pls", ".xspf", ".vclt")


@dataclass(frozen=True, slots=True)
class Door:
    """A port, and how it is opened."""

    key: str
    """The setting it comes from, as `sockets.second`."""
    host: str
    """The address that is listened on; empty: every one."""
    port: int
    """As configured or, once it is open, as it is."""
    tls: Tls = Tls.AUTO
    shoutcast_mount: str | None = None
    """The mount that SHOUTcast v1 sources feed here; None: `listen.shoutcast_mount`."""
    send_buffer: int = 0
    """Bytes the kernel may hold for each listener; 0: `listeners.send_buffer`."""


def doors_of(config: Config) -> Iterator[Door]:
    """Every port that is wanted: that of `[listen]` first, then the one beside it."""
    main = config.listen
    yield Door("listen.port", main.host, main.port)
    if (beside := main.effective_shoutcast_port) is not None:
        yield Door("listen.shoutcast_port", main.host, beside)
    for name, each in config.sockets.items():
        door = Door(
            f"sockets.{name}",
            each.host,
            each.port,
            each.tls,
            each.shoutcast_mount,
            each.send_buffer,
        )
        yield door
        if each.shoutcast_mount is not None and not each.shoutcast_only:
            yield replace(door, port=each.port + 1 if each.port else 0)


def changed_sockets(before: Config, after: Config) -> list[str]:
    """The names of those that are not as they were."""
    names = {**before.sockets, **after.sockets}
    return [name for name in names if before.sockets.get(name) != after.sockets.get(name)]


def open_doors(config: Config, stack: ExitStack) -> list[tuple[Door, socket.socket]]:
    """Listen on all of them, until `stack` ends. Raises OSError when the port of `[listen]` cannot
    be had, and ConfigError, which names the socket, for the others."""
    opened = []
    for door in doors_of(config):
        try:
            sock = stack.enter_context(listen(door.host, door.port))
        except OSError as exc:
            if door.key.startswith("listen."):
                raise
            where = f"{door.host or 'all addresses'}, port {door.port}"
            problem = f"cannot listen on {where}: {exc.strerror or exc}"
            raise ConfigError(Mistake(door.key, problem)) from exc
        opened.append((replace(door, port=sock.getsockname()[1]), sock))
    return opened


def meant(
    head: RequestHead, door: Door, config: Config, local_address: Callable[[], str]
) -> RequestHead:
    """What a request means at this door: an alias is the path it stands for, and so are the
    playlists of an alias; `/admin.cgi` is about the door's own mount.

    As in Icecast, only what is asked for has aliases, and they do not lead on to others.
    """
    if head.path == "/admin.cgi" and door.shoutcast_mount and "mount" not in head.query_bytes:
        separator = b"&" if b"?" in head.target else b"?"
        mount = quote(door.shoutcast_mount, safe="").encode()
        return replace(head, target=head.target + separator + b"mount=" + mount)
    if not config.aliases or head.method not in ("GET", "HEAD"):
        return head
    ending = next((each for each in PLAYLISTS if head.path.lower().endswith(each)), "")
    for name, rest in ((head.path, ""), (head.path.removesuffix(ending), ending)):
        alias = config.aliases.get(name)
        if (
            alias is not None
            and alias.port in (0, door.port)
            and alias.host in ("", door.host, local_address())
        ):
            return replace(head, alias=alias.to + rest)
    return head
