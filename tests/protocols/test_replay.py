"""Every recorded conversation through the reader that the server would give it to.

Each whole, byte by byte and cut at random, against what is known of the client.
"""

from __future__ import annotations

import re
from dataclasses import replace

import h11
import pytest

from radiocast.errors import PeerError
from radiocast.formats import Title
from radiocast.protocols.chunked import Dechunker
from radiocast.protocols.http_head import NotHttp, RequestHead, normalised
from radiocast.protocols.listen_request import ByteRange, ListenRequest
from radiocast.protocols.shoutcast_source import (
    Audio,
    Event,
    HeadersGiven,
    Login,
    PasswordGiven,
    Poke,
    ShoutcastSource,
    State,
)
from radiocast.protocols.source_info import SourceInfo
from radiocast.protocols.source_request import SOURCE_METHODS, SourceRequest
from radiocast.protocols.title_update import TitleUpdate
from tests.protocols.known_sources import GOOD, LIBSHOUT, MP3, SOURCES
from tests.protocols.reading import head, read, read_any
from tests.protocols.recorded import client, cuttings, names


def behind_the_head(recorded: bytes) -> bytes:
    end = re.search(rb"\r?\n\r?\n", recorded)
    assert end
    return recorded[end.end() :]


def unchunked(body: bytes) -> bytes:
    """The audio of a chunked body that may be cut off, according to h11."""
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    )
    audio = b""
    while (event := connection.next_event()) is not h11.NEED_DATA:
        if isinstance(event, h11.Data):
            audio += event.data
    return audio


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_by_http_is_understood(name: str) -> None:
    recorded, expected = client(name), SOURCES[name]
    sent = behind_the_head(recorded)
    for pieces in cuttings(recorded):
        found, rest = read(pieces)
        assert found.method == expected.method
        assert SourceRequest.from_head(found) == SourceRequest(
            path=expected.mount,
            credentials=expected.credentials,
            content_type=expected.content_type,
            expects_continue=expected.expect,
            chunked=expected.chunked,
            content_length=expected.length,
            info=expected.info,
        )
        assert rest == sent
        if expected.length and expected.length < 1000:
            assert len(rest) == expected.length


@pytest.mark.parametrize("name", [name for name in SOURCES if SOURCES[name].chunked])
def test_a_chunked_source_loses_nothing_but_its_framing(name: str) -> None:
    body = behind_the_head(client(name))
    audio = unchunked(body)
    assert len(audio) > 1000
    for pieces in cuttings(body):
        dechunker = Dechunker()
        assert b"".join(dechunker.feed(piece) for piece in pieces) == audio


@pytest.mark.parametrize("name", [name for name in SOURCES if SOURCES[name].pipelined])
def test_mixxx_asks_twice_in_one_go(name: str) -> None:
    _, rest = read([client(name)])
    second, nothing = read([rest])
    assert SourceRequest.from_head(second).credentials == GOOD
    assert nothing == b""


BJÖRK_BUTT = Title("Björk - Jóga & 'x' #1")
BJÖRK = Title("Björk - Jóga")
EZ_TITLE = Title("Sandbox - Tone A", artist="Sandbox", title="Tone A")
UNKNOWN = Title("Unknown", title="Unknown")

TITLES = {
    "clients/butt-icecast-mp3.conn5": ("/butt.mp3", BJÖRK_BUTT, GOOD),
    "clients/butt-icecast-ogg.conn4": ("/butt.ogg", BJÖRK_BUTT, GOOD),
    "clients/butt-icecast-opus.conn4": ("/butt.opus", BJÖRK_BUTT, GOOD),
    "clients/butt-shoutcast.conn6": (None, BJÖRK_BUTT, GOOD),
    "clients/ezstream-mp3-tls-default.conn7": ("/ez.mp3", EZ_TITLE, None),
    "clients/ezstream-mp3-tls-default.conn8": ("/ez.mp3", EZ_TITLE, GOOD),
    "clients/gst-shout2send-icy.conn5": (None, Title("Unknown - Unknown"), GOOD),
    "clients/gst-shout2send-mp3.conn7": ("/gst.mp3", BJÖRK, None),
    "clients/gst-shout2send-mp3.conn8": ("/gst.mp3", BJÖRK, GOOD),
    "clients/libshout-icy.conn3": (None, BJÖRK, GOOD),
    "clients/libshout-mount-odd.conn3": ("/my röck st.mp3", Title("x"), None),
    "clients/libshout-mount-odd.conn4": ("/my röck st.mp3", Title("x"), GOOD),
    "clients/libshout-tls-auto.conn7": ("/ls.mp3", Title("Björk - Jóga & 'x'"), None),
    "clients/libshout-tls-auto.conn8": ("/ls.mp3", Title("Björk - Jóga & 'x'"), GOOD),
    "clients/libshout-tls-disabled.conn3": ("/ls.mp3", BJÖRK, None),
    "clients/libshout-tls-disabled.conn4": ("/ls.mp3", BJÖRK, GOOD),
    "clients/libshout-tls-rfc2818.conn3": ("/ls.mp3", Title("a - b"), None),
    "clients/libshout-tls-rfc2818.conn4": ("/ls.mp3", Title("a - b"), GOOD),
    "clients/liquidsoap-chunked.conn2": ("/liq.mp3", UNKNOWN, GOOD),
    "clients/liquidsoap-shoutcast.conn2": (None, UNKNOWN, GOOD),
    "clients/liquidsoap-source.conn2": ("/liq.mp3", UNKNOWN, GOOD),
    "reconstructed/bassenc-icecast-metadata": (
        "/automation",
        Title("Steps - Take Me For A Ride"),
        GOOD,
    ),
    "reconstructed/bassnet-shoutcast2-metadata": (None, Title("A - B", url="http://x/"), GOOD),
    "reconstructed/edcast-altacast-icecast2-metadata": ("/live", Title("A - B"), GOOD),
    "reconstructed/edcast-altacast-shoutcast-metadata": (None, Title("A - B"), GOOD),
}


@pytest.mark.parametrize("name", TITLES)
def test_a_title_update_is_understood(name: str) -> None:
    mount, title, credentials = TITLES[name]
    for pieces in cuttings(client(name)):
        found, rest = read(pieces)
        read_update = {
            "/admin/metadata": TitleUpdate.from_admin_metadata,
            "/admin.cgi": TitleUpdate.from_admin_cgi,
        }[found.path]
        update = read_update(found)
        assert (update.mount, update.title, update.credentials) == (mount, title, credentials)
        # libshout's first try has no password; that is no other problem.
        assert update.problem is None
        assert rest == b""


SHOUTCAST_BUTT = SourceInfo(name="st", genre="g", url="http://x/", public=False, bitrate="128")

SHOUTCAST = {
    "clients/butt-shoutcast.conn1": (Login("hackme"), SHOUTCAST_BUTT),
    "clients/gst-shout2send-icy.conn2": (
        Login("hackme"),
        SourceInfo(url="http://www.icecast.org/", public=False, bitrate="0"),
    ),
    "clients/libshout-icy.conn2": (
        Login("hackme"),
        SourceInfo(name="x-name", url="x-url", genre="x-genre", public=False, bitrate="128"),
    ),
    "clients/libshout-xaudiocast.conn1": (
        Login("hackme", mount="/ls.mp3"),
        replace(LIBSHOUT, audio_info="", user_agent=""),
    ),
    "clients/liquidsoap-shoutcast.conn1": (
        Login("hackme"),
        SourceInfo(name="Liq", genre="g", url="http://x/", public=True, bitrate="128"),
    ),
    "clients/mixxx-shoutcast-mp3.conn1": (
        Login("hackme"),
        replace(SHOUTCAST_BUTT, name="Mixxx Tést"),
    ),
    "reconstructed/edcast-altacast-icecast1": (
        Login("hackme", mount="/live"),
        SourceInfo(
            name="d", description="d", genre="g", url="http://x/", public=False, bitrate="128"
        ),
    ),
    # These wait for OK2 behind the password, so there is nothing but the line.
    "clients/liquidsoap-shoutcast-sid.conn1": (Login("hackme", user="dj"), None),
    "reconstructed/bassnet-shoutcast.step1": (Login("hackme"), None),
    "reconstructed/edcast-altacast-shoutcast.step1": (Login("hackme"), None),
    "reconstructed/icecast-kh-mount-password": (Login("hackme", mount="/live"), None),
    "reconstructed/shoutcast1-password-sid": (Login("hackme", sid=3), None),
    "reconstructed/shoutcast1-user-password-sid": (Login("hackme", user="dj", sid=3), None),
}
STEP_2 = {
    "reconstructed/bassnet-shoutcast.step2-after-OK2": ("n", "audio/aacp"),
    "reconstructed/edcast-altacast-shoutcast.step2-after-OK2": ("n", MP3),
}


@pytest.mark.parametrize("name", SHOUTCAST)
def test_a_shoutcast_source_is_understood_on_any_port(name: str) -> None:
    """The head reader finds no HTTP and gives every byte back, for the other reader."""
    login, info = SHOUTCAST[name]
    recorded = client(name)
    for pieces in cuttings(recorded):
        found, received = read_any(pieces)
        assert isinstance(found, NotHttp)
        assert received == recorded
        source = ShoutcastSource()
        events: list[Event] = []
        for piece in pieces:
            events += source.feed(piece)
            if source.state is State.VERDICT:
                events += source.accept()[1]
        password, *others = events
        assert isinstance(password, PasswordGiven)
        assert password.logins[-1] == login
        audio = b"".join(event.data for event in others if isinstance(event, Audio))
        if info is None:
            assert others == []
        else:
            assert others[0] == HeadersGiven(info, MP3)
            assert audio == behind_the_head(recorded)


@pytest.mark.parametrize("name", STEP_2)
def test_a_shoutcast_source_goes_on_after_ok2(name: str) -> None:
    for pieces in cuttings(client(name)):
        source = ShoutcastSource()
        source.feed(b"hackme\r\n")
        source.accept()
        events = [event for piece in pieces for event in source.feed(piece)]
        assert isinstance(events[0], HeadersGiven)
        assert (events[0].info.name, events[0].content_type) == STEP_2[name]
        audio = b"".join(event.data for event in events if isinstance(event, Audio))
        assert audio == behind_the_head(client(name))


OPEN = ByteRange(0, None)

LISTENERS = {
    "clients/player-chromium-audio-mp3.conn1": ("/live.mp3", False, OPEN),
    "clients/player-chromium-audio-ogg.conn1": ("/live.ogg", False, OPEN),
    "clients/player-chromium-webaudio-mp3.conn1": ("/live.mp3", False, OPEN),
    "clients/player-curl-icy.conn1": ("/live.mp3", True, None),
    "clients/player-curl.conn1": ("/live.mp3", False, None),
    "clients/player-ffmpeg-mp3.conn1": ("/live.mp3", True, OPEN),
    "clients/player-ffmpeg-ogg.conn1": ("/live.ogg", True, OPEN),
    "clients/player-ffprobe-aac.conn1": ("/live.aac", True, OPEN),
    "clients/player-gst-mp3.conn1": ("/live.mp3", True, None),
    "clients/player-mpv-mp3.conn1": ("/live.mp3", True, OPEN),
    "clients/player-mpv-opus.conn1": ("/live.opus", True, OPEN),
    "clients/player-vlc-mp3.conn1": ("/live.mp3", False, OPEN),
    "clients/player-vlc-mp3.conn2": ("/live.mp3", True, None),
    "clients/player-vlc-ogg.conn1": ("/live.ogg", False, OPEN),
    "clients/player-wget.conn1": ("/live.mp3", False, None),
    "reconstructed/esp32-audioI2S-connecttohost": ("/live.mp3", True, OPEN),
    "reconstructed/ios-avplayer.1-probe": ("/live.mp3", True, ByteRange(0, 1)),
    "reconstructed/ios-avplayer.2-after-206": ("/live.mp3", False, ByteRange(0, 1073741822)),
    "reconstructed/winamp-listener": ("/", True, None),
}


@pytest.mark.parametrize("name", LISTENERS)
def test_a_listener_is_understood(name: str) -> None:
    for pieces in cuttings(client(name)):
        found, rest = read(pieces)
        asked = ListenRequest.from_head(found)
        assert (asked.mount, asked.icy, asked.range) == LISTENERS[name]
        assert asked.shoutcast_default == (name == "reconstructed/winamp-listener")
        assert asked.user_agent == found.header("user-agent") != ""
        assert rest == b""


FINITE = {
    "clients/butt-icecast-mp3.conn2": ("GET", "/status-json.xsl"),
    "clients/butt-shoutcast.conn2": ("GET", "/stats"),
    "clients/butt-shoutcast.conn3": ("GET", "/7.html"),
    "clients/ezstream-mp3-tls-default.conn1": ("OPTIONS", "*"),
    "clients/ezstream-mp3-tls-default.conn2": ("GET", "/admin/!POKE"),
    "clients/gst-shout2send-icy.conn3": ("OPTIONS", "*"),
    "clients/gst-shout2send-icy.conn4": ("GET", "/admin/!POKE"),
    "clients/libshout-tls-auto-on-tlsport.conn1": ("OPTIONS", "*"),
    "clients/libshout-tls-auto-on-tlsport.conn2": ("GET", "/admin/!POKE"),
    "clients/player-chromium-fetch-mp3.conn1": ("OPTIONS", "/live.mp3"),
    "reconstructed/bassnet-shoutcast2-viewxml": ("GET", "/admin.cgi"),
}
POKES = {"clients/gst-shout2send-icy.conn1"}
TLS = {
    "clients/libshout-tls-auto-on-tlsport.conn3",
    "clients/libshout-tls-auto-on-tlsport.conn4",
    "clients/libshout-tls-auto_no_plain.conn3",
}
ULTRAVOX = {
    "reconstructed/ultravox21-1-cipher",
    "reconstructed/ultravox21-2-config",
    "reconstructed/ultravox21-3-standby",
    "reconstructed/ultravox21-4-mp3-frame",
}


@pytest.mark.parametrize("name", FINITE)
def test_a_request_for_something_finite_is_understood(name: str) -> None:
    for pieces in cuttings(client(name)):
        found, rest = read(pieces)
        assert (found.method, found.path) == FINITE[name]
        assert rest == b""


@pytest.mark.parametrize("name", [*LISTENERS, *TITLES, *FINITE])
def test_h11_can_take_over_what_is_finite(name: str) -> None:
    connection = h11.Connection(h11.SERVER)
    found = head(client(name))
    connection.receive_data(normalised(found))
    event = connection.next_event()
    assert isinstance(event, h11.Request)
    assert event.method.decode() == found.method


@pytest.mark.parametrize("name", sorted(POKES))
def test_libshouts_poke_is_known_for_what_it_is(name: str) -> None:
    for pieces in cuttings(client(name)):
        assert isinstance(read_any(pieces)[0], NotHttp)
        source = ShoutcastSource()
        assert [event for piece in pieces for event in source.feed(piece)] == [Poke()]


@pytest.mark.parametrize("name", sorted(TLS))
def test_tls_on_the_plain_port_is_known_for_what_it_is(name: str) -> None:
    for pieces in cuttings(client(name)):
        found, received = read_any(pieces)
        assert isinstance(found, NotHttp)
        assert found.tls
        assert received == client(name)


@pytest.mark.parametrize("name", sorted(ULTRAVOX))
def test_shoutcast_2_is_refused_at_its_first_frame(name: str) -> None:
    for pieces in cuttings(client(name)):
        with pytest.raises(PeerError, match="not text"):
            read_any(pieces)


def test_every_recording_is_replayed() -> None:
    replayed = [
        *SOURCES,
        *TITLES,
        *SHOUTCAST,
        *STEP_2,
        *LISTENERS,
        *FINITE,
        *POKES,
        *TLS,
        *ULTRAVOX,
    ]
    assert len(replayed) == len(set(replayed))
    assert set(replayed) == names("clients") | names("reconstructed")


def test_methods_tell_sources_from_listeners() -> None:
    for name in SOURCES:
        assert head(client(name)).method in SOURCE_METHODS
    for name in LISTENERS:
        found = head(client(name))
        assert isinstance(found, RequestHead)
        assert found.method not in SOURCE_METHODS
