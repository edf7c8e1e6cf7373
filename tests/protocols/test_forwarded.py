"""Whom a request is from behind proxies, and what clients may try."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from radiocast.protocols.forwarded import (
    Address,
    parse_address,
    visitor_of_forwarded,
    visitor_of_x_forwarded_for,
)

PROXY = "10.0.0.1"
TRUSTED: set[Address] = {ip_address(PROXY), ip_address("10.0.0.2"), ip_address("fd00::1")}


@pytest.mark.parametrize(
    ("value", "visitor"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("203.0.113.9, 192.0.2.7", "192.0.2.7"),  # what the client said itself stands first
        ("192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("192.0.2.7,10.0.0.2,  fd00::1", "192.0.2.7"),
        ("10.0.0.2", "10.0.0.2"),  # nobody but proxies: the first of them
        ("192.0.2.7:51000", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]:51000", "2001:db8::7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::7%eth0", "fe80::7"),
        ("", PROXY),
        ("unknown", PROXY),
        ("192.0.2.7, unknown", PROXY),
        ("192.0.2.7, unknown, 10.0.0.2", "10.0.0.2"),
        ("192.0.2.7, ", PROXY),
        ("192.0.2.999", PROXY),
    ],
)
def test_x_forwarded_for(value: str, visitor: str) -> None:
    assert visitor_of_x_forwarded_for(value, PROXY, TRUSTED) == visitor


@pytest.mark.parametrize(
    ("value", "visitor"),
    [
        # The examples of RFC 7239 section 4.
        ('for="_gazonk"', PROXY),
        ('For="[2001:db8:cafe::17]:4711"', "2001:db8:cafe::17"),
        ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
        ("for=192.0.2.43, for=198.51.100.17", "198.51.100.17"),
        # and of section 7.1 and 6.3.
        ('for=192.0.2.43, for="[2001:db8:cafe::17]"', "2001:db8:cafe::17"),
        ("for=_SEVKISEK", PROXY),
        ("for=unknown", PROXY),
        # More.
        ('for="192.0.2.7:51000"', "192.0.2.7"),
        ('proto=https;by=_x;host="a;for=1.2.3.4, b";for=192.0.2.7', "192.0.2.7"),
        (r'for="192.0.\2.7"', "192.0.2.7"),
        ("for=192.0.2.7, for=10.0.0.2, for=fd00::1", PROXY),  # an IPv6 address must be quoted
        ('for=192.0.2.7, for=10.0.0.2, for="[fd00::1]"', "192.0.2.7"),
        ("for=192.0.2.7,, ,", "192.0.2.7"),
        ("for=192.0.2.7, proto=http", PROXY),
        ("", PROXY),
        # What a client may have sent before the proxy added its own.
        ('for="never closed, for=192.0.2.7', "192.0.2.7"),
        ('for="never closed, for="[2001:db8::7]"', "2001:db8::7"),
        ('for=", for="[2001:db8::7]";proto="http"', "2001:db8::7"),
        ("garbage;;, for=192.0.2.7", "192.0.2.7"),
        ("for=203.0.113.9;, for=192.0.2.7", "192.0.2.7"),
        ('for=203.0.113.9, for="\\", for=192.0.2.7', "192.0.2.7"),
    ],
)
def test_forwarded(value: str, visitor: str) -> None:
    assert visitor_of_forwarded(value, PROXY, TRUSTED) == visitor


@given(st.text(max_size=300) | st.text('for="[]:;, =1.\\_', max_size=300))
@example('for="' * 400)
@example("," * 4000)
def test_what_a_client_sends_first_never_counts(said: str) -> None:
    for read, added in (
        (visitor_of_x_forwarded_for, "192.0.2.7"),
        (visitor_of_forwarded, "for=192.0.2.7"),
        (visitor_of_forwarded, 'for="192.0.2.7:80";by="_me"'),
    ):
        assert read(f"{said}, {added}", PROXY, TRUSTED) == "192.0.2.7"


@given(st.text(max_size=300) | st.text('for="[]:;, =1.\\_', max_size=300))
def test_there_always_is_a_visitor_who_has_an_address(value: str) -> None:
    for read in (visitor_of_x_forwarded_for, visitor_of_forwarded):
        assert parse_address(read(value, PROXY, TRUSTED)) is not None
