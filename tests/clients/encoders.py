"""The encoders that push, as an operator runs them: a command line, and a file where they want one.

`{port}`, `{directory}` and `{mp3}`, `{ogg}` … (the tune in that format) are filled in.
Commands and their quirks were tried against Debian's icecast2 first.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

import trio

from tests.clients.processes import running
from tests.clients.tunes import ARTIST, TITLE, Tune

SONG = f"{ARTIST} - {TITLE}"

SHOUTCAST_MOUNT = "/stream"
"""What a SHOUTcast source feeds, which cannot name a mount."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """One way of using one encoder."""

    command: str
    mounts: tuple[str, ...] = ("/live",)
    song: str | None = None
    """What the status must show once it plays; None: it sends none."""
    stdin: str = ""
    """The tune it is fed, by suffix."""
    files: Mapping[str, str] = field(default_factory=dict)
    """What it finds in `{directory}`."""

    @property
    def program(self) -> str:
        return self.command.split()[0]


def start(
    encoder: Encoder, port: int, tunes: Mapping[str, Tune], directory: Path
) -> AbstractAsyncContextManager[trio.Process]:
    """Run it towards the station at `port` (and `port` + 1, where SHOUTcast is spoken)."""
    places = {suffix: str(tune.path) for suffix, tune in tunes.items()}
    places |= {"port": str(port), "directory": str(directory)}
    for name, text in encoder.files.items():
        file = directory / name
        file.write_text(_fill(text, places))
        file.chmod(0o600)  # ezstream reads no password from a file that others may read
    command = shlex.split(_fill(encoder.command, places))
    stdin = tunes[encoder.stdin].path if encoder.stdin else None
    return running(command, directory / "encoder.log", stdin=stdin)


def _fill(text: str, places: Mapping[str, str]) -> str:
    for name, value in places.items():
        text = text.replace("{" + name + "}", value)
    return text


FFMPEG = "ffmpeg -nostdin -v error -re"
ICECAST = "icecast://source:sesame@127.0.0.1:{port}/live"
HTTP = "-method PUT -auth_type basic -content_type audio/mpeg http://source:sesame@127.0.0.1:{port}"
SHOUT = "shout --host 127.0.0.1 --port {port} --pass sesame --usage audio --format"
GST = "gst-launch-1.0 -q filesrc location={mp3} ! id3demux ! mpegaudioparse"
SHOUT2SEND = "shout2send ip=127.0.0.1 port={port} password=sesame mount=/live"
CURL = "curl -sS -u source:sesame -H Content-Type:audio/mpeg"

EZSTREAM = """
<ezstream>
  <servers><server>
    <hostname>127.0.0.1</hostname><port>{port}</port><password>sesame</password>
  </server></servers>
  <streams><stream><mountpoint>/live</mountpoint><format>MP3</format></stream></streams>
  <intakes><intake><type>file</type><filename>{mp3}</filename></intake></intakes>
</ezstream>
"""

LIQUIDSOAP = """
settings.init.allow_root.set(true)
settings.log.file.set(false)
settings.log.stdout.set(true)
s = once(single("{mp3}"))
h = "127.0.0.1"
p = {port}
w = "sesame"
e = %mp3(bitrate=128)
f = true
output.icecast(e, fallible=f, host=h, port=p, password=w, mount="/source", s)
output.icecast(e, fallible=f, host=h, port=p, password=w, mount="/put", method="put", s)
output.icecast(e, fallible=f, host=h, port=p, password=w, mount="/chunked", chunked=true, s)
output.icecast(%vorbis, fallible=f, host=h, port=p, password=w, mount="/vorbis", s)
output.shoutcast(e, fallible=f, host=h, port=p, password=w, s)
"""

ENCODERS = {
    "ffmpeg": Encoder(f"{FFMPEG} -i {{mp3}} -c copy -f mp3 {ICECAST}"),
    "ffmpeg legacy": Encoder(f"{FFMPEG} -i {{mp3}} -c copy -f mp3 -legacy_icecast 1 {ICECAST}"),
    "ffmpeg AAC": Encoder(f"{FFMPEG} -i {{aac}} -c copy -f adts -content_type audio/aac {ICECAST}"),
    "ffmpeg Vorbis": Encoder(
        f"{FFMPEG} -i {{ogg}} -c copy -f ogg -content_type audio/ogg {ICECAST}"
    ),
    "ffmpeg Opus": Encoder(
        f"{FFMPEG} -i {{opus}} -c copy -f ogg -content_type audio/ogg {ICECAST}"
    ),
    "ffmpeg Ogg FLAC": Encoder(
        f"{FFMPEG} -i {{oga}} -c copy -f ogg -content_type audio/ogg {ICECAST}"
    ),
    "ffmpeg FLAC": Encoder(
        f"{FFMPEG} -i {{flac}} -c copy -f flac -content_type audio/flac {ICECAST}"
    ),
    "ffmpeg WebM": Encoder(
        f"{FFMPEG} -i {{webm}} -c copy -f webm -live 1 -cluster_time_limit 500"
        f" -content_type audio/webm {ICECAST}"
    ),
    "ffmpeg HTTP chunked": Encoder(f"{FFMPEG} -i {{mp3}} -c copy -f mp3 {HTTP}/live"),
    "ffmpeg HTTP unchunked": Encoder(
        f"{FFMPEG} -i {{mp3}} -c copy -f mp3 -chunked_post 0 {HTTP}/live"
    ),
    "curl": Encoder(f"{CURL} --limit-rate 16k -T - http://127.0.0.1:{{port}}/live", stdin="mp3"),
    "curl of a file": Encoder(f"{CURL} --limit-rate 16k -T {{mp3}} http://127.0.0.1:{{port}}/live"),
    "shout": Encoder(f"{SHOUT} mp3 --mount /live", stdin="mp3"),
    "shout Ogg": Encoder(f"{SHOUT} ogg --mount /live", stdin="ogg"),
    "shout ICY": Encoder(f"{SHOUT} mp3 --proto icy", (SHOUTCAST_MOUNT,), stdin="mp3"),
    "ezstream": Encoder(
        "ezstream -c {directory}/ezstream.xml", song=SONG, files={"ezstream.xml": EZSTREAM}
    ),
    "GStreamer": Encoder(f"{GST} ! {SHOUT2SEND}", song=SONG),
    "GStreamer ICY": Encoder(f"{GST} ! {SHOUT2SEND} protocol=icy", (SHOUTCAST_MOUNT,), song=SONG),
    "liquidsoap": Encoder(
        "liquidsoap {directory}/radio.liq",
        ("/source", "/put", "/chunked", "/vorbis", SHOUTCAST_MOUNT),
        song=SONG,
        files={"radio.liq": LIQUIDSOAP},
    ),
}
