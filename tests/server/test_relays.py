"""Relays of scripted upstreams, and of stations of our own."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio

from radiocast.formats import Title
from radiocast.protocols.icy_metadata import EMPTY_BLOCK, metadata_block
from radiocast.server import relaying
from tests.station import RunningStation

from .audio import FRAME, frames, numbers
from .made import encoder, mount_of, player, station, until, until_logged
from .talk import Talk, basic, get, request_head, talk
from .upstreams import OK, Upstream, ends_after, hasty, sends, upstream

__all__ = ["hasty"]

pytestmark = pytest.mark.usefixtures("hasty")

AUDIO = frames(0, 300)
MEDIA = Path(__file__).parents[1] / "media"


def relay(url: str, extra: str = "", mount: str = "/live") -> str:
    return f'[relays.news]\nurl = "{url}"\nmount = "{mount}"\n{extra}\n'


def on_air(on: RunningStation, path: str = "/live") -> bool:
    return path in [mount.path for mount in on.registry.on_air]


async def until_on_air(on: RunningStation, path: str = "/live") -> None:
    await until(lambda: on_air(on, path))


def header(head: str, name: str) -> str | None:
    lines = [line.partition(": ") for line in head.split("\r\n")]
    return next((value for known, _, value in lines if known.lower() == name.lower()), None)


async def test_a_stream_is_asked_for_as_by_a_player_and_heard_as_it_came() -> None:
    info = b"icy-name:Theirs\r\nicy-genre:news\r\nicy-br:128\r\nicy-pub:1\r\nicy-url:http://t/\r\n"
    async with upstream(sends(OK + info + b"\r\n" + AUDIO)) as there:
        async with station(relay(there.url)) as here, player_when_on_air(here) as heard:
            await heard.read(50 * FRAME)
            [asked] = there.asked
            assert asked.startswith("GET /live HTTP/1.1\r\n")
            assert header(asked, "host") == f"127.0.0.1:{there.port}"
            assert header(asked, "icy-metadata") == "1"
            assert header(asked, "authorization") is None
            assert (header(asked, "user-agent") or "").startswith("radiocast/")
            shown = json.loads((await get(here.port, "/status-json.xsl")).body)
            source = shown["icestats"]["source"]
            assert (source["server_name"], source["genre"]) == ("Theirs", "news")
            assert (source["bitrate"], source["server_url"]) == (128, "http://t/")
            stats = await get(here.port, "/admin/stats", basic("letmein", "admin"))
            assert b"<source_ip>127.0.0.1</source_ip>" in stats.body
            assert b"<source_relay_connections>1</source_relay_connections>" in stats.body
            metrics = await get(here.port, "/metrics", basic("letmein", "admin"))
            assert b'radiocast_relay_up{relay="news"} 1' in metrics.body


@asynccontextmanager
async def player_when_on_air(on: RunningStation, path: str = "/live") -> AsyncIterator[Talk]:
    await until_on_air(on, path)
    async with player(on, path) as listener:
        yield listener.peer


async def test_what_is_heard_is_the_very_audio() -> None:
    async with upstream(sends(OK + b"\r\n" + AUDIO)) as there, station(relay(there.url)) as here:
        await until_on_air(here)
        await until_logged(here, 298 * FRAME)
        async with player(here) as heard:
            await heard.hear(100 * FRAME)
            assert len(numbers(heard.audio)) >= 95


async def test_titles_between_the_audio_become_titles_of_the_mount() -> None:
    metaint = 10 * FRAME
    body = frames(0, 10) + metadata_block(Title("Björk - Jóga")) + frames(10, 20)
    body += EMPTY_BLOCK + frames(20, 30) + b"\x02" + b"StreamTitle='Caf\xe9'".ljust(32, b"\0")
    head = OK + f"icy-metaint: {metaint}\r\n\r\n".encode()
    async with upstream(sends(head + body + frames(30, 40))) as there:
        async with station(relay(there.url)) as here:
            await until_on_air(here)
            await until_logged(here, 38 * FRAME)
            titles = mount_of(here).log.titles
            assert titles.at(5 * FRAME) is None
            assert titles.at(15 * FRAME) == Title("Björk - Jóga")
            await until(lambda: titles.latest() != Title("Björk - Jóga"))
            assert titles.latest() == Title("Caf\N{LATIN SMALL LETTER E WITH ACUTE}")
            async with player(here, "/live", "Icy-MetaData: 1") as heard:
                await heard.hear(35 * FRAME)
                assert list(numbers(heard.audio))[:10] == list(range(10))


@pytest.mark.parametrize("file", ["vorbis.ogg", "opus.opus", "opus-live.webm"])
async def test_streams_that_have_their_titles_inside_come_whole(file: str) -> None:
    audio = (MEDIA / file).read_bytes()
    kind = b"audio/webm" if file.endswith("webm") else b"application/ogg"
    head = b"HTTP/1.0 200 OK\r\nContent-Type: " + kind + b"\r\n\r\n"
    async with upstream(sends(head + audio)) as there, station(relay(there.url)) as here:
        await until_on_air(here)
        mount = mount_of(here)
        await until(lambda: mount.log.epoch is not None)
        assert mount.log.epoch is not None
        assert mount.log.epoch.stream.header == audio[: len(mount.log.epoch.stream.header)]
        if file != "opus-live.webm":
            assert mount.log.titles.latest() is not None


async def test_a_shoutcast_server_is_understood() -> None:
    head = b"ICY 200 OK\r\nicy-notice1:<BR>hello\r\nicy-name:Old\r\nicy-br:64\r\n\r\n"
    async with upstream(sends(head + AUDIO)) as there, station(relay(there.url)) as here:
        await until_on_air(here)
        assert mount_of(here).content_type == "audio/mpeg"
        assert mount_of(here).info.name == "Old"


async def test_chunks_are_taken_apart() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"".join(
        b"%x\r\n%b\r\n" % (len(piece), piece)
        for piece in (AUDIO[at : at + 1000] for at in range(0, len(AUDIO), 1000))
    )
    async with upstream(sends(head + chunks)) as there, station(relay(there.url)) as here:
        await until_on_air(here)
        await until_logged(here, 298 * FRAME)
        async with player(here) as heard:
            await heard.hear(100 * FRAME)
            assert len(numbers(heard.audio)) >= 95


async def test_a_redirect_and_a_playlist_are_followed_and_the_password_stays_behind() -> None:
    async with upstream(sends(OK + b"\r\n" + AUDIO)) as last:

        async def playlist(head: str, peer: Talk) -> None:
            body = f"#EXTM3U\n#EXTINF:-1,x\n{last.url}\n"
            await peer.send(b"HTTP/1.0 200 OK\r\nContent-Type: audio/x-mpegurl\r\n\r\n")
            await peer.send(body.encode())

        async with upstream(playlist) as second:
            moved = f"HTTP/1.0 302 Found\r\nLocation: {second.url}\r\n\r\n".encode()
            async with upstream(ends_after(moved)) as first:
                login = 'user = "ann"\npassword = "secret"'
                async with station(relay(first.url, login)) as here:
                    await until_on_air(here)
                    assert f"{basic('secret', 'ann')}\r\n" in first.asked[0]
                    assert header(second.asked[0], "authorization") is None
                    assert header(last.asked[0], "authorization") is None


async def test_a_redirect_in_a_circle_is_noticed(caplog: pytest.LogCaptureFixture) -> None:
    async def back(_: str, peer: Talk) -> None:
        await peer.send(b"HTTP/1.0 302 Found\r\nLocation: /live\r\n\r\n")

    caplog.set_level(logging.INFO)
    async with upstream(back) as there, station(relay(there.url)):
        await until(lambda: "sends us in a circle" in caplog.text)


async def test_it_is_tried_again_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with upstream(ends_after(b"HTTP/1.0 404 Not Found\r\n\r\n")) as there:
        async with station(relay(there.url)) as here:
            await until(lambda: len(there.asked) >= 5)
            there.answer = sends(OK + b"\r\n" + AUDIO)
            await until_on_air(here)
    lines = [record.getMessage() for record in caplog.records if "relay news" in record.message]
    assert len(lines) == 2, lines
    assert "404 Not Found" in lines[0]
    assert "is on air" in lines[1]


async def test_the_listeners_stay_when_the_stream_breaks_and_comes_back() -> None:
    async with upstream(ends_after(OK + b"\r\n" + frames(0, 100))) as there:
        async with station(relay(there.url)) as here:
            await until_on_air(here)
            async with player(here) as heard:
                await heard.hear(50 * FRAME)
                there.answer = sends(OK + b"\r\n" + frames(100, 200))
                await heard.hear(195 * FRAME)


async def test_a_backup_is_heard_while_the_first_is_away() -> None:
    async with upstream(ends_after(b"HTTP/1.0 500 Oops\r\n\r\n")) as first:
        async with upstream(sends(OK + b"\r\n" + AUDIO)) as second:
            login = f'backups = ["{second.url}"]\nuser = "a"\npassword = "b"'
            async with station(relay(first.url, login)) as here:
                await until_on_air(here)
                assert first.asked
                assert header(second.asked[0], "authorization") is None


async def test_a_silent_stream_is_left_and_come_back_to() -> None:
    extra = '[limits]\nsource_timeout = "200ms"\n'
    async with upstream(sends(OK + b"\r\n" + AUDIO)) as there:
        async with station(extra + relay(there.url)):
            await until(lambda: len(there.asked) >= 2)


async def test_a_source_of_ours_is_left_alone_and_followed() -> None:
    async with station() as here, encoder(here, audio=frames(0, 100)) as live:
        async with upstream(sends(OK + b"\r\n" + frames(500, 700))) as there:
            here.reload(relay(there.url, "[mount]\ntakeover = true"))
            await until_on_air(here)
            await trio.sleep(0.1)
            assert mount_of(here).source is not None
            assert not there.asked
            await live.close()
            await until(lambda: len(there.asked) == 1)
            async with player(here) as heard:
                await heard.hear(250 * FRAME)


async def test_a_kicked_relay_comes_back() -> None:
    async with upstream(sends(OK + b"\r\n" + AUDIO)) as there, station(relay(there.url)) as here:
        await until_on_air(here)
        answer = await get(here.port, "/admin/killsource?mount=/live", basic("letmein", "admin"))
        assert b"Source Removed" in answer.body
        await until(lambda: len(there.asked) == 2)
        await until_on_air(here)


async def test_a_reload_adds_changes_and_removes_relays_and_leaves_the_others_alone() -> None:
    async with upstream(sends(OK + b"\r\n" + AUDIO)) as there:
        one, two = (
            f'[relays.{name}]\nurl = "{there.url}?{name}"\nmount = "/{name}"\n'
            for name in ("one", "two")
        )
        async with station(one) as here:
            await until_on_air(here, "/one")
            source = mount_of(here, "/one").source
            here.reload(one + two)
            await until_on_air(here, "/two")
            here.reload(one + two + "titles = false\n")
            await until(lambda: len(there.asked) == 3)
            assert header(there.asked[-1], "icy-metadata") is None
            await until_on_air(here, "/two")
            here.reload(one)
            await until(lambda: not on_air(here, "/two"))
            assert mount_of(here, "/one").source is source
            assert len(there.asked) == 3


@asynccontextmanager
async def on_demand(there: Upstream, extra: str = "") -> AsyncIterator[RunningStation]:
    async with station(relay(there.url, f"on_demand = true\n{extra}")) as here:
        yield here


async def test_on_demand_it_comes_with_the_first_listener_and_goes_with_the_last() -> None:
    async with upstream(sends(OK + b"icy-name:Theirs\r\n\r\n" + AUDIO)) as there:
        async with on_demand(there) as here:
            shown = json.loads((await get(here.port, "/status-json.xsl")).body)
            assert shown["icestats"]["source"] == {
                "listener_peak": 0,
                "listeners": 0,
                "listenurl": f"http://localhost:{here.port}/live",
            }
            listed = await get(here.port, "/admin/listmounts", basic("letmein", "admin"))
            assert (
                b'<source mount="/live"><fallback></fallback><listeners>0</listeners></source>'
                in listed.body
            )
            playlist = await get(here.port, "/live.m3u")
            assert playlist.head.status == 200
            assert not there.asked
            async with player(here) as heard:
                await heard.hear(100 * FRAME)
                assert heard.head.headers["icy-name"] == "Theirs"
            await until(lambda: not on_air(here))
            async with player(here) as heard:
                await heard.hear(100 * FRAME)
            assert len(there.asked) == 2


async def test_a_listener_of_what_is_not_there_hears_so() -> None:
    async with upstream(ends_after(b"HTTP/1.0 404 Not Found\r\n\r\n")) as there:
        async with on_demand(there) as here:
            assert (await get(here.port, "/live")).head.status == 404
            assert there.asked
            await trio.sleep(0.1)
            assert len(there.asked) == 1  # nobody listens: nobody tries


@pytest.mark.parametrize(
    ("settings", "status"),
    [('auth = "members"', 401), ("direct = false", 403)],
    ids=["without a password", "not directly"],
)
async def test_who_may_not_listen_wakes_nothing(tmp_path: Path, settings: str, status: int) -> None:
    users = tmp_path / "users"
    users.write_text("fred:" + hashlib.md5(b"hello").hexdigest() + "\n")
    extra = f'[auth.members]\nfile = "{users}"\n[mounts."/live"]\n{settings}\n'
    async with upstream(sends(OK + b"\r\n" + AUDIO)) as there, on_demand(there, extra) as here:
        assert (await get(here.port, "/live")).head.status == status
        assert not there.asked
        if status == 401:
            async with player(here, "/live", basic("hello", "fred")) as heard:
                await heard.hear(20 * FRAME)
            assert len(there.asked) == 1


async def test_a_crowd_asks_once() -> None:
    async def late(_: str, peer: Talk) -> None:
        await trio.sleep(0.1)
        await peer.send(OK + b"\r\n" + AUDIO)
        await trio.sleep_forever()

    async with upstream(late) as there, on_demand(there) as here, trio.open_nursery() as nursery:

        async def listen() -> None:
            async with player(here) as heard:
                await heard.hear(20 * FRAME)

        for _ in range(20):
            nursery.start_soon(listen)
        await until(lambda: not len(nursery.child_tasks))
        assert len(there.asked) == 1


async def test_a_relay_of_itself_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with station() as here, encoder(here, audio=AUDIO):
        here.reload(relay(here.url("/live"), mount="/copy"))
        await until(lambda: "508 Loop Detected" in caplog.text)
        assert here.registry.get("/copy") is None


async def test_two_stations_that_relay_each_other_on_demand_do_not_spin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relaying, "PATIENCE", 0.2)
    async with station() as one, station() as two:
        one.reload(relay(two.url("/live"), "on_demand = true"))
        two.reload(relay(one.url("/live"), "on_demand = true"))
        before = one.registry.traffic.connections + two.registry.traffic.connections
        assert (await get(one.port, "/live")).head.status == 404
        await trio.sleep(0.2)
        after = one.registry.traffic.connections + two.registry.traffic.connections
        assert after - before <= 4


async def test_what_has_come_from_us_is_not_taken_back(caplog: pytest.LogCaptureFixture) -> None:
    """The live source leaves, and the two would go on playing its echo for ever."""
    caplog.set_level(logging.INFO)
    async with station() as one, station() as two:
        async with encoder(one, audio=AUDIO):
            two.reload(relay(one.url("/live"), mount="/copy"))
            await until_on_air(two, "/copy")
            one.reload(relay(two.url("/copy")))
        await until(lambda: "508 Loop Detected" in caplog.text)
        await until(lambda: one.registry.get("/live") is None or not on_air(one))


async def test_a_server_that_asks_through_us_for_its_own_is_told_so() -> None:
    async with station() as here, encoder(here, audio=AUDIO), talk(here.port) as peer:
        own = here.station.broadcast.relays.via("/live")[-1]
        await peer.send(request_head("GET", "/live", headers=[f"Via: 1.1 radiocast-{own}"]))
        assert (await peer.read_head()).status == 508


async def test_a_server_that_relays_us_is_told_by_whom_it_comes() -> None:
    async with station() as here, encoder(here, audio=AUDIO), talk(here.port) as peer:
        await peer.send(request_head("GET", "/live", headers=["Via: 1.1 radiocast-00c0ffee"]))
        own = here.station.broadcast.relays.via("/live")[-1]
        assert (await peer.read_head()).headers["via"] == f"1.1 radiocast-{own}"


async def test_all_mounts_of_a_master_are_relayed_as_its_list_changes() -> None:
    mounts = ["/a", "/b", "/../c", "/admin/x"]

    async def master(head: str, peer: Talk) -> None:
        if head.startswith("GET /admin/streamlist.txt "):
            body = "".join(f"{path}\r\n" for path in mounts).encode()
            size = f"Content-Length: {len(body)}\r\n\r\n".encode()
            await peer.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n" + size + body)
        else:
            await peer.send(OK + b"\r\n" + AUDIO)
            await trio.sleep_forever()

    async with upstream(master) as there:
        config = f'[master]\nurl = "http://127.0.0.1:{there.port}/"\npassword = "follow"\n'
        async with station(config + "interval = 1\n") as here:
            await until_on_air(here, "/a")
            await until_on_air(here, "/b")
            assert sorted(each.split(" ")[1] for each in there.asked) == [
                "/a",
                "/admin/streamlist.txt",
                "/b",
            ]
            assert all(f"{basic('follow', 'relay')}\r\n" in head for head in there.asked)
            source = mount_of(here, "/b").source
            mounts[:] = ["/b", "/d"]
            await until_on_air(here, "/d")
            await until(lambda: not on_air(here, "/a"))
            assert mount_of(here, "/b").source is source


async def test_a_wrong_list_changes_nothing() -> None:
    lists = [b"HTTP/1.0 200 OK\r\n\r\n/a\r\n", b"HTTP/1.0 401 No\r\n\r\n", b"garbage\r\n\r\n"]

    async def master(head: str, peer: Talk) -> None:
        if "/admin/" in head:
            await peer.send(lists.pop(0) if len(lists) > 1 else lists[0])
        else:
            await peer.send(OK + b"\r\n" + AUDIO)
            await trio.sleep_forever()

    async with upstream(master) as there:
        config = f'[master]\nurl = "http://127.0.0.1:{there.port}"\ninterval = 1\n'
        async with station(config) as here:
            await until_on_air(here, "/a")
            source = mount_of(here, "/a").source
            await until(lambda: sum("/admin/" in head for head in there.asked) >= 3)
            assert mount_of(here, "/a").source is source
