"""What players ask in their many ways, and what they are told before the first byte of audio."""

from __future__ import annotations

import pytest
import trio

from radiocast.formats import Frame
from radiocast.server import listening

from .audio import FRAME, frames, numbers
from .made import encoder, mount_of, player, put, station, until, until_logged
from .talk import ACCEPTED, ask, get, parse_answer, request_head, talk

AUDIO = frames(0, 20)
ICY = "Icy-MetaData: 1"


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
@pytest.mark.parametrize("asked", ["", "Range: bytes=0-", "Range: bytes=0-1", ICY])
async def test_a_stream_has_no_length_and_no_chunks(version: str, asked: str) -> None:
    headers = ["Host: x", "Connection: keep-alive", *filter(None, [asked])]
    async with station() as on, encoder(on, "/live", "ice-name: Sömewhere", audio=AUDIO):
        async with player(on, "/live", *headers, version=version) as listener:
            head = listener.head
            assert head.line == "HTTP/1.0 200 OK"
            assert head.headers["content-type"] == "audio/mpeg"
            assert head.headers["connection"].lower() == "close"
            assert head.headers["icy-name"] == "Sömewhere"
            assert head.headers["access-control-allow-origin"] == "*"
            assert head.headers.keys().isdisjoint(
                ("content-length", "transfer-encoding", "content-range", "accept-ranges")
            )
            assert ("icy-metaint" in head.headers) == (asked == ICY)
            await listener.hear(19 * FRAME)
            assert numbers(listener.body) == range(19)


async def test_what_the_source_says_of_itself_reaches_its_listeners() -> None:
    said = ["ice-description: d", "ice-genre: g", "ice-url: http://x/", "ice-public: 1"]
    audio_info = "ice-audio-info: ice-samplerate=44100;ice-bitrate=128"
    async with station() as on, encoder(on, "/live", *said, audio_info, audio=AUDIO):
        async with player(on) as listener:
            headers = listener.head.headers
            assert headers["icy-name"] == "/live", "VLC shows no titles where there is no name"
            assert headers["icy-description"] == "d"
            assert headers["icy-genre"] == "g"
            assert headers["icy-url"] == "http://x/"
            assert headers["icy-pub"] == "1"
            assert headers["icy-br"] == "128"
            assert headers["ice-audio-info"] == audio_info.partition(" ")[2]


async def test_the_operators_word_counts_more() -> None:
    async with station('[mounts."/live"]\nname = "Ours"') as on:
        async with encoder(on, "/live", "ice-name: Theirs", audio=AUDIO), player(on) as listener:
            assert listener.head.headers["icy-name"] == "Ours"


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
async def test_head_gets_the_head_of_get_and_counts_for_no_listener(version: str) -> None:
    async with station() as on, encoder(on, audio=AUDIO):
        answer = parse_answer(await ask(on.port, request_head("HEAD", "/live", version)))
        assert answer.body == b""
        async with player(on) as listener:
            said, heard = answer.head.headers, listener.head.headers
            assert answer.head.line == listener.head.line
            assert said | {"date": ""} == heard | {"date": ""}
        assert mount_of(on).counts.listener_peak == 1


@pytest.mark.parametrize(
    "target",
    [
        "/stream",
        "/;",
        "/;stream.mp3",
        "/;stream.nsv&type=mp3",
        "/stream/1/",
        "/?sid=1",
        "/stream/;",
    ],
)
async def test_shoutcast_players_find_the_default_mount(target: str) -> None:
    async with station() as on, encoder(on, "/stream", audio=AUDIO):
        async with player(on, target) as listener:
            await listener.hear(FRAME)


async def test_a_mount_whose_name_looks_like_something_else_is_found_first() -> None:
    async with station() as on, encoder(on, "/list.m3u", audio=AUDIO):
        async with player(on, "/list.m3u") as listener:
            await listener.hear(FRAME)


async def test_a_semicolon_behind_any_mount_is_no_part_of_it() -> None:
    async with station() as on, encoder(on, audio=AUDIO), player(on, "/live/;x") as listener:
        await listener.hear(FRAME)


async def test_playlists_lead_back_by_the_name_the_player_used() -> None:
    async with station() as on, encoder(on, "/my live.mp3", "ice-name: A & B", audio=AUDIO):
        url = "http://radio.example:8000/my%20live.mp3"
        for kind, content_type, place in [
            ("m3u", "audio/x-mpegurl", f"\r\n{url}\r\n"),
            ("pls", "audio/x-scpls", f"\r\nFile1={url}\r\n"),
            ("xspf", "application/xspf+xml; charset=UTF-8", f"<location>{url}</location>"),
        ]:
            request = request_head(
                "GET", f"/my%20live.mp3.{kind}", "HTTP/1.0", ["Host: radio.example:8000"]
            )
            answer = parse_answer(await ask(on.port, request))
            assert answer.head.status == 200
            assert answer.head.headers["content-type"] == content_type
            assert place in answer.body.decode()
        plain = parse_answer(await ask(on.port, request_head("GET", "/my%20live.mp3.m3u")))
        assert f"http://localhost:{on.port}/my%20live.mp3\r\n" in plain.body.decode()


@pytest.mark.parametrize("target", ["/stream.m3u", "/listen.m3u", "/stream/1.m3u"])
async def test_the_playlist_of_shoutcasts_mount_is_not_its_sound(target: str) -> None:
    async with station() as on, encoder(on, "/stream", audio=AUDIO):
        answer = parse_answer(await ask(on.port, request_head("GET", target)))
        assert answer.head.headers["content-type"] == "audio/x-mpegurl"
        assert f"http://localhost:{on.port}/stream\r\n" in answer.body.decode()


async def test_a_page_may_fetch_a_stream_with_its_titles() -> None:
    asked = ["Host: x", "Origin: http://page", "Access-Control-Request-Headers: icy-metadata"]
    async with station() as on, encoder(on, audio=AUDIO):
        answer = parse_answer(
            await ask(on.port, request_head("OPTIONS", "/live", "HTTP/1.1", asked))
        )
        assert answer.head.status == 204
        assert answer.head.headers["access-control-allow-origin"] == "*"
        assert "icy-metadata" in answer.head.headers["access-control-allow-headers"].lower()
        async with player(on, "/live", ICY, "Origin: http://page") as listener:
            assert "icy-metaint" in listener.head.headers["access-control-expose-headers"]


async def test_a_mount_may_be_full_and_has_room_again_when_somebody_leaves() -> None:
    settings = '[mounts."/live"]\nmax_listeners = 1\n[listeners]\nidle_sweep = 0.1'
    async with station(settings) as on, encoder(on, audio=AUDIO):
        async with player(on):
            answer = await get(on.port, "/live")
            assert answer.head.line == "HTTP/1.0 403 Forbidden"
            assert answer.body == b"max listeners reached"
        await until(lambda: on.registry.listeners == 0)
        async with player(on):
            pass


async def test_the_station_may_be_full() -> None:
    async with station("[limits]\nlisteners = 1") as on:
        async with encoder(on, "/a", audio=AUDIO), encoder(on, "/b", audio=AUDIO), player(on, "/a"):
            assert (await get(on.port, "/b")).head.status == 403
            head = await ask(on.port, request_head("HEAD", "/b"))
            assert head.startswith(b"HTTP/1.0 200 OK\r\n"), "a look costs no place"


async def test_a_mount_that_is_not_there_is_not_found() -> None:
    async with station() as on:
        answer = await get(on.port, "/nowhere", "User-Agent: VLC")
        assert answer.head.status == 404
        assert answer.head.headers["content-type"].startswith("text/html")
        assert b"404" in answer.body


async def test_who_comes_before_the_first_byte_of_audio_waits_for_it() -> None:
    async with station() as on, encoder(on) as source, talk(on.port) as listener:
        await listener.send(request_head("GET", "/live"))
        with trio.move_on_after(0.1) as waiting:
            await listener.read_head()
        assert waiting.cancelled_caught, "answered already"
        await source.send(AUDIO)
        assert (await listener.read_head()).status == 200
        assert numbers(await listener.read(19 * FRAME)) == range(19)


async def test_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "RECOGNITION_PATIENCE", 0.1)
    async with station() as on, encoder(on):
        assert (await get(on.port, "/live")).head.status == 404


async def test_a_hidden_mount_can_be_heard() -> None:
    async with station('[mounts."/secret"]\nhidden = true') as on:
        async with encoder(on, "/secret", audio=AUDIO), player(on, "/secret") as listener:
            await listener.hear(FRAME)
            assert b"/secret" not in (await get(on.port, "/status-json.xsl")).body
            assert b"/secret" not in (await get(on.port, "/")).body


async def test_a_browser_gets_its_first_two_reads_at_once() -> None:
    """It reads in steps of 32 KiB, and starts to play with what the second brings."""
    async with station() as on, encoder(on, audio=frames(0, 400)):
        await until_logged(on, 399 * FRAME)
        async with player(on) as listener:
            await listener.hear(64 * 1024)
            heard = numbers(listener.body)
            assert 399 - heard.start in range(64 * 1024 // FRAME, 64 * 1024 // FRAME + 2)


async def test_the_burst_is_a_setting() -> None:
    async with (
        station('[mounts."/live"]\nburst = 1000\nburst_time = 0') as on,
        encoder(on) as source,
    ):
        await source.send(frames(0, 100))
        await until_logged(on, 99 * FRAME)
        async with player(on) as listener:
            await source.send(frames(100, 110))
            await listener.hear(2000)
            assert numbers(listener.body).start in (96, 97)


@pytest.mark.parametrize("asked", [(), (ICY,)], ids=["without titles", "with titles"])
async def test_a_log_of_very_many_small_blocks_can_be_joined(asked: tuple[str, ...]) -> None:
    """8 kbit/s are a kilobyte a second: more blocks in a minute than a system call takes."""
    async with station("[mount]\nburst = 200000\nmetaint = 256") as on:
        async with encoder(on, audio=frames(0, 3)):
            await until_logged(on, 3 * FRAME)
            mount = mount_of(on)
            for number in range(3, 3000):
                mount.log.append([Frame(frames(number, number + 1), samples=1152)], now=0.0)
            async with player(on, "/live", *asked) as listener:
                await listener.hear(200_000)
                numbers(listener.audio)


async def test_put_is_how_a_mount_begins_and_the_path_may_be_deep() -> None:
    async with station() as on, talk(on.port) as source:
        await source.send(put("/a/b/c.mp3") + AUDIO)
        assert await source.read(len(ACCEPTED)) == ACCEPTED
        async with player(on, "/a//b/c.mp3") as listener:
            await listener.hear(FRAME)
