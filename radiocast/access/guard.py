"""Everything that decides who may come in, for one station."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping

import trio

from radiocast.access import signed
from radiocast.access.addresses import Addresses
from radiocast.access.asking import Admitted, Authenticator, Caller, Denied
from radiocast.access.bans import Bans, key_of
from radiocast.access.htpasswd import Htpasswd
from radiocast.access.notices import Notices
from radiocast.access.url import UrlAuth
from radiocast.access.url_forms import Server
from radiocast.config.auth import AuthConfig, AuthKind
from radiocast.config.model import Config
from radiocast.mounts.statistics import AccessStatistics
from radiocast.units import format_duration

logger = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks for changed files."""

TELLERS = 8
"""Web servers told at one time that listeners have left."""


class SignedAuth:
    """Listeners with a signed address or a token: `kind = "signed"`."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def refresh(self) -> None:
        """There is no file."""

    async def admit(self, caller: Caller) -> Admitted | Denied:
        return signed.check(self._secret, caller, now=time.time())


Kind = Htpasswd | UrlAuth | SignedAuth


class Guard:
    """Who may connect and listen, and who is kept out. `run` is its task."""

    def __init__(self, config: Config, *, port: int, agent: str) -> None:
        self._port, self._agent = port, agent
        self._instance = str(uuid.uuid4())
        self._listeners = Notices(TELLERS)
        self._mounts = Notices(1)  # that a source came is not told after that it is gone
        self._config = config
        self.addresses = Addresses(config.access)
        self.bans = Bans(config.access.ban_after, config.access.ban_time)
        self.turned_away = 0
        """Connections closed because of where they came from, since the start."""
        self._kinds: Mapping[str, Kind] = {
            name: self._make(table, config) for name, table in config.auth.items()
        }

    def configure(self, config: Config) -> None:
        """New settings, from now on. What has not changed stays: who listens twice is known."""
        before = self._config
        if config.access != before.access:
            self.addresses = Addresses(config.access)
            self.bans.after, self.bans.seconds = config.access.ban_after, config.access.ban_time
        is_same = self._server(config) == self._server(before)  # what web servers are told of us
        self._kinds = {
            name: self._kinds[name]
            if before.auth.get(name) == table and (is_same or table.kind is not AuthKind.URL)
            else self._make(table, config)
            for name, table in config.auth.items()
        }
        self._config = config

    def welcomes(self, ip: str) -> bool:
        """Whether this address may connect; if not, that is counted. Trusted proxies always may:
        it is whom they speak for that counts."""
        if self.addresses.is_trusted(ip):
            return True
        if self.addresses.are_open_to(ip) and not self.bans.is_banned(ip, now=time.monotonic()):
            return True
        self.turned_away += 1
        return False

    def note_wrong_password(self, ip: str) -> None:
        """Somebody there gave a wrong password."""
        if self.addresses.is_trusted(ip):
            return
        if self.bans.note_wrong_password(ip, now=time.monotonic()):
            logger.warning(
                "%s: %d wrong passwords: kept out for %s",
                *(key_of(ip), self.bans.after, format_duration(self.bans.seconds)),
            )

    def of_mount(self, path: str) -> Authenticator | None:
        """Who says who may listen to a mount; None: everybody may."""
        return self._kind(path)

    def users_of(self, path: str) -> Htpasswd | None:
        """The names and passwords of a mount's listeners; None: it has none here."""
        kind = self._kind(path)
        return kind if isinstance(kind, Htpasswd) else None

    def asked_of_sources(self, path: str) -> UrlAuth | None:
        """The web server that says who may send to a mount; None: passwords do."""
        kind = self._kind(path)
        return kind if isinstance(kind, UrlAuth) and kind.config.stream_auth else None

    def tell_mount(self, action: str, path: str, ip: str, agent: str) -> None:
        """A source came (`mount_add`) or is gone (`mount_remove`): tell who wants to know."""
        kind = self._kind(path)
        if isinstance(kind, UrlAuth):
            kind.tell_mount(action, path, ip, agent)

    def statistics(self) -> AccessStatistics:
        """Who was kept out."""
        banned = len(self.bans.listed(now=time.monotonic()))
        return AccessStatistics(self.turned_away, self.bans.wrong_passwords, banned)

    async def run(self) -> None:
        """Look for changed files, and tell web servers what happened, for ever."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._listeners.run)
            nursery.start_soon(self._mounts.run)
            while True:
                await trio.sleep(LOOK_EVERY)
                await trio.to_thread.run_sync(self._refresh)

    async def drain(self, seconds: float) -> None:
        """Wait until web servers know what happened, but not longer than that."""
        with trio.move_on_after(seconds):
            await self._listeners.drain()
            await self._mounts.drain()

    def _refresh(self) -> None:
        self.addresses.refresh()
        for kind in list(self._kinds.values()):
            kind.refresh()

    def _kind(self, path: str) -> Kind | None:
        name = self._config.mount(path).auth
        return None if name is None else self._kinds[name]

    def _server(self, config: Config) -> Server:
        return Server(
            host=config.station.host,
            port=self._port,
            instance=self._instance,
            level=config.icecast.version,
            agent=self._agent,
        )

    def _make(self, table: AuthConfig, config: Config) -> Kind:
        match table.kind:
            case AuthKind.HTPASSWD:
                return Htpasswd(table.file, duplicates=table.duplicates)
            case AuthKind.URL:
                return UrlAuth(table, self._server(config), self._listeners, self._mounts)
            case AuthKind.SIGNED:
                assert table.secret is not None, "the configuration was checked"
                return SignedAuth(table.secret)
