"""The sources that were on air when Icecast's answers were recorded, sent again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from tests.media import media
from tests.server.made import encoder, mount_of, until
from tests.station import RunningStation

SETTINGS = """
[station]
host = "localhost"
location = "Earth"
admin = "icemaster@localhost"
[mounts."/hidden.mp3"]
hidden = true
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

Sources = dict[str, tuple[str, str, tuple[str, ...]]]
"""By mount: content type, file, headers."""

EARLY: Sources = {
    "/chunk.mp3": ("audio/mpeg", "cbr128.mp3", ()),
    "/ice.mp3": ("audio/mpeg", "cbr128.mp3", ("Ice-Name: ICE proto",)),
    "/legacy.mp3": ("audio/mpeg", "cbr128.mp3", ("Ice-Name: Golden Name", *GOLDEN)),
    "/live.aac": (
        "audio/aac",
        "lc.aac",
        ("icy-name: Icy Name", "icy-genre: g", "icy-br: 96", "icy-url: http://u/", "icy-pub: 0"),
    ),
    "/live.mp3": ("audio/mpeg", "cbr128.mp3", ("Ice-Name: Golden Name", *GOLDEN)),
    "/live.oga": ("application/ogg", "flac-ffmpeg.oga", ()),
    "/live.ogg": ("application/ogg", "vorbis.ogg", ("Ice-Name: Vorbis Name", *GOLDEN)),
    "/live.opus": ("audio/ogg", "opus.opus", ("Ice-Name: Opus Name",)),
    "/live.webm": ("audio/webm", "opus-live.webm", ()),
    "/noct.mp3": ("audio/mpeg", "cbr128.mp3", ()),
    "/pw.mp3": ("audio/mpeg", "cbr128.mp3", ()),
    "/unk.bin": ("application/x-unknown", "cbr128.mp3", ()),
}
LATE: Sources = dict.fromkeys(
    (
        *("/dump.mp3", "/fbfile.mp3", "/hdr.mp3", "/hidden.mp3", "/intro.mp3", "/limited.mp3"),
        *("/noint.mp3", "/nomount.mp3", "/over.mp3", "/yp.mp3"),
    ),
    ("audio/mpeg", "cbr128.mp3", ()),
)
"""Those of the last recordings, one of them hidden."""
DOOMED: Sources = {"/kill.mp3": ("audio/mpeg", "cbr128.mp3", ())}


@asynccontextmanager
async def on_air(on: RunningStation, sources: Sources) -> AsyncIterator[None]:
    """All of them, once it is known what they send."""
    async with AsyncExitStack() as stack:
        for path, (kind, file, headers) in sources.items():
            audio = media(file)
            source = encoder(on, path, AGENT, *headers, kind=kind, audio=audio)
            await stack.enter_async_context(source)
        await until(lambda: all(mount_of(on, path).log.end > 0 for path in sources))
        yield
