"""Who is kept out for guessing, and for how long."""

from __future__ import annotations

import pytest

from radiocast.access import bans as module
from radiocast.access.bans import Ban, Bans


def guess(bans: Bans, ip: str, times: int, *, now: float = 0.0) -> list[bool]:
    return [bans.note_wrong_password(ip, now=now) for _ in range(times)]


def test_the_last_of_too_many_wrong_passwords_bans_for_a_while() -> None:
    bans = Bans(3, 60.0)
    assert guess(bans, "192.0.2.7", 4) == [False, False, True, False]
    assert bans.is_banned("192.0.2.7", now=59.9)
    assert not bans.is_banned("192.0.2.8", now=59.9)
    assert not bans.is_banned("192.0.2.7", now=60.0)
    assert guess(bans, "192.0.2.7", 2, now=61.0) == [False, False], "all is forgiven"
    assert bans.wrong_passwords == 6


def test_those_of_long_ago_do_not_count() -> None:
    bans = Bans(3, 60.0)
    guess(bans, "192.0.2.7", 2)
    assert guess(bans, "192.0.2.7", 2, now=60.1) == [False, False]


def test_an_ipv6_network_of_64_bits_is_one_guesser() -> None:
    bans = Bans(2, 60.0)
    assert guess(bans, "2001:db8::1", 1) + guess(bans, "2001:db8::2", 1) == [False, True]
    assert bans.is_banned("2001:db8:0:0:ffff::9", now=1)
    assert not bans.is_banned("2001:db8:0:1::9", now=1)


@pytest.mark.parametrize("ip", ["127.0.0.1", "127.9.9.9", "::1", "not an address"])
def test_this_machine_is_never_banned(ip: str) -> None:
    bans = Bans(1, 60.0)
    assert guess(bans, ip, 5) == [False] * 5
    assert not bans.is_banned(ip, now=0)


def test_zero_is_never() -> None:
    assert not any(guess(Bans(0, 60.0), "192.0.2.7", 100))


def test_they_are_listed_and_lifted() -> None:
    bans = Bans(1, 60.0)
    guess(bans, "2001:db8::1", 1, now=0)
    guess(bans, "192.0.2.7", 1, now=10)
    assert bans.listed(now=20) == (Ban("2001:db8::/64", 1, 40.0), Ban("192.0.2.7", 1, 50.0))
    assert bans.lift("2001:db8::/64")
    assert not bans.lift("2001:db8::/64")
    assert not bans.is_banned("2001:db8::1", now=20)
    assert bans.lift("192.0.2.7")
    guess(bans, "192.0.2.7", 1, now=10)
    assert bans.listed(now=70) == ()


def test_the_table_is_bounded_and_forgets_the_banned_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ADDRESSES", 10)
    bans = Bans(2, 600.0)
    guess(bans, "192.0.2.7", 2)
    for number in range(100):
        guess(bans, f"198.51.100.{number}", 1)
    assert bans.is_banned("192.0.2.7", now=1)
    assert len(bans._records) == 10
    for number in range(100):
        guess(bans, f"203.0.113.{number}", 2)
    assert len(bans._records) == len(bans._banned) == 10
