"""The first words of a proxy, whole, in pieces, and as somebody else may make them up."""

from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.errors import PeerError
from radiocast.protocols.proxy_protocol import MAX_V2, SIGNATURE, Proxied, ProxyHeaderReader

AFTER = b"GET /live HTTP/1.1\r\n\r\n"
HAPROXY_V2 = bytes.fromhex(
    # As HAProxy's send-proxy-v2 writes them: 192.0.2.7:51000 to 198.51.100.1:8000, and IPv6.
    "0d0a0d0a000d0a515549540a 21 11 000c c0000207 c6336401 c738 1f40".replace(" ", "")
)


def v2(command: int, family: int, content: bytes) -> bytes:
    return SIGNATURE + struct.pack(">BBH", command, family, len(content)) + content


def read(data: bytes) -> tuple[Proxied | None, bytes]:
    """What the header says, and what the reader did not take."""
    reader = ProxyHeaderReader()
    while data:
        size = reader.wants
        assert size > 0
        said, data = reader.feed(data[:size]), data[size:]
        if said is not None:
            return said, data
    return None, b""


V6 = bytes.fromhex("20010db8000000000000000000000007") + bytes(16) + b"\xc7\x38\x1f\x40"
HEADERS = [
    (b"PROXY TCP4 192.0.2.7 198.51.100.1 51000 8000\r\n", "192.0.2.7"),
    (b"PROXY TCP6 2001:db8::7 2001:db8::1 51000 8000\r\n", "2001:db8::7"),
    (b"PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n", "192.0.2.7"),
    (b"PROXY UNKNOWN\r\n", None),
    (b"PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n", None),
    (HAPROXY_V2, "192.0.2.7"),
    (v2(0x21, 0x21, V6), "2001:db8::7"),
    (v2(0x21, 0x11, bytes.fromhex("c0000207c6336401c7381f40") + b"\x04\x00\x02ab"), "192.0.2.7"),
    (v2(0x20, 0x00, b""), None),
    (v2(0x20, 0x11, bytes(12)), None),  # LOCAL: whatever the addresses say
    (v2(0x21, 0x31, bytes(216)), None),  # a Unix socket
    (v2(0x21, 0x00, bytes(MAX_V2)), None),
]


@pytest.mark.parametrize(("header", "ip"), HEADERS)
def test_a_header_is_read_and_nothing_behind_it(header: bytes, ip: str | None) -> None:
    assert read(header + AFTER) == (Proxied(ip), AFTER)


@given(st.sampled_from(HEADERS), st.binary(max_size=20))
def test_however_it_is_cut(case: tuple[bytes, str | None], cuts: bytes) -> None:
    header, ip = case
    reader = ProxyHeaderReader()
    said = None
    sizes = [1 + byte % 60 for byte in cuts]  # drawn as bytes: that is much cheaper than numbers
    while said is None:
        size = min(reader.wants, sizes.pop() if sizes else 1000)
        said, header = reader.feed(header[:size]), header[size:]
    assert (said, header) == (Proxied(ip), b"")


@pytest.mark.parametrize(
    "data",
    [
        b"GET /live HTTP/1.0\r\n\r\n",
        b"PROXY TCP4 192.0.2.7 198.51.100.1 51000\r\n",
        b"PROXY TCP4 192.0.2.999 198.51.100.1 51000 8000\r\n",
        b"PROXY TCP4 192.0.2.7 198.51.100.1 51000 8000\n",
        b"PROXY " + b"x" * 200,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00\x00",
        v2(0x31, 0x11, bytes(12)),  # a version that nobody has written
        v2(0x22, 0x11, bytes(12)),
        v2(0x21, 0x11, bytes(11)),
        v2(0x21, 0x21, bytes(35)),
        v2(0x20, 0x00, bytes(MAX_V2 + 1)),
    ],
)
def test_what_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(PeerError):
        read(data)


@given(st.binary() | st.binary().map(SIGNATURE.__add__) | st.binary().map(b"PROXY ".__add__))
def test_garbage_raises_nothing_but_peer_error_and_is_soon_recognised(data: bytes) -> None:
    with suppress(PeerError):
        said, rest = read(data)
        if said is None and not data.startswith(SIGNATURE):
            assert len(data) - len(rest) < 107
