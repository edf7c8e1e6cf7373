"""What an operator is told at the first run: who to be, where to send, where to listen. Pure."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from radiocast.config.model import Config, PasswordsConfig
from radiocast.protocols.addresses import listen_url

MOUNT = "/live"
"""The mount the first settings name. Any other path would do."""

YOURS = "as configured"


def welcome(config: Config, file: Path, chosen: PasswordsConfig) -> str:
    """The text for the first run, with the passwords just generated in it.

    Those that the operator has `chosen` are not shown: they are known.
    """
    host, port = config.station.host, config.listen.port
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
  IceCast mountpoint   {MOUNT}
  IceCast user         {user}

On air with Mixxx: Preferences, Live Broadcasting, Server connection

  Type       Icecast 2
  Host       {host}
  Login      {user}
  Mount      {MOUNT}
  Port       {port}
  Password   {password}

On air with ffmpeg: a test tone; for music, put  -i FILE  in place of  -f lavfi -i sine

  {_ffmpeg_line(config, chosen)}
{shoutcast}
Listen        {listen_url(host, port, MOUNT)}
Status page   {listen_url(host, port, "/")}
"""


def _ffmpeg_line(config: Config, chosen: PasswordsConfig) -> str:
    user = quote(config.passwords.source_user, safe="")
    password = config.passwords.source if chosen.source is None else "PASSWORD"
    target = listen_url(config.station.host, config.listen.port, MOUNT).removeprefix("http://")
    return (
        "ffmpeg -re -f lavfi -i sine -c:a libmp3lame -b:a 128k -content_type audio/mpeg -f mp3 "
        f"icecast://{user}:{password}@{target}"
    )
