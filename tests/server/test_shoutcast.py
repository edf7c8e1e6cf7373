"""SHOUTcast's pages and its admin.cgi on a station, and which mount a number means."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
import trio

from radiocast.admin.control.api import Api
from radiocast.formats import Title
from radiocast.server.pages import is_ours
from radiocast.sources.autodj import AutoDj
from tests.admin.control.made import ANNA, PLAYLISTS, FakeAutoDj
from tests.admin.shoutcast import readers
from tests.station import RunningStation

from .audio import frames
from .made import encoder, mount_of, player, put, station, until
from .talk import ACCEPTED, ask, basic, get, request_head, talk

CONFIG = """
[mounts."/b"]
[mounts."/a"]
password = "for-a"
[mounts."/hidden"]
hidden = true
[limits]
source_timeout = "1min"
"""
SOUND = frames(0, 5)
ADMIN = basic("letmein", "admin")


async def read(on: RunningStation, target: str, *headers: str) -> Any:
    """JSON that was answered."""
    answer = await get(on.port, target, *headers)
    assert answer.head.status == 200, answer
    return json.loads(answer.body)


def title(on: RunningStation, path: str, text: str) -> None:
    mount_of(on, path).set_title(Title(text))


async def on_air(on: RunningStation, *paths: str) -> None:
    await until(lambda: {mount.path for mount in on.registry.on_air} == {*paths})


async def test_a_number_is_a_mount() -> None:
    async with station(CONFIG) as on:
        async with (
            encoder(on, "/stream", audio=SOUND),
            encoder(on, "/b", audio=SOUND),
        ):
            async with encoder(on, "/other", audio=frames(0, 5)):
                await on_air(on, "/stream", "/b", "/other")
                for path in ("/stream", "/b", "/other"):
                    title(on, path, f"Title of {path}")
                named = {"": "/stream", "?sid=1": "/stream", "?sid=3": "/b", "?sid=5": "/other"}
                for query, path in named.items():
                    answer = await get(on.port, f"/currentsong{query}")
                    assert answer.body.decode() == f"Title of {path}"
                    stats = await read(on, f"/stats{query}{'&' if query else '?'}json=1")
                    assert stats["streampath"] == path
                    playlist = await get(on.port, f"/listen.pls{query}")
                    assert f"http://x{path}\r\n".encode() in playlist.body
                for sid in ("0", "6", "-1", "x", "9" * 30):
                    assert (await get(on.port, f"/stats?sid={sid}")).head.status == 404
                off_air = await read(on, "/stats?sid=2&json=1")
                assert (off_air["streampath"], off_air["streamstatus"]) == ("/a", 0)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/;", "/stream"),
        ("/;stream.mp3", "/stream"),
        ("/stream/1/", "/stream"),
        ("/stream/3/", "/b"),
        ("/stream/3/;stream.nsv&type=mp3", "/b"),
        ("/?sid=3", "/b"),
        ("/;?sid=3", "/b"),
        ("/listen?sid=3", "/b"),
        ("/stream?sid=3", "/stream"),
    ],
)
async def test_a_player_hears_the_stream_of_the_number(target: str, path: str) -> None:
    async with station(CONFIG) as on:
        async with (
            encoder(on, "/stream", audio=SOUND),
            encoder(on, "/b", audio=SOUND),
        ):
            await on_air(on, "/stream", "/b")
            async with player(on, target):
                await until(lambda: mount_of(on, path).counts.listeners == 1)
            assert mount_of(on, path).counts.visits == 1
            assert (await get(on.port, "/stream/9/")).head.status == 404


async def test_a_source_names_its_stream_with_its_password() -> None:
    async with station(CONFIG) as on:
        async with talk(on.shoutcast_port) as peer:
            await peer.send(b"for-a:#2\r\ncontent-type:audio/mpeg\r\n\r\n", frames(0, 5))
            assert await peer.read_until(b"\r\n\r\n") == b"OK2\r\nicy-caps:11\r\n\r\n"
            await on_air(on, "/a")
        refused = await ask(on.shoutcast_port, b"sesame:#2\r\n")
        assert refused == b"invalid password\r\n", "it is another's"
        assert await ask(on.shoutcast_port, b"sesame:#77\r\n") == b"invalid password\r\n"


async def test_who_reads_the_pages_understands_them() -> None:
    async with station(CONFIG) as on, encoder(on, "/stream", "ice-bitrate: 96", audio=frames(0, 5)):
        await on_air(on, "/stream")
        title(on, "/stream", "Earth, Wind & Fire")
        async with player(on, "/stream"), player(on, "/stream"):
            await until(lambda: mount_of(on, "/stream").counts.listeners == 2)
            seven = await get(on.port, "/7.html", "User-Agent: curl/8")
            assert seven.head.headers["content-type"] == "text/html"
            told = readers.node_internet_radio_1(seven.body)
            assert (told.listeners, told.unique, told.bitrate) == (2, 1, 96)
            assert told.title == "Earth, Wind &amp; Fire"
            every = await get(on.port, "/statistics")
            assert readers.node_internet_radio_2(every.body, "x").listeners == 2
            assert readers.butt((await get(on.port, "/stats?sid=1")).body) == 2
            view = "/admin.cgi?mode=viewxml&page=7&sid=1"
            assert readers.azuracast_2((await get(on.port, view, ADMIN)).body).unique == 1
            clients = await get(on.port, "/admin.cgi?sid=1&mode=viewjson&page=3", ADMIN)
            addresses = [address for _, address, _, _ in readers.azuracast_clients(clients.body)]
            assert addresses == ["127.0.0.1"] * 2
        played = await get(on.port, "/played.html")
        assert [text for _, text in readers.last_songs(played.body)] == ["Earth, Wind &amp; Fire"]
        [song] = await read(on, "/played?sid=1&type=json")
        assert song["title"] == "Earth, Wind & Fire"
        xml = ElementTree.fromstring((await get(on.port, "/played?type=xml")).body)
        assert xml.findtext("SONGHISTORY/SONG/TITLE") == "Earth, Wind & Fire"
        assert await read(on, "/nextsongs?json=1") == []
        script = await get(on.port, "/stats?json=1&callback=got")
        assert script.body.startswith(b"/**/got({")
        assert script.head.headers["content-type"].startswith("text/javascript")
        page = await get(on.port, "/index.html?sid=1")
        assert b'data-mount="/stream"' in page.body
        assert b"data-mount" not in (await get(on.port, "/index.html?sid=2")).body


async def test_hidden_mounts_are_not_told() -> None:
    async with station(CONFIG) as on, encoder(on, "/hidden", audio=frames(0, 5)):
        await on_air(on, "/hidden")
        title(on, "/hidden", "Secret")
        sid = on.registry.sids.number("/hidden")
        told = await read(on, "/statistics?json=1")
        assert [each["id"] for each in told["streams"]] == [1]
        for page in ("stats", "currentsong", "played.html", "7.html", "index.html"):
            assert b"Secret" not in (await get(on.port, f"/{page}?sid={sid}")).body
        view = await get(on.port, f"/admin.cgi?mode=viewxml&sid={sid}", ADMIN)
        assert b"Secret" in view.body


async def test_what_comes_next_is_the_autodjs_to_say(monkeypatch: Any) -> None:
    async with station(CONFIG) as on, encoder(on, "/stream", audio=SOUND):
        await on_air(on, "/stream")
        fake = FakeAutoDj()
        fake.play(ANNA)
        broadcast = on.station.broadcast
        broadcast.config = replace(broadcast.config, playlists=PLAYLISTS)
        autodj = AutoDj(broadcast.config, lambda: 0)
        monkeypatch.setattr(AutoDj, "paths", ["/stream"])
        broadcast.autodj, broadcast.api = autodj, Api(broadcast, fake)
        titles = [each["title"] for each in await read(on, "/nextsongs?json=1")]
        assert "Björk - Jóga" in titles
        assert "You are listening" not in titles, "a jingle is not announced"
        assert (await read(on, "/stats?json=1"))["nexttitle"] == titles[0]


async def test_titles_are_set_by_number() -> None:
    async with station(CONFIG) as on:
        a = put("/a", password="for-a") + frames(0, 5)
        async with encoder(on, "/stream", audio=SOUND), talk(on.port) as peer:
            await peer.send(a)
            assert await peer.read(len(ACCEPTED)) == ACCEPTED
            await on_air(on, "/stream", "/a")
            update = "/admin.cgi?mode=updinfo&pass={}&sid={}&song={}&dj=Anna&charset=UTF-8"
            for password, sid, text, status in (
                ("for-a", 2, "one", 200),
                ("sesame", 2, "no", 401),
                ("letmein", 2, "one", 200),
                ("sesame", 1, "two%20%e2%82%ac", 200),
                ("sesame", 99, "no", 400),
                ("wrong", 99, "no", 401),
            ):
                answer = await get(on.port, update.format(password, sid, text) + "&url=http://u/")
                assert answer.head.status == status, (password, sid)
            told = await read(on, "/stats?sid=2&json=1")
            assert (told["songtitle"], told["dj"], told["songurl"]) == ("one", "Anna", "http://u/")
            assert (await read(on, "/stats?json=1"))["songtitle"] == "two €"


WHO = {
    "admin by pass": ("&pass=letmein", "X: y", True),
    "admin by name": ("&pass=letmein&user=admin", "X: y", True),
    "admin by Basic": ("", ADMIN, True),
    "its source by pass": ("&pass=sesame", "X: y", True),
    "its source by Basic": ("", basic("sesame"), True),
    "nobody": ("", "X: y", False),
    "wrong": ("&pass=wrong", "X: y", False),
    "wrong in spite of Basic": ("&pass=wrong", ADMIN, False),
    "another's source": ("&pass=for-a", "X: y", False),
    "another name": ("&pass=letmein&user=source", "X: y", False),
}


@pytest.mark.parametrize("who", WHO)
async def test_who_may_administrate(who: str) -> None:
    query, header, allowed = WHO[who]
    async with (
        station(CONFIG) as on,
        encoder(on, "/stream", audio=SOUND),
        player(on, "/stream"),
    ):
        for mode in ("viewxml", "viewjson", "kickdst&kickdst=1"):
            answer = await get(on.port, f"/admin.cgi?sid=1&mode={mode}{query}", header)
            assert answer.head.status == (200 if allowed else 401)
            assert ("www-authenticate" in answer.head.headers) is not allowed
        await until(lambda: mount_of(on, "/stream").counts.listeners == (not allowed))
        assert (
            await get(on.port, f"/admin.cgi?sid=1&mode=kicksrc{query}", header)
        ).head.status == (200 if allowed else 401)
        await until(lambda: bool(on.registry.sources) is not allowed)


async def test_what_is_asked_without_sense() -> None:
    async with (
        station(CONFIG) as on,
        encoder(on, "/stream", audio=SOUND),
        player(on, "/stream"),
    ):
        for target, status in (
            ("mode=kickdst&sid=1", 400),
            ("mode=kickdst&sid=1&kickdst=,,", 400),
            ("mode=kickdst&sid=1&kickdst=77,x,%00", 200),
            ("mode=kicksrc&sid=3", 400),
            ("mode=kicksrc&sid=99", 400),
            ("mode=viewxml&sid=99", 400),
            ("mode=viewxml&sid=3", 200),
            ("mode=viewxml&page=x", 200),
            ("mode=bandst&pass=letmein", 400),
        ):
            assert (await get(on.port, f"/admin.cgi?{target}", ADMIN)).head.status == status, target
        kick = "/admin.cgi?mode=kicksrc&sid=1"
        assert (await get(on.port, kick, ADMIN, method="HEAD")).head.status == 400
        foreign = await get(on.port, kick, ADMIN, "Sec-Fetch-Site: cross-site")
        assert foreign.head.status == 403
        assert mount_of(on, "/stream").counts.listeners == 1
        assert on.registry.sources == 1


async def test_listeners_are_kicked_by_address_as_by_number() -> None:
    async with station(CONFIG) as on, encoder(on, "/stream", audio=SOUND):
        async with player(on, "/stream"), player(on, "/stream") as second:
            await get(on.port, "/admin.cgi?mode=kickdst&sid=1&kickdst=1", ADMIN)
            await until(lambda: mount_of(on, "/stream").counts.listeners == 1)
            await get(on.port, "/admin.cgi?mode=kickdst&sid=1&kickdst=127.0.0.1", ADMIN)
            await second.hear_out()


async def test_a_mount_may_have_the_name_of_a_page() -> None:
    async with station(CONFIG) as on, encoder(on, "/stats", audio=frames(0, 5)):
        assert not is_ours("/stats")
        await on_air(on, "/stats")
        async with player(on, "/stats") as heard:
            assert heard.head.headers["content-type"] == "audio/mpeg"


async def test_heads_are_counted_once_a_second_however_often_it_is_asked(monkeypatch: Any) -> None:
    async with station(CONFIG) as on, encoder(on, "/stream", audio=SOUND):
        await on_air(on, "/stream")
        census, counted = on.station.broadcast.census, 0

        def listeners_of(_: object) -> tuple[()]:
            nonlocal counted
            counted += 1
            return ()

        monkeypatch.setattr(census, "_listeners_of", listeners_of)
        mount = mount_of(on, "/stream")
        for now in (10.0, 10.4, 10.9, 11.1, 11.2):
            census.of(mount, now=now)
        assert counted == 2


async def test_posting_to_admin_cgi_does_the_same() -> None:
    async with station(CONFIG) as on, encoder(on, "/stream", audio=SOUND):
        body = b"mode=updinfo&pass=sesame&song=posted"
        said = [f"Content-Length: {len(body)}", "Connection: close"]
        head = request_head("POST", "/admin.cgi", "HTTP/1.1", ["Host: x", *said])
        with trio.fail_after(5):
            assert (await ask(on.port, head, body)).startswith(b"HTTP/1.1 200")
        assert (await get(on.port, "/currentsong")).body == b"posted"
