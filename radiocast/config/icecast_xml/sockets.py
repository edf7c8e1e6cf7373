"""`<listen-socket>`: the ports. Pure.

The first port that listeners can use is that of `[listen]`; the others are `[sockets]`.
Icecast opens no port for SHOUTcast sources that nobody asked for, and so do we then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from radiocast.config.fields import network
from radiocast.config.icecast_xml.draft import Draft
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.icecast_xml.values import (
    Section,
    meaningless,
    number,
    taken,
    truth,
    unsupported,
    within,
)
from radiocast.config.keys import Path
from radiocast.config.sockets import Tls
from radiocast.units import MIB

DEFAULT_PORT = 8000
DEFAULT_MOUNT = "/stream"
LAST_PORT = 65_535

_TLS_MODES = {
    "disabled": Tls.OFF,
    "off": Tls.OFF,
    "auto": Tls.AUTO,
    "auto_no_plain": Tls.ONLY,
    "rfc2817": Tls.AUTO,
    "rfc2818": Tls.ONLY,
}


@dataclass(slots=True)
class Socket:
    """One port that was asked for."""

    element: Element
    port: int = DEFAULT_PORT
    host: str = ""
    tls: Tls = Tls.AUTO
    mount: str = ""
    """Of SHOUTcast sources; empty: none of its own."""
    shoutcast: bool = False
    """Whether it is for SHOUTcast sources only."""
    send_buffer: int = 0

    @property
    def addresses(self) -> set[tuple[str, int]]:
        """What it binds."""
        ports = {self.port, self.port + 1} if self.mount and not self.shoutcast else {self.port}
        return {(self.host, port) for port in ports if port}


def trusted_proxy(draft: Draft, base: Path, element: Element) -> None:
    """2.5: a proxy whose word for an address we take."""
    trust(draft, element, element.text)


def trust(draft: Draft, element: Element, written: str) -> None:
    """Take the word of an address, or of a network of them."""
    try:
        network(written)
    except ValueError:
        draft.warn(element, f"cannot be honoured: {written[:40]!r} is no address or network")
        return
    there = draft.get(("access", "trusted_proxies"), [])
    if written not in there:
        draft.put(("access", "trusted_proxies"), [*there, written], element)


def _read(draft: Draft, element: Element) -> Socket:
    socket = Socket(element)
    for child in element.children:
        match child.name:
            case "port":
                value = number(draft, child)
                if value is not None and not 0 <= value <= LAST_PORT:
                    draft.refuse(child, f"must be from 0 to {LAST_PORT}")
                elif value is not None:
                    socket.port = value
            case "bind-address":
                socket.host = child.text
            case "ssl" | "tls":
                socket.tls = _tls(draft, child) or socket.tls
            case "shoutcast-mount":
                socket.mount = child.text
            case "shoutcast-compat":
                socket.shoutcast = bool(truth(draft, child))
            case "so-sndbuf":
                value = number(draft, child)
                socket.send_buffer = within(draft, child, value or 0, 0, 64 * MIB)
            case _:
                pass
    return socket


def _tls(draft: Draft, element: Element) -> Tls | None:
    word = element.text.lower()
    if word == "rfc2817":
        draft.warn(element, "a plain connection is not made a TLS one; TLS from the start is taken")
    if word in _TLS_MODES:
        return _TLS_MODES[word]
    return Tls.ONLY if truth(draft, element) else None


def place_sockets(draft: Draft, base: Path, root: Element) -> None:
    """Settle which port is the first, and what the others are called."""
    wanted = [
        _read(draft, each)
        for each in root.named("listen-socket")
        if each.attributes.get("type") != "virtual"
    ]
    old = list(root.named("port", "bind-address"))
    if wanted:
        for each in old:
            draft.note(each, "has no meaning here: <listen-socket> counts")
    else:
        # The one port of a file that names none; a <shoutcast-mount> beside it opens no other.
        only = replace(root, children=old)
        wanted = [_read(draft, only)]
    sockets = _without_doubles(draft, wanted)
    _check_certificate(draft, sockets)
    common = _common_mount(root)
    main = _choose(sockets)
    _put_main(draft, main, common)
    second = _second(main, sockets)
    for socket in sockets:
        if socket is second:
            draft.put(("listen", "shoutcast_port"), socket.port, socket.element)
            draft.put(("listen", "shoutcast_mount"), socket.mount or common, socket.element)
        elif socket is not main:
            _put(draft, socket, common)


def _without_doubles(draft: Draft, wanted: list[Socket]) -> list[Socket]:
    kept: list[Socket] = []
    bound: set[tuple[str, int]] = set()
    for socket in wanted:
        if bound & socket.addresses:
            draft.warn(socket.element, f"port {socket.port} is open already; it is left out")
        else:
            bound |= socket.addresses
            kept.append(socket)
    return kept


def _check_certificate(draft: Draft, sockets: list[Socket]) -> None:
    if draft.get(("tls", "certificate")):
        return
    for socket in sockets:
        if socket.tls is Tls.ONLY:
            socket.tls = Tls.AUTO
            draft.warn(
                socket.element,
                f"there is no certificate: port {socket.port} is not encrypted, "
                "as it would be in Icecast",
            )


def _common_mount(root: Element) -> str:
    """The mount of SHOUTcast sources whose port names none."""
    said = [each.text for each in root.named("shoutcast-mount") if each.text]
    return said[-1] if said else DEFAULT_MOUNT


def _choose(sockets: list[Socket]) -> Socket:
    """The port of `[listen]`: it is in the addresses that listeners are told."""
    for_all = [each for each in sockets if not each.shoutcast]
    plain = [each for each in for_all if each.tls is not Tls.ONLY]
    return next(iter(plain or for_all or sockets))


def _second(main: Socket, sockets: list[Socket]) -> Socket | None:
    """The old way to have a port for SHOUTcast sources: a socket of its own, for the first one."""
    if main.mount:
        return None
    for socket in sockets:
        if socket is not main and socket.shoutcast and socket.host == main.host:
            return socket
    return None


def _put_main(draft: Draft, socket: Socket, common: str) -> None:
    element = socket.element
    draft.put(("listen", "port"), socket.port, element)
    draft.put(("listen", "host"), socket.host, element)
    draft.put(("listen", "shoutcast_mount"), socket.mount or common, element)
    if socket.mount and socket.port == LAST_PORT:
        draft.warn(element, "there is no port after it for SHOUTcast sources")
    if not socket.mount or socket.port == LAST_PORT:
        draft.put(("listen", "shoutcast_port"), 0, element)
    if socket.send_buffer:
        draft.put(("listeners", "send_buffer"), socket.send_buffer, element)
    if socket.tls is Tls.ONLY:
        draft.warn(element, f"port {socket.port} is the first one: it speaks plain HTTP, too")
    if socket.shoutcast:
        draft.warn(element, f"port {socket.port} is the only one: it is opened for everybody")


def _put(draft: Draft, socket: Socket, common: str) -> None:
    name = draft.free_name("sockets", f"port-{socket.port}")
    table = ("sockets", name)
    element = socket.element
    draft.put((*table, "port"), socket.port, element)
    draft.put((*table, "host"), socket.host, element)
    draft.put((*table, "tls"), str(socket.tls), element)
    draft.put((*table, "send_buffer"), socket.send_buffer, element)
    if socket.shoutcast:
        draft.put((*table, "shoutcast_only"), True, element)
    if socket.mount or socket.shoutcast:
        draft.put((*table, "shoutcast_mount"), socket.mount or common, element)


LISTEN_SOCKET = Section(
    {
        "port": taken,
        "bind-address": taken,
        "ssl": taken,
        "shoutcast-mount": taken,
        "shoutcast-compat": taken,
        "so-sndbuf": taken,
        # 2.5
        "tls": taken,
        "trusted-proxy": trusted_proxy,
        "client-address": meaningless("listeners are told apart by what their proxy says"),
        "on-behalf-of": meaningless("listeners are told apart by what their proxy says"),
        "listen-backlog": meaningless("thousands may wait"),
        "authentication": unsupported("a port has no passwords of its own"),
        "http-headers": unsupported("a port has no headers of its own"),
        # KH
        "queue-len": meaningless("thousands may wait"),
        "so-mss": meaningless("the system knows it best"),
    }
)
