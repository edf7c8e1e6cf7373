"""What an operator is told at the start: where to listen, who to be, where to send. Pure."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from radiocast.config.model import Config, PasswordsConfig
from radiocast.protocols.addresses import listen_url

MOUNT = "/live"
"""The mount the settings name where the auto-DJ has none. Any other path would do."""

YOURS = "as configured"


def welcome(config: Config, file: Path, chosen: PasswordsConfig) -> str:
    """The text for the first run, with the passwords just generated in it.

    Those that the operator has `chosen` are not shown: they are known.
    """
    host, port, mount = config.station.host, config.listen.port, _mount(config)
    user = config.passwords.source_user
    password = config.passwords.source if chosen.source is None else YOURS
    admin = config.passwords.admin if chosen.admin is None else YOURS
    shoutcast = ""
    if config.listen.effective_shoutcast_port == port + 1:
        shoutcast = f"""
On air with an encoder that only knows SHOUTcast: the same address, port and password;
it is heard at {listen_url(host, port, config.listen.shoutcast_mount)}
"""
    return f"""
Welcome to radiocast. These passwords were made for this station and are shown only now;
they are kept in {file}

  Sources          user {user}, password {password}
  Administration   user {config.passwords.admin_user}, password {admin}

On air with butt: Settings, Main, Server, ADD

  Type                 Icecast
  Address              {host}
  Port                 {port}
  Password             {password}
  IceCast mountpoint   {mount}
  IceCast user         {user}

On air with Mixxx: Preferences, Live Broadcasting, Server connection

  Type       Icecast 2
  Host       {host}
  Login      {user}
  Mount      {mount}
  Port       {port}
  Password   {password}

On air with ffmpeg: a test tone; for music, put  -i FILE  in place of  -f lavfi -i sine

  {_ffmpeg_line(config, chosen)}
{shoutcast}
{_listen(config)}
Status page   {listen_url(host, port, "/")}
"""


def reminder(config: Config, file: Path | None) -> list[str]:
    """What is said at every other start, a line each; `file`: where generated passwords are."""
    where = f" in {file}" if file else " as configured"
    if not config.outputs:
        return [f"passwords are{where}"] if file else []
    return [
        f"listen at {' and '.join(_addresses(config))}",
        f"who sends to {_mount(config)} takes over from the auto-DJ; the password is{where}",
    ]


def _mount(config: Config) -> str:
    """Where to send: to a mount of the auto-DJ, who hands it over, if there is one."""
    return next(iter(config.outputs), MOUNT)


def _addresses(config: Config) -> list[str]:
    """Where to listen, now or as soon as somebody is on air."""
    host, port = config.station.host, config.listen.port
    return [listen_url(host, port, path) for path in config.outputs or [MOUNT]]


def _listen(config: Config) -> str:
    if not config.outputs:
        return f"Listen        {_addresses(config)[0]}"
    said = [*_addresses(config), "in a browser or any player: music plays until you are on air"]
    return "Listen now    " + f"\n{'':14}".join(said)


def _ffmpeg_line(config: Config, chosen: PasswordsConfig) -> str:
    user = quote(config.passwords.source_user, safe="")
    password = config.passwords.source if chosen.source is None else "PASSWORD"
    url = listen_url(config.station.host, config.listen.port, _mount(config))
    return (
        "ffmpeg -re -f lavfi -i sine -c:a libmp3lame -b:a 128k -content_type audio/mpeg -f mp3 "
        f"icecast://{user}:{password}@{url.removeprefix('http://')}"
    )
