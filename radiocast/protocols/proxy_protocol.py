"""The PROXY protocol, versions 1 and 2: a proxy's first words, which say whom it speaks for.

As in HAProxy's `doc/proxy-protocol.txt`. What follows is the client's own, perhaps TLS, and is
not ours to take: so the reader says how many bytes are certainly the header's.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from radiocast.errors import PeerError
from radiocast.protocols.forwarded import parse_address

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
_V1 = b"PROXY "
_V1_SHORTEST = len(b"PROXY UNKNOWN\r\n")
_V1_LONGEST = 107
_V1_LINE = re.compile(rb"PROXY (?:UNKNOWN.*|(TCP[46]) ([^ ]+) ([^ ]+) ([0-9]+) ([0-9]+))\r\n")

_V2_HEAD = len(SIGNATURE) + 4
MAX_V2 = 4096
"""Bytes of a version 2 header's addresses and extensions. A client certificate's names fit in."""

_LOCAL, _PROXY = 0x20, 0x21
_TCP4, _TCP6 = 0x11, 0x21


@dataclass(frozen=True, slots=True)
class Proxied:
    """What a proxy said before all else."""

    ip: str | None
    """Whom it speaks for; None: itself, as when it looks whether we are alive."""


class ProxyHeaderReader:
    """Reads one header, however it is cut."""

    def __init__(self) -> None:
        self._received = b""

    @property
    def wants(self) -> int:
        """Bytes to receive now: as many as are certainly the header's, at least one."""
        got = len(self._received)
        if got < len(SIGNATURE):
            return len(SIGNATURE) - got
        if self._received.startswith(SIGNATURE):
            return (_V2_HEAD if got < _V2_HEAD else self._size_of_v2()) - got
        return max(1, _V1_SHORTEST - got)

    def feed(self, data: bytes) -> Proxied | None:
        """Take what was received, at most `wants` bytes. None: the header goes on.

        Raises PeerError for what is no such header.
        """
        assert len(data) <= self.wants, "what follows the header is not ours"
        self._received += data
        got = len(self._received)
        if got < len(SIGNATURE):
            return None
        if self._received.startswith(SIGNATURE):
            whole = got >= _V2_HEAD and got == self._size_of_v2()
            return _read_v2(self._received) if whole else None
        if not self._received.startswith(_V1):
            raise PeerError("no PROXY header")
        if self._received.endswith(b"\n"):
            return _read_v1(self._received)
        if got >= _V1_LONGEST:
            raise PeerError("the PROXY header does not end")
        return None

    def _size_of_v2(self) -> int:
        (rest,) = struct.unpack_from(">H", self._received, len(SIGNATURE) + 2)
        if rest > MAX_V2:
            raise PeerError(f"a PROXY header of {rest} bytes")
        return _V2_HEAD + int(rest)


def _read_v1(line: bytes) -> Proxied:
    found = _V1_LINE.fullmatch(line)
    if found is None:
        raise PeerError("no sense in the PROXY header")
    family, source, *_ = found.groups()
    if family is None:  # UNKNOWN: "the receiver must ignore anything" that follows
        return Proxied(None)
    address = parse_address(source.decode("latin-1"))
    if address is None:
        raise PeerError("no address in the PROXY header")
    return Proxied(str(address))


def _read_v2(header: bytes) -> Proxied:
    command, family = header[len(SIGNATURE)], header[len(SIGNATURE) + 1]
    if command not in (_LOCAL, _PROXY):
        raise PeerError(f"PROXY version and command {command:#04x}")
    packed = {_TCP4: 4, _TCP6: 16}.get(family)
    if command == _LOCAL or packed is None:  # "the receiver should ignore address information"
        return Proxied(None)
    if len(header) < _V2_HEAD + 2 * packed + 4:
        raise PeerError("a PROXY header without its addresses")
    source = header[_V2_HEAD : _V2_HEAD + packed]
    address = IPv4Address(source) if packed == 4 else IPv6Address(source)
    return Proxied(str(parse_address(str(address))))
