"""Who may connect, from lists and files."""

from __future__ import annotations

import os
from ipaddress import IPv4Address, ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.access.addresses import Addresses
from radiocast.access.networks import Networks, parse_networks
from radiocast.config.fields import Network
from radiocast.config.load import load
from radiocast.protocols.forwarded import Address
from radiocast.protocols.http_head import RequestHead

NETWORKS = st.lists(
    st.ip_addresses().flatmap(
        lambda ip: st.integers(0, ip.max_prefixlen).map(
            lambda bits: ip_network((ip, bits), strict=False)
        )
    ),
    max_size=8,
)


def addresses(settings: str) -> Addresses:
    return Addresses(load(f"[access]\n{settings}").access)


@given(NETWORKS, st.ip_addresses())
def test_a_set_of_networks_holds_what_its_networks_hold(
    networks: list[Network], address: Address
) -> None:
    assert (address in Networks(networks)) == any(address in each for each in networks)
    for each in networks:
        assert each.network_address in Networks(networks)
        assert each.broadcast_address in Networks(networks)


@pytest.mark.parametrize(
    ("settings", "ip", "is_open"),
    [
        ("", "192.0.2.7", True),
        ('deny = ["192.0.2.7"]', "192.0.2.7", False),
        ('deny = ["192.0.2.7"]', "192.0.2.8", True),
        ('deny = ["192.0.2.0/24"]', "192.0.2.8", False),
        ('deny = ["2001:db8::/32"]', "2001:db8::1", False),
        ('deny = ["2001:db8::/32"]', "192.0.2.7", True),
        ('allow = ["192.0.2.0/24"]', "192.0.2.7", True),
        ('allow = ["192.0.2.0/24"]', "198.51.100.1", False),
        ('allow = ["192.0.2.0/24"]\ndeny = ["192.0.2.7"]', "192.0.2.7", False),
        ('allow = ["192.0.2.0/24"]\ndeny = ["192.0.2.7"]', "192.0.2.8", True),
        ('allow = ["fe80::/10"]', "fe80::1%eth0", True),
    ],
)
def test_lists(settings: str, ip: str, is_open: bool) -> None:
    assert addresses(settings).are_open_to(ip) is is_open


def test_a_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "deny"
    file.write_text("# bad\n192.0.2.7\n\n198.51.100.0/24 # more\nnonsense\n")
    ours = addresses(f'deny_file = "{file}"')
    assert not ours.are_open_to("192.0.2.7")
    assert not ours.are_open_to("198.51.100.9")
    assert ours.are_open_to("192.0.2.8")
    file.write_text("192.0.2.8\n")
    os.utime(file, ns=(1, 1))
    ours.refresh()
    assert ours.are_open_to("192.0.2.7")
    assert not ours.are_open_to("192.0.2.8")


def test_a_file_that_is_gone_leaves_what_it_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "allow"
    file.write_text("192.0.2.7\n")
    ours = addresses(f'allow_file = "{file}"')
    file.unlink()
    ours.refresh()
    ours.refresh()
    assert ours.are_open_to("192.0.2.7")
    assert not ours.are_open_to("192.0.2.8")
    assert caplog.text.count("it counts as it was") == 1


def test_an_empty_list_of_who_may_lets_nobody_in(tmp_path: Path) -> None:
    file = tmp_path / "allow"
    file.write_text("# nobody yet\n")
    assert not addresses(f'allow_file = "{file}"').are_open_to("192.0.2.7")


def test_only_trusted_proxies_say_whom_a_request_is_from() -> None:
    ours = addresses('trusted_proxies = ["10.0.0.0/8"]')
    head = RequestHead(
        "GET",
        b"/",
        "HTTP/1.1",
        (("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "192.0.2.7, 10.0.0.2")),
    )
    assert ours.visitor("10.0.0.1", head) == "192.0.2.7"
    assert ours.visitor("192.0.2.99", head) == "192.0.2.99"
    assert ours.visitor("10.0.0.1", RequestHead("GET", b"/", "HTTP/1.1")) == "10.0.0.1"


def test_the_header_that_proxies_do_not_write_says_nothing() -> None:
    """Nginx passes a client's own Forwarded on as it is."""
    said = (("forwarded", "for=203.0.113.9"), ("x-forwarded-for", "192.0.2.7"))
    head = RequestHead("GET", b"/", "HTTP/1.1", said)
    assert addresses('trusted_proxies = ["10.0.0.1"]').visitor("10.0.0.1", head) == "192.0.2.7"
    other = 'trusted_proxies = ["10.0.0.1"]\nproxy_header = "forwarded"'
    assert addresses(other).visitor("10.0.0.1", head) == "203.0.113.9"


@given(st.text())
def test_no_file_breaks_us(text: str) -> None:
    assert isinstance(ip_address("192.0.2.7") in parse_networks(text), bool)
    assert IPv4Address("192.0.2.7") in parse_networks(f"\n192.0.2.7\n{text}")
