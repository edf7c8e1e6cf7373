"""What a mount is like: `[mount]` for all, `[mounts."/live"]` for one. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.config.fields import (
    Conflict,
    Header,
    SettingError,
    Table,
    charset,
    duration,
    flag,
    header,
    optional,
    password,
    path_of_mount,
    setting,
    several,
    size,
    text,
    user,
    whole,
)
from radiocast.units import GIB, KIB, MIB, format_size


def charset_name(value: object) -> str:
    """The name of a charset."""
    try:
        return charset(text(value))
    except SettingError:
        raise
    except ValueError as exc:
        raise SettingError(str(exc), 'as "utf-8"') from None


def auth_table(value: object) -> str | None:
    """The name of an `[auth]` table, or "" for none."""
    return text(value) or None


_PASSWORD = optional(password)
_SOME_METAINT = size(256, 1 * MIB, "16000 is the custom")


def metaint(value: object) -> int:
    """Bytes between two titles, or 0."""
    return 0 if value == 0 and not isinstance(value, bool) else _SOME_METAINT(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class MountConfig(Table):
    """One mount, or what all mounts have in common."""

    password: str | None = setting(None, _PASSWORD, secret=True)
    """The source's password on this mount; None: `passwords.source`."""

    user: str | None = setting(None, optional(user))
    """The source's user name on this mount; None: `passwords.source_user`."""

    name: str | None = setting(None, optional(text))
    """Shown instead of the name the source gives; None: the source's."""

    description: str | None = setting(None, optional(text))
    """Shown instead of the description the source gives; None: the source's. As in Icecast,
    heads of listeners' responses have the source's, where it gives one."""

    genre: str | None = setting(None, optional(text))
    """Shown instead of the genre the source gives; None: the source's. As in Icecast,
    heads of listeners' responses have the source's, where it gives one."""

    url: str | None = setting(None, optional(text))
    """Shown instead of the address the source gives; None: the source's. As in Icecast,
    heads of listeners' responses have the source's, where it gives one."""

    public: bool | None = setting(None, optional(flag))
    """Whether the stream may be listed in public; None: as the source says."""

    bitrate: str | None = setting(None, optional(text))
    """Shown instead of the bitrate the source gives; None: the source's. As in Icecast,
    heads of listeners' responses have the source's, where it gives one."""

    content_type: str | None = setting(None, optional(text))
    """What statistics say instead of the type the source gives; None: the source's. Listeners
    are told what it is."""

    subtype: str | None = setting(None, optional(text))
    """What statistics say of the codec, instead of what was found in the stream."""

    hidden: bool = setting(False, flag)
    """Whether pages and statistics leave the mount out. It can still be heard."""

    direct: bool = setting(True, flag)
    """Whether listeners may ask for it; false: they only come by the fallback of another."""

    max_listeners: int | None = setting(
        None, optional(whole(1, 1_000_000, "leave it out for no limit but limits.listeners"))
    )
    """Listeners of this mount at one time; None: no limit but `limits.listeners`."""

    listener_time: float = setting(0.0, duration(0, 31 * 86400))
    """Seconds a listener may stay; 0: for ever."""

    auth: str | None = setting(None, optional(auth_table))
    """The `[auth]` table that says who may listen; None: everybody may. In TOML "" says so where
    `[mount]` says otherwise."""

    fallback: str | None = setting(None, optional(path_of_mount))
    """Where listeners go when the source is gone: another mount, or a file in `files.root`;
    None: nowhere."""

    fallback_override: bool = setting(False, flag)
    """Whether they come back when there is a source again."""

    fallback_when_full: bool = setting(False, flag)
    """Whether who comes when `max_listeners` are there is sent to the fallback."""

    intro: str | None = setting(None, optional(text))
    """A file that listeners get before the stream; None: none."""

    record: str | None = setting(None, optional(text))
    """A file that what the source sends is written to, with strftime's %Y, %m, %H and so on;
    None: none."""

    on_connect: str | None = setting(None, optional(text))
    """A program that is run with the mount's path when a source comes; None: none."""

    on_disconnect: str | None = setting(None, optional(text))
    """A program that is run with the mount's path when the source is gone; None: none."""

    charset: str | None = setting(None, optional(charset_name))
    """What titles are written in that come over HTTP without saying it; None: UTF-8, and
    Latin-1 where that makes no sense."""

    headers: tuple[Header, ...] = setting((), several(header, '["X-Name: value"]'))
    """What goes into listeners' responses besides."""

    cluster_password: str | None = setting(None, _PASSWORD, secret=True)
    """By which directories know that streams of several servers are one; None: they are not."""

    burst: int = setting(64 * KIB, size(0, 64 * MIB))
    """Bytes a listener is sent at once on joining, so that its player starts without a wait.
    Browsers read in steps of 32 KiB: less than 40 KiB makes them start late."""

    burst_time: float = setting(1.0, duration(0, 60))
    """Seconds of audio the burst holds at least, however many bytes that takes: 64 KiB of FLAC
    are less than half a second, with which no browser starts at once."""

    metaint: int = setting(16_000, metaint)
    """Bytes of audio between two titles, for listeners that ask for ICY metadata; 0: none."""

    queue: int = setting(512 * KIB, size(16 * KIB, 1 * GIB))
    """Bytes of audio kept: as far as a listener may fall behind. At least `burst`."""

    keep: float = setting(0.0, duration(0, 86400))
    """Seconds of audio kept at most; 0: as much as `queue` holds."""

    takeover: bool = setting(False, flag)
    """Whether a new source with the right password may replace the one on air."""

    grace: float = setting(5.0, duration(0, 3600))
    """Seconds listeners are kept when the source is gone, waiting for its return."""

    source_timeout: float | None = setting(None, optional(duration(0.1, 3600)))
    """Seconds its source may be silent; None: `limits.source_timeout`."""

    def conflicts(self) -> list[Conflict]:
        if self.burst > self.queue:
            burst, queue = format_size(self.burst), format_size(self.queue)
            return [
                Conflict(
                    ("burst", "queue"),
                    f"a burst of {burst} does not fit into a queue of {queue}",
                    f'queue = "{burst}" or more',
                )
            ]
        return []
