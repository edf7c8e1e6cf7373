"""The configuration, typed: one class per component. Each setting is documented here.

Configurations compare by value, and equality decides what a reload changes.
Secrets are left out of every repr, so a configuration can be logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from radiocast.config.access import AccessConfig
from radiocast.config.auth import AuthConfig
from radiocast.config.autodj import AutoDjConfig, PlaylistConfig
from radiocast.config.control import ControlConfig
from radiocast.config.directories import DirectoryConfig
from radiocast.config.fields import (
    Conflict,
    Table,
    choice,
    ciphers,
    duration,
    flag,
    optional,
    password,
    path_of_mount,
    setting,
    size,
    text,
    user,
    whole,
)
from radiocast.config.files import AliasConfig, FilesConfig
from radiocast.config.icecast import IcecastConfig
from radiocast.config.live import DjConfig, LiveConfig
from radiocast.config.mount import MountConfig
from radiocast.config.outputs import OutputConfig
from radiocast.config.process import ProcessConfig
from radiocast.config.relays import MasterConfig, PushConfig, RelayConfig
from radiocast.config.sockets import SocketConfig
from radiocast.units import GIB, KIB, MIB, format_duration


class Behind(StrEnum):
    """What happens to a listener that falls further behind than a mount's queue."""

    DROP = "drop"
    SKIP = "skip"


class LogLevel(StrEnum):
    """The least important line the log still gets."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class StationConfig(Table):
    """Who we are, for pages, statistics and playlists."""

    name: str = setting("radiocast", text)
    """The station's name."""

    description: str = setting("", text)
    """One line about the station."""

    genre: str = setting("", text)
    """For instance "jazz"."""

    url: str = setting("", text)
    """The station's own web site."""

    admin: str = setting("", text)
    """How to reach whoever runs this server, for instance an e-mail address. Published."""

    location: str = setting("Earth", text)
    """Where the server is. Published."""

    host: str = setting("localhost", text)
    """The name listeners reach us by: `listenurl` is made of it, and playlists for a request
    that has no Host header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenConfig(Table):
    """Where we listen for connections. Changes need a restart."""

    host: str = setting("", text)
    """The address to listen on; empty: every address, IPv4 and IPv6."""

    port: int = setting(8000, whole(0, 65535))
    """The TCP port for listeners, sources and pages; 0: any free one."""

    shoutcast_port: int | None = setting(None, optional(whole(0, 65535)))
    """The TCP port for SHOUTcast v1 sources, one above what those sources are told.
    None: `port` + 1, or any free one if `port` is 0. 0: no such port."""

    shoutcast_mount: str = setting("/stream", path_of_mount)
    """The mount a SHOUTcast v1 source feeds: it cannot name one."""

    @property
    def effective_shoutcast_port(self) -> int | None:
        """The port to bind for SHOUTcast v1 (0: any free one), or None for none."""
        if self.shoutcast_port is None:
            return self.port + 1 if self.port else 0
        return self.shoutcast_port or None

    def conflicts(self) -> list[Conflict]:
        keys = ("shoutcast_port", "port")
        if self.shoutcast_port and self.shoutcast_port == self.port:
            return [Conflict(keys, "port and shoutcast_port are the same", "they differ by 1")]
        if self.shoutcast_port is None and self.port == 65535:
            return [
                Conflict(keys, "there is no port 65536 for SHOUTcast", "shoutcast_port = 0: none")
            ]
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsConfig(Table):
    """Encryption. With a certificate, every port speaks TLS to those who begin with it, and
    plain to the others. The files are read again on SIGHUP."""

    certificate: str = setting("", text)
    """The path of the certificate with its chain (PEM); empty: no TLS."""

    key: str = setting("", text)
    """The path of its private key (PEM, no passphrase); empty: it is in the certificate's file."""

    ciphers: str = setting("", ciphers)
    """What connections may be encrypted with up to TLS 1.2, as OpenSSL lists it; empty: what
    Python thinks secure."""

    def conflicts(self) -> list[Conflict]:
        if self.key and not self.certificate:
            return [Conflict(("key",), "a key without its certificate", "set tls.certificate too")]
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordsConfig(Table):
    """What sources and administrators prove themselves with."""

    source: str | None = setting(None, optional(password), secret=True)
    """The password of every source whose mount has none of its own. None: generated at the
    first run."""

    admin: str | None = setting(None, optional(password), secret=True)
    """The administrator's password. None: generated at the first run."""

    relay: str | None = setting(None, optional(password), secret=True)
    """The password of servers that ask for the list of mounts to relay them all. None: no
    server gets it."""

    source_user: str = setting("source", user)
    """The user name sources give, where their mount has none of its own."""

    admin_user: str = setting("admin", user)
    """The administrator's user name."""

    relay_user: str = setting("relay", user)
    """The user name those servers give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsConfig(Table):
    """How much of us anyone can have."""

    connections: int = setting(12_000, whole(1, 1_000_000))
    """TCP connections open at one time, of any kind."""

    sources: int = setting(16, whole(0, 10_000))
    """Sources on air at one time."""

    listeners: int = setting(10_000, whole(0, 1_000_000))
    """Listeners at one time, on all mounts together."""

    head: int = setting(8 * KIB, size(1 * KIB, 1 * MIB))
    """Bytes of a request's head: request line and headers."""

    body: int = setting(64 * KIB, size(1 * KIB, 16 * MIB))
    """Bytes of a request's body. What a source sends is not counted: it has no end."""

    header_timeout: float = setting(15.0, duration(0.1, 600))
    """Seconds a peer may take for a whole request head or handshake."""

    source_timeout: float = setting(10.0, duration(0.1, 3600))
    """Seconds a source may be silent before it is hung up on."""

    stop_timeout: float = setting(5.0, duration(0, 600))
    """Seconds everybody is given to end in order when the server stops."""

    def conflicts(self) -> list[Conflict]:
        if self.listeners + self.sources > self.connections:
            needed = self.listeners + self.sources
            return [
                Conflict(
                    ("connections", "listeners", "sources"),
                    f"{self.listeners} listeners and {self.sources} sources do not fit into "
                    f"{self.connections} connections",
                    f"connections = {needed} or more",
                )
            ]
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenersConfig(Table):
    """How all listeners are served."""

    tick_min: float = setting(0.05, duration(0.01, 5))
    """Seconds between two rounds of sending while few listen: the least added delay."""

    tick_max: float = setting(0.5, duration(0.01, 5))
    """Seconds between two rounds of sending while thousands listen: larger is cheaper."""

    idle_sweep: float = setting(5.0, duration(0.1, 600))
    """Seconds between two looks for listeners who left a mount that sends nothing."""

    send_buffer: int = setting(0, size(0, 64 * MIB))
    """Bytes the kernel may hold for each listener (SO_SNDBUF); 0: the kernel's choice."""

    behind: Behind = setting(Behind.DROP, choice(Behind))
    """What happens to a listener that falls further behind than its mount's `queue`."""

    def conflicts(self) -> list[Conflict]:
        if self.tick_min > self.tick_max:
            least, most = format_duration(self.tick_min), format_duration(self.tick_max)
            return [Conflict(("tick_min", "tick_max"), f"tick_min {least} exceeds tick_max {most}")]
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsConfig(Table):
    """What is written down, and where. A relative path starts where the server was started."""

    level: LogLevel = setting(LogLevel.INFO, choice(LogLevel))
    """The least important line the log still gets."""

    file: str = setting("", text)
    """The log's path; empty: standard error. Reopened on SIGHUP."""

    access: str = setting("-", text)
    """The access log's path, in Icecast's format; "-": standard output; empty: none.
    Reopened on SIGHUP."""

    playlist: str = setting("", text)
    """The path of the log of titles, in Icecast's format; empty: none. Reopened on SIGHUP."""

    rotate: int = setting(0, size(0, 64 * GIB))
    """Bytes of a log at which a new one is begun; 0: never."""

    archive: bool = setting(False, flag)
    """Whether the old one is kept under the time of day; false: it replaces the one before it,
    with `.old` behind its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration."""

    station: StationConfig = field(default_factory=StationConfig)
    listen: ListenConfig = field(default_factory=ListenConfig)
    tls: TlsConfig = field(default_factory=TlsConfig)
    passwords: PasswordsConfig = field(default_factory=PasswordsConfig)
    limits: LimitsConfig = field(default_factory=LimitsConfig)
    listeners: ListenersConfig = field(default_factory=ListenersConfig)
    logs: LogsConfig = field(default_factory=LogsConfig)

    mount_defaults: MountConfig = field(default_factory=MountConfig)
    """What a mount has that says nothing else. In TOML: `[mount]`."""

    mounts: Mapping[str, MountConfig] = field(default_factory=dict)
    """Mounts with settings of their own, by path. In TOML: `[mounts."/live"]`."""

    autodj: AutoDjConfig = field(default_factory=AutoDjConfig)
    live: LiveConfig = field(default_factory=LiveConfig)
    control: ControlConfig = field(default_factory=ControlConfig)
    icecast: IcecastConfig = field(default_factory=IcecastConfig)
    access: AccessConfig = field(default_factory=AccessConfig)
    files: FilesConfig = field(default_factory=FilesConfig)
    process: ProcessConfig = field(default_factory=ProcessConfig)
    master: MasterConfig = field(default_factory=MasterConfig)

    playlists: Mapping[str, PlaylistConfig] = field(default_factory=dict)
    """What the auto-DJ plays, by name. In TOML: `[playlists.NAME]`."""

    outputs: Mapping[str, OutputConfig] = field(default_factory=dict)
    """The mounts the auto-DJ plays on, by path. In TOML: `[outputs."/stream"]`."""

    djs: Mapping[str, DjConfig] = field(default_factory=dict)
    """Who may go live, by user name. In TOML: `[djs.anna]`."""

    sockets: Mapping[str, SocketConfig] = field(default_factory=dict)
    """More ports, by names of the operator's. In TOML: `[sockets.tls]`."""

    auth: Mapping[str, AuthConfig] = field(default_factory=dict)
    """Ways of finding out who may listen, by name. In TOML: `[auth.members]`."""

    relays: Mapping[str, RelayConfig] = field(default_factory=dict)
    """Streams of other servers, by name. In TOML: `[relays.news]`."""

    pushes: Mapping[str, PushConfig] = field(default_factory=dict)
    """Mounts that are sent to other servers, by name. In TOML: `[pushes.partner]`."""

    directories: Mapping[str, DirectoryConfig] = field(default_factory=dict)
    """Public lists of stations, by name. In TOML: `[directories.xiph]`."""

    aliases: Mapping[str, AliasConfig] = field(default_factory=dict)
    """Other names for paths. In TOML: `[aliases."/old"]`."""

    def mount(self, path: str) -> MountConfig:
        """The settings of the mount at `path`: its own, or the defaults."""
        return self.mounts.get(path, self.mount_defaults)

    @property
    def every_mount(self) -> list[MountConfig]:
        """What all mounts have in common, and those that have their own."""
        return [self.mount_defaults, *self.mounts.values()]
