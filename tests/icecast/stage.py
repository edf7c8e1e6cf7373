"""A station like the recorded Icecasts (their `main.xml`), and what was on air there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from radiocast.config.icecast import Level
from tests.media import media
from tests.server.made import encoder, mount_of, until
from tests.station import RunningStation

SETTINGS = """
[station]
host = "localhost"
location = "Earth"
admin = "icemaster@localhost"
[mount]
takeover = false
[mounts."/full.mp3"]
max_listeners = 1
[mounts."/fullfb.mp3"]
max_listeners = 1
fallback = "/fbdest.mp3"
fallback_when_full = true
[mounts."/fb.mp3"]
fallback = "/fbdest.mp3"
fallback_override = true
[mounts."/fbno.mp3"]
fallback = "/fbdest.mp3"
[mounts."/hidden.mp3"]
hidden = true
[mounts."/hdr.mp3"]
headers = ["Access-Control-Allow-Origin: http://webplayer.example.org", "X-Mount: yes"]
[mounts."/limited.mp3"]
listener_time = "3s"
[mounts."/nomount.mp3"]
direct = false
[mounts."/pw.mp3"]
user = "dj"
password = "djpw"
[mounts."/over.mp3"]
name = "Config Name"
description = "Config Desc"
url = "http://cfg.example/"
genre = "Config Genre"
bitrate = "64"
content_type = "audio/x-cfg"
subtype = "cfg"
public = false
metaint = 4096
[mounts."/utf8.mp3"]
charset = "utf-8"
[mounts."/noint.mp3"]
metaint = 0
[sockets.tls]
host = "127.0.0.1"
tls = "only"
[sockets.shoutcast]
host = "127.0.0.1"
shoutcast_mount = "/sc.mp3"
shoutcast_only = true
[aliases."/aliased"]
to = "/live.mp3"
"""

AGENT = "User-Agent: goldensrc/1.0"
GOLDEN = (
    "Ice-Public: 0",
    "Ice-Description: Golden Description",
    "Ice-URL: http://example.org/",
    "Ice-Genre: Golden Genre",
    "Ice-Bitrate: 128",
    "Ice-Audio-Info: ice-samplerate=44100;ice-bitrate=128;ice-channels=2",
)
NAMED = ("Ice-Name: Golden Name", *GOLDEN)

Sources = dict[str, tuple[str, str, tuple[str, ...]]]
"""By mount: content type, file, headers."""

MP3 = ("audio/mpeg", "cbr128.mp3")
LIVE: Sources = {"/live.mp3": (*MP3, NAMED)}
VORBIS: Sources = {
    "/live.ogg": ("application/ogg", "vorbis.ogg", ("Ice-Name: Vorbis Name", *GOLDEN))
}
EARLY: Sources = {
    "/chunk.mp3": (*MP3, ()),
    "/ice.mp3": (*MP3, ("Ice-Name: ICE proto",)),
    "/legacy.mp3": (*MP3, NAMED),
    "/live.aac": (
        "audio/aac",
        "lc.aac",
        ("icy-name: Icy Name", "icy-genre: g", "icy-br: 96", "icy-url: http://u/", "icy-pub: 0"),
    ),
    **LIVE,
    "/live.oga": ("application/ogg", "flac-ffmpeg.oga", ()),
    **VORBIS,
    "/live.opus": ("audio/ogg", "opus.opus", ("Ice-Name: Opus Name", "Ice-Public: 0")),
    "/live.webm": ("audio/webm", "opus-live.webm", ()),
    "/noct.mp3": (*MP3, ()),
    "/pw.mp3": (*MP3, ()),
    "/unk.bin": ("application/x-unknown", "cbr128.mp3", ()),
}
LATE: Sources = dict.fromkeys(
    (
        *("/dump.mp3", "/fbfile.mp3", "/hdr.mp3", "/hidden.mp3", "/intro.mp3", "/limited.mp3"),
        *("/noint.mp3", "/nomount.mp3", "/over.mp3", "/yp.mp3"),
    ),
    (*MP3, NAMED),
)
"""Those of the last recordings, one of them hidden."""
TITLED: Sources = {
    **LIVE,
    "/live.ogg": ("application/ogg", "vorbis.ogg", NAMED),
    "/artist.mp3": (*MP3, ()),
    "/utf8.mp3": (*MP3, ()),
    "/live.opus": ("audio/ogg", "opus.opus", ()),
}
FALLEN: Sources = {
    "/fullfb.mp3": (*MP3, NAMED),
    "/fbdest.mp3": (*MP3, ("Ice-Name: FB Dest",)),
}
MASTERS: Sources = {
    "/fbfile.mp3": (*MP3, ("Ice-Name: Unspecified name",)),
    "/fbogg.mp3": ("application/ogg", "vorbis.ogg", ("Ice-Name: Unspecified name",)),
    **LIVE,
    "/live.ogg": ("application/ogg", "vorbis.ogg", ("Ice-Name: Unspecified name",)),
}
"""Those of the server that the recorded slave relayed."""
DOOMED: Sources = {"/kill.mp3": (*MP3, ())}

SHOUTCAST_INFO = (
    "icy-name: SC Name",
    "icy-genre: SC Genre",
    "icy-url: http://sc.example/",
    "icy-pub: 0",
    "icy-br: 128",
)


@asynccontextmanager
async def on_air(on: RunningStation, sources: Sources) -> AsyncIterator[None]:
    """All of them, once it is known what they send."""
    async with AsyncExitStack() as stack:
        for path, (kind, file, headers) in sources.items():
            audio = media(file)
            password = on.station.broadcast.config.mount(path).password or "sesame"
            user = on.station.broadcast.config.mount(path).user or "source"
            source = encoder(
                on, path, AGENT, *headers, kind=kind, audio=audio, user=user, password=password
            )
            await stack.enter_async_context(source)
        await until(lambda: all(mount_of(on, path).log.end > 0 for path in sources))
        yield


def become(on: RunningStation, level: str) -> None:
    """The passwords of a relay, and what differs between the Icecasts, from now on."""
    config = on.station.broadcast.config
    on.station.reload(
        replace(
            config,
            listen=replace(config.listen, shoutcast_mount="/sc.mp3"),
            passwords=replace(config.passwords, relay="follow"),
            icecast=replace(config.icecast, version=Level(level)),
        )
    )
