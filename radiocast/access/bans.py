"""Addresses that tried passwords, and are kept out for a while. A bounded table."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_network

from radiocast.protocols.forwarded import parse_address

MOST_ADDRESSES = 10_000
"""Addresses that are remembered. With more, those are forgotten that have tried least lately,
banned ones last."""

IPV6_NETWORK = 64
"""Bits of an IPv6 address that a provider gives: whoever has one has 2^64."""


@dataclass(slots=True)
class Record:
    """One address and what it did. Times are seconds of whatever clock the caller has."""

    since: float
    wrong: int = 0
    until: float = 0.0
    """When its ban is over; 0: it is not banned."""


@dataclass(frozen=True, slots=True)
class Ban:
    """An address that is kept out."""

    network: str
    """An IPv4 address, or an IPv6 network of 64 bits."""
    wrong: int
    """How many wrong passwords it gave."""
    seconds_left: float


class Bans:
    """Counts wrong passwords by address. `after` of them within `seconds` ban it for as long.

    This machine's own addresses are never banned: behind a proxy that is not told to us,
    everybody comes from there.
    """

    def __init__(self, after: int, seconds: float) -> None:
        self.after = after
        """0: never."""
        self.seconds = seconds
        self.wrong_passwords = 0
        """Since the start."""
        self._records: OrderedDict[str, Record] = OrderedDict()
        self._banned: dict[str, Record] = {}

    def note_wrong_password(self, ip: str, *, now: float) -> bool:
        """Somebody there gave a wrong password. Whether that has just led to a ban."""
        self.wrong_passwords += 1
        key = key_of(ip)
        if not self.after or key is None:
            return False
        record = self._records.get(key)
        if record is None or now - record.since > self.seconds:
            record = self._records[key] = Record(since=now)
        self._records.move_to_end(key)
        record.wrong += 1
        is_new = record.wrong >= self.after and key not in self._banned
        if is_new:
            record.until = now + self.seconds
            self._banned[key] = record
        self._forget_some()
        return is_new

    def is_banned(self, ip: str, *, now: float) -> bool:
        """Whether this address is kept out now."""
        if not self._banned:  # nearly always: this is asked for each connection
            return False
        key = key_of(ip)
        record = self._banned.get(key) if key is not None else None
        if record is None or key is None:
            return False
        if record.until > now:
            return True
        self._forget(key)
        return False

    def lift(self, ip: str) -> bool:
        """Let an address in again, given as `listed` names it or as any in its network. Whether
        it was banned."""
        key = key_of(ip.partition("/")[0])
        if key is None or key not in self._banned:
            return False
        self._forget(key)
        return True

    def listed(self, *, now: float) -> tuple[Ban, ...]:
        """Who is kept out now, whose ban is over first first."""
        for key in [key for key, record in self._banned.items() if record.until <= now]:
            self._forget(key)
        ordered = sorted(self._banned.items(), key=lambda item: item[1].until)
        return tuple(Ban(key, record.wrong, record.until - now) for key, record in ordered)

    def _forget(self, key: str) -> None:
        self._banned.pop(key, None)
        self._records.pop(key, None)

    def _forget_some(self) -> None:
        while len(self._records) > MOST_ADDRESSES:
            # Those in front have tried nothing for longest.
            harmless = (key for key in self._records if key not in self._banned)
            self._forget(next(harmless, next(iter(self._records))))


def key_of(ip: str) -> str | None:
    """What is banned for an address; None: never anything."""
    address = parse_address(ip)
    if address is None or address.is_loopback:
        return None
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_NETWORK), strict=False))
    return str(address)
