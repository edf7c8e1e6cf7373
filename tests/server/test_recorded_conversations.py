"""What real encoders and players sent, to the byte, sent again to a living station.

Whole, byte by byte and cut at random: nothing may depend on how it arrives.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import pytest
import trio

from radiocast.server import sending
from tests.protocols.recorded import client, cuttings, names

from .audio import frames
from .made import mount_of, player, put, station, until
from .talk import ACCEPTED, CONTINUE, Talk, talk

SETTINGS = '[mount]\npassword = "hackme"\ngrace = 0\n[limits]\nheader_timeout = 5'
OK2 = b"OK2\r\nicy-caps:11\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Encoder:
    """A recording of one that goes on air."""

    path: str
    reply: bytes = ACCEPTED
    shoutcast: bool = False
    chunked: bool = False
    kind: str = "audio/mpeg"
    then: str = ""
    """Recording of what it sends when it has the reply."""
    headers_only: bool = False
    """Vorbis: its headers are longer than what was kept of the recording."""


BOTH = CONTINUE + ACCEPTED
ENCODERS = {
    "clients/butt-icecast-mp3.conn1": Encoder("/butt.mp3", BOTH),
    "clients/butt-icecast-ogg.conn1": Encoder(
        "/butt.ogg", BOTH, kind="audio/ogg", headers_only=True
    ),
    "clients/butt-icecast-opus.conn1": Encoder("/butt.opus", BOTH, kind="audio/ogg"),
    "clients/butt-shoutcast.conn1": Encoder("/stream", OK2, shoutcast=True),
    "clients/curl-put.conn1": Encoder("/curl.mp3", BOTH, chunked=True),
    "clients/curl-put-file.conn1": Encoder("/curl.mp3", BOTH),
    "clients/ezstream-mp3-tls-default.conn4": Encoder("/ez.mp3"),
    "clients/ezstream-ogg.conn2": Encoder("/ez.ogg", kind="application/ogg", headers_only=True),
    "clients/ffmpeg-http-put-chunked.conn1": Encoder("/ff.mp3", chunked=True),
    "clients/ffmpeg-http-put-nochunk.conn1": Encoder("/ff.mp3"),
    "clients/ffmpeg-http-source.conn1": Encoder("/ff.mp3"),
    "clients/ffmpeg-icecast-ogg.conn1": Encoder(
        "/ff.ogg", BOTH, kind="application/ogg", headers_only=True
    ),
    "clients/ffmpeg-icecast-put.conn1": Encoder("/ff.mp3", BOTH),
    "clients/ffmpeg-icecast-put-eof.conn1": Encoder("/ff.mp3", BOTH),
    "clients/ffmpeg-icecast-source-legacy.conn1": Encoder("/ff.mp3"),
    "clients/ffmpeg-icecast-tls.conn1": Encoder("/ff.mp3", BOTH),
    "clients/gst-shout2send-icy.conn2": Encoder("/stream", OK2, shoutcast=True),
    "clients/gst-shout2send-mp3.conn4": Encoder("/gst.mp3"),
    "clients/gst-shout2send-ogg.conn4": Encoder(
        "/gst.ogg", kind="application/ogg", headers_only=True
    ),
    "clients/libshout-icy.conn2": Encoder("/stream", OK2, shoutcast=True),
    "clients/libshout-mount-odd.conn2": Encoder("/my röck st.mp3"),
    "clients/libshout-tls-auto.conn4": Encoder("/ls.mp3"),
    "clients/libshout-tls-rfc2818.conn2": Encoder("/ls.mp3"),
    "clients/liquidsoap-chunked.conn1": Encoder("/liq.mp3", chunked=True),
    "clients/liquidsoap-ogg.conn1": Encoder("/liq.ogg", kind="application/ogg", headers_only=True),
    "clients/liquidsoap-put.conn1": Encoder("/liq.mp3", BOTH),
    "clients/liquidsoap-put-chunked.conn1": Encoder("/liq.mp3", BOTH, chunked=True),
    "clients/liquidsoap-shoutcast.conn1": Encoder("/stream", OK2, shoutcast=True),
    "clients/liquidsoap-source.conn1": Encoder("/liq.mp3"),
    "clients/mixxx-icecast2-mp3-long.conn2": Encoder("/mixxx.mp3"),
    "clients/mixxx-icecast2-ogg.conn2": Encoder(
        "/mixxx.ogg", kind="application/ogg", headers_only=True
    ),
    "clients/mixxx-shoutcast-mp3.conn1": Encoder("/stream", OK2, shoutcast=True),
    "reconstructed/darkice-old-ice-password": Encoder("/live"),
    "reconstructed/edcast-altacast-icecast2": Encoder("/live"),
    "reconstructed/edcast-altacast-shoutcast.step1": Encoder(
        "/stream",
        OK2,
        shoutcast=True,
        then="reconstructed/edcast-altacast-shoutcast.step2-after-OK2",
    ),
    "reconstructed/bassnet-shoutcast.step1": Encoder(
        "/stream",
        OK2,
        shoutcast=True,
        kind="audio/mpeg",
        then="reconstructed/bassnet-shoutcast.step2-after-OK2",
    ),
}


def audio_in(recording: bytes, *, chunked: bool) -> bytes:
    """What follows the last empty line of the head; of chunks, what is in them."""
    ends = [at + len(end) for end in (b"\r\n\r\n", b"\n\n") if (at := recording.find(end)) >= 0]
    body = recording[min(ends) :]
    if not chunked:
        return body
    audio = b""
    while b"\r\n" in body:
        size, _, body = body.partition(b"\r\n")
        audio, body = audio + body[: int(size, 16)], body[int(size, 16) + 2 :]
    return audio


@pytest.mark.parametrize("name", ENCODERS)
async def test_an_encoder_is_answered_and_what_it_sends_is_heard(name: str) -> None:
    recording, wanted = client(name), ENCODERS[name]
    audio = audio_in(
        recording + (client(wanted.then) if wanted.then else b""), chunked=wanted.chunked
    )

    async def replay(pieces: list[bytes]) -> None:
        async with station(SETTINGS) as on:
            port = on.shoutcast_port if wanted.shoutcast else on.port
            async with talk(port) as peer, trio.open_nursery() as nursery:
                answered = trio.Event()
                nursery.start_soon(say, peer, pieces, answered)
                assert await peer.read(len(wanted.reply)) == wanted.reply
                answered.set()
                await until(lambda: on.registry.get(wanted.path) is not None)
                async with player(on, wanted.path.replace(" ", "%20")) as listener:
                    assert listener.head.headers["content-type"] == wanted.kind
                    mount = mount_of(on, wanted.path)
                    await until(lambda: mount.counts.bytes_read >= len(audio))
                    await peer.end()
                    await listener.hear_out()
                if wanted.headers_only:
                    assert listener.body == b""
                else:
                    assert len(audio) - len(listener.body) < 1100, "a tag, and a frame cut short"
                    assert listener.body in audio

    async def say(peer: Talk, pieces: list[bytes], answered: trio.Event) -> None:
        await peer.send(*filter(None, pieces))
        if wanted.then:
            await answered.wait()
            await peer.send(client(wanted.then))

    whole, bytewise, *cut = cuttings(recording)
    async with trio.open_nursery() as nursery:
        for pieces in (whole, bytewise, cut[1]):
            nursery.start_soon(replay, pieces)


ANSWERS = {
    # Encoders that come without a password first, or with a wrong one.
    "clients/butt-icecast-badpass.conn1": b"HTTP/1.0 401 ",
    "clients/ffmpeg-icecast-put-badpass.conn1": b"HTTP/1.0 401 ",
    "clients/libshout-badpass.conn1": b"HTTP/1.0 401 ",
    "clients/libshout-badpass.conn2": b"HTTP/1.0 401 ",
    "clients/liquidsoap-badpass.conn1": b"HTTP/1.0 401 ",
    "clients/ezstream-mp3-tls-default.conn3": b"HTTP/1.0 401 ",
    "clients/ezstream-ogg.conn1": b"HTTP/1.0 401 ",
    "clients/gst-shout2send-mp3.conn3": b"HTTP/1.0 401 ",
    "clients/gst-souphttpclientsink.conn1": b"HTTP/1.0 401 ",
    "clients/libshout-mount-odd.conn1": b"HTTP/1.0 401 ",
    "clients/mixxx-icecast2-mp3-long.conn1": b"HTTP/1.0 401 ",
    "clients/mixxx-icecast2-ogg.conn1": b"HTTP/1.0 401 ",
    "clients/gst-shout2send-ogg.conn3": b"HTTP/1.0 401 ",
    "clients/libshout-tls-rfc2818.conn1": b"HTTP/1.0 401 ",
    # A mount in use.
    "clients/liquidsoap-post.conn1": b"HTTP/1.0 403 ",
    "clients/gst-souphttpclientsink.conn2": b"HTTP/1.0 401 ",
    "clients/gst-souphttpclientsink.conn9": b"HTTP/1.0 401 ",
    "reconstructed/edcast-altacast-icecast1": OK2,
    "clients/libshout-xaudiocast.conn1": OK2,
    # A login alone.
    "reconstructed/icecast-kh-mount-password": OK2,
    "reconstructed/shoutcast1-password-sid": OK2,
    "reconstructed/shoutcast1-user-password-sid": b"invalid password\r\n",
    "clients/liquidsoap-shoutcast-sid.conn1": b"invalid password\r\n",
    # Looking for TLS.
    "clients/ezstream-mp3-tls-default.conn1": b"HTTP/1.0 400 ",
    "clients/ezstream-mp3-tls-default.conn2": b"HTTP/1.1 400 ",
    "clients/libshout-tls-auto-on-tlsport.conn1": b"HTTP/1.0 400 ",
    "clients/libshout-tls-auto-on-tlsport.conn2": b"HTTP/1.1 400 ",
    "clients/libshout-tls-auto-on-tlsport.conn3": b"",
    "clients/libshout-tls-auto-on-tlsport.conn4": b"",
    "clients/libshout-tls-auto_no_plain.conn3": b"",
    "clients/gst-shout2send-icy.conn1": b"",
    "clients/gst-shout2send-icy.conn3": b"HTTP/1.0 400 ",
    "clients/gst-shout2send-icy.conn4": b"HTTP/1.1 400 ",
    # Titles, first without a password.
    "clients/libshout-tls-auto.conn7": b"HTTP/1.1 401 ",
    "clients/libshout-tls-auto.conn8": b"HTTP/1.1 200 ",
    "clients/libshout-tls-disabled.conn3": b"HTTP/1.1 401 ",
    "clients/libshout-tls-disabled.conn4": b"HTTP/1.1 200 ",
    "clients/ezstream-mp3-tls-default.conn7": b"HTTP/1.1 401 ",
    "clients/ezstream-mp3-tls-default.conn8": b"HTTP/1.1 200 ",
    "clients/gst-shout2send-mp3.conn7": b"HTTP/1.1 401 ",
    "clients/gst-shout2send-mp3.conn8": b"HTTP/1.1 200 ",
    "clients/libshout-tls-rfc2818.conn3": b"HTTP/1.1 401 ",
    "clients/libshout-tls-rfc2818.conn4": b"HTTP/1.1 200 ",
    "clients/libshout-mount-odd.conn3": b"HTTP/1.1 401 ",
    "clients/libshout-mount-odd.conn4": b"HTTP/1.1 200 ",
    "clients/butt-icecast-mp3.conn5": b"HTTP/1.1 200 ",
    "clients/butt-icecast-ogg.conn4": b"HTTP/1.1 200 ",
    "clients/butt-icecast-opus.conn4": b"HTTP/1.1 200 ",
    "clients/liquidsoap-source.conn2": b"HTTP/1.1 200 ",
    "clients/liquidsoap-chunked.conn2": b"HTTP/1.1 200 ",
    "clients/butt-shoutcast.conn6": b"HTTP/1.1 200 ",
    "clients/gst-shout2send-icy.conn5": b"HTTP/1.1 200 ",
    "clients/libshout-icy.conn3": b"HTTP/1.1 200 ",
    "clients/liquidsoap-shoutcast.conn2": b"HTTP/1.1 200 ",
    "reconstructed/edcast-altacast-icecast2-metadata": b"HTTP/1.1 200 ",
    "reconstructed/edcast-altacast-shoutcast-metadata": b"HTTP/1.1 200 ",
    "reconstructed/bassnet-shoutcast2-metadata": b"HTTP/1.1 200 ",
    "reconstructed/bassenc-icecast-metadata": b"HTTP/1.1 400 ",
    "reconstructed/bassnet-shoutcast2-viewxml": b"HTTP/1.1 401 ",
    # What encoders ask besides.
    "clients/butt-icecast-mp3.conn2": b"HTTP/1.1 200 ",
    "clients/butt-shoutcast.conn2": b"HTTP/1.1 200 ",
    "clients/butt-shoutcast.conn3": b"HTTP/1.1 200 ",
    # Players.
    **{
        f"clients/player-{player}": b"HTTP/1.0 200 OK\r\n"
        for player in (
            "chromium-audio-mp3.conn1",
            "chromium-audio-ogg.conn1",
            "chromium-webaudio-mp3.conn1",
            "curl-icy.conn1",
            "curl.conn1",
            "ffmpeg-mp3.conn1",
            "ffmpeg-ogg.conn1",
            "ffprobe-aac.conn1",
            "gst-mp3.conn1",
            "mpv-mp3.conn1",
            "mpv-opus.conn1",
            "vlc-mp3.conn1",
            "vlc-mp3.conn2",
            "vlc-ogg.conn1",
            "wget.conn1",
        )
    },
    "clients/player-chromium-fetch-mp3.conn1": b"HTTP/1.0 204 ",
    "reconstructed/esp32-audioI2S-connecttohost": b"HTTP/1.0 200 OK\r\n",
    "reconstructed/ios-avplayer.1-probe": b"HTTP/1.0 200 OK\r\n",
    "reconstructed/ios-avplayer.2-after-206": b"HTTP/1.0 200 OK\r\n",
    "reconstructed/winamp-listener": b"HTTP/1.0 200 OK\r\n",
    # SHOUTcast 2, which is not spoken here.
    "reconstructed/ultravox21-1-cipher": b"HTTP/1.0 400 ",
    "reconstructed/ultravox21-2-config": b"HTTP/1.0 400 ",
    "reconstructed/ultravox21-3-standby": b"HTTP/1.0 400 ",
    "reconstructed/ultravox21-4-mp3-frame": b"HTTP/1.0 400 ",
}
ON_AIR = (
    *("/butt.mp3", "/butt.ogg", "/butt.opus", "/ez.mp3", "/gst.mp3", "/gsth.mp3"),
    *("/liq.mp3", "/ls.mp3", "/my röck st.mp3"),
    *("/live", "/live.mp3", "/live.ogg", "/live.aac", "/live.opus", "/stream"),
)


def test_every_recording_is_in_one_of_the_tables() -> None:
    replayed = [*ENCODERS, *ANSWERS, *(encoder.then for encoder in ENCODERS.values())]
    assert names("clients") | names("reconstructed") == set(filter(None, replayed))


async def test_everything_else_gets_the_answer_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "REFUSED_DELAY", 0.0)
    async with station(SETTINGS + "\nsources = 50") as on, contextlib.AsyncExitStack() as encoders:
        for path in ON_AIR:
            source = await encoders.enter_async_context(talk(on.port))
            await source.send(put(path, password="hackme") + frames(0, 5))
            assert await source.read(len(ACCEPTED)) == ACCEPTED
        for name, expected in ANSWERS.items():
            whole, bytewise, *cut = cuttings(client(name))
            for pieces in (whole, bytewise, cut[1]):
                assert await first_answer(on.port, pieces, len(expected)) == expected, name


async def first_answer(port: int, pieces: list[bytes], size: int) -> bytes:
    """The first bytes a client hears; of `size` 0, all of them."""
    async with talk(port) as peer:
        await peer.send(*filter(None, pieces))
        return await peer.read(size) if size else await peer.read_all()
