"""Who may do what with Icecast's administration, and what becomes of nonsense."""

from __future__ import annotations

import random
from collections.abc import Mapping
from urllib.parse import quote, quote_from_bytes
from xml.etree import ElementTree

import pytest

from radiocast.server.admin import COMMANDS

from .audio import frames, runs
from .made import encoder, mount_of, player, station, until
from .talk import Answer, ask, basic, get, parse_answer, request_head, talk

SETTINGS = """
[mounts."/own"]
password = "its-own"
[djs.anna]
password = "dj-secret"
[mount]
grace = 0
"""
ADMIN = basic("letmein", "admin")
SOURCE = basic("sesame")
WHO: Mapping[str, str] = {
    "nobody": "X-Nobody: 1",
    "admin": ADMIN,
    "source": SOURCE,
    "source of /own": basic("its-own"),
    "DJ": basic("dj-secret", "anna"),
    "wrong": basic("wrong", "admin"),
    "admin as source": basic("letmein", "source"),
    "no relay password": basic("", "relay"),
    "garbage": "Authorization: Basic !!!",
}
READING = ("stats", "listclients", "updatemetadata", "moveclients")


async def admin(port: int, command: str, *headers: str, method: str = "GET") -> Answer:
    return await get(port, f"/admin/{command}", *(headers or [ADMIN]), method=method)


def told(answer: Answer) -> str:
    return ElementTree.fromstring(answer.body).findtext("message") or ""


async def test_who_may_ask_for_what() -> None:
    async with station(SETTINGS) as on, encoder(on, "/live", audio=frames(0, 5)):
        own = encoder(on, "/live2", audio=frames(0, 5))
        async with own:
            for who, header in WHO.items():
                for command in ("", "stats", "stats.xml", "stats.xsl", "listmounts", "streamlist"):
                    status = (await admin(on.port, command, header)).head.status
                    assert status == (200 if who == "admin" else 401), (who, command)
                for command in READING:
                    for page in ("", ".xsl"):
                        target = f"{command}{page}?mount=/live"
                        answer = await admin(on.port, target, header)
                        allowed = who in ("admin", "source")
                        assert answer.head.status == (200 if allowed else 401), (who, command)
                answer = await admin(on.port, "streamlist.txt", header)
                allowed = who == "admin"  # there is no password for relays
                assert answer.head.status == (200 if allowed else 401), who
                assert (await admin(on.port, "nonsense", header)).head.status == 400


async def test_a_mount_with_a_password_of_its_own_is_nobody_elses() -> None:
    async with station(SETTINGS) as on, talk(on.port) as peer:
        head = request_head(
            "PUT", "/own", "HTTP/1.1", [basic("its-own"), "Content-Type: audio/mpeg"]
        )
        await peer.send(head + frames(0, 5))
        await until(lambda: on.registry.get("/own") is not None)
        for who, header in WHO.items():
            for command in ("stats", "listclients"):
                answer = await admin(on.port, f"{command}?mount=/own", header)
                allowed = who in ("admin", "source of /own")
                assert answer.head.status == (200 if allowed else 401), (who, command)
        refused = await admin(on.port, "killsource?mount=/own", basic("dj-secret", "anna"))
        assert refused.head.status == 401, "DJs may send, and not throw each other out"


async def test_whether_a_mount_exists_is_not_told_to_who_may_not_ask() -> None:
    async with station(SETTINGS) as on:
        for header in (WHO["nobody"], WHO["wrong"]):
            assert (await admin(on.port, "stats?mount=/nope", header)).head.status == 401
        answer = await admin(on.port, "stats?mount=/nope")
        assert (answer.head.status, b"Source does not exist" in answer.body) == (400, True)


async def test_a_killed_listener_is_hung_up_on_and_the_others_stay() -> None:
    async with station() as on, encoder(on, audio=frames(0, 5)) as source:
        async with player(on) as first, player(on) as second:
            listed = ElementTree.fromstring((await admin(on.port, "listclients?mount=/live")).body)
            numbers = [each.text for each in listed.iter("ID")]
            assert len(numbers) == 2
            killed = await admin(on.port, f"killclient?mount=/live&id={numbers[0]}")
            assert told(killed) == f"Client {numbers[0]} removed"
            await first.hear_out()
            again = await admin(on.port, f"killclient?mount=/live&id={numbers[0]}")
            assert told(again) == f"Client {numbers[0]} not found"
            await source.send(frames(5, 10))
            await second.hear(len(frames(0, 10)))


@pytest.mark.parametrize("number", ["", "x", "-1", "1e3", "9" * 400, "%00", "٣"])
async def test_a_number_that_is_none_is_nobodys(number: str) -> None:
    async with station() as on, encoder(on, audio=frames(0, 5)), player(on):
        answer = await admin(on.port, f"killclient?mount=/live&id={quote(number, safe='%')}")
        assert (answer.head.status, told(answer)) == (200, "Client 0 not found")
        assert mount_of(on).counts.listeners == 1


async def test_a_killed_source_is_gone_and_the_mount_may_be_had_again() -> None:
    async with station(SETTINGS) as on, encoder(on, audio=frames(0, 5)) as source:
        assert told(await admin(on.port, "killsource?mount=/live", SOURCE)) == "Source Removed"
        assert await source.read_all() == b""
        await until(lambda: on.registry.get("/live") is None)
        async with encoder(on, audio=frames(0, 5)):
            assert (await admin(on.port, "stats?mount=/live")).head.status == 200


async def test_listeners_are_moved_and_hear_the_other_mount_from_its_next_frame_on() -> None:
    async with (
        station() as on,
        encoder(on, "/a", audio=frames(0, 5)) as here,
        encoder(on, "/b", audio=frames(1000, 1005)) as there,
        player(on, "/a") as listener,
    ):
        await until(lambda: mount_of(on, "/b").log.end > 0)
        moved = await admin(on.port, "moveclients?mount=/a&destination=/b")
        assert told(moved) == "Clients moved from /a to /b"
        await here.send(frames(5, 10))
        await there.send(frames(1005, 1010))
        while not listener.audio.endswith(frames(1009, 1010)):
            listener.body += await listener.peer.read_some(65536)
        assert runs(listener.audio) == [range(5), range(1004, 1010)]
        assert mount_of(on, "/a").counts.listeners == 0
        assert mount_of(on, "/b").counts.listeners == 1


@pytest.mark.parametrize(
    ("destination", "problem"),
    [
        ("/nope", "No such destination"),
        ("/a", "supplied mountpoints are identical"),
        ("/gone", "Destination not running"),
    ],
)
async def test_where_nobody_can_be_moved(destination: str, problem: str) -> None:
    async with station() as on, encoder(on, "/a", audio=frames(0, 5)):
        async with encoder(on, "/gone", audio=frames(0, 5)):
            pass
        await until(lambda: mount_of(on, "/gone").source is None)
        answer = await admin(on.port, f"moveclients?mount=/a&destination={destination}")
        assert (answer.head.status, problem.encode() in answer.body) == (400, True)


async def test_the_auto_dj_is_no_source_to_be_killed_and_who_is_live_is_killed_alone() -> None:
    outputs = '[playlists.all]\nsource = "/none"\n[outputs."/live"]\n[outputs."/other"]'
    async with station(outputs, patience=30) as on:
        await until(lambda: on.registry.get("/live") is not None)
        assert (await admin(on.port, "killsource?mount=/live")).head.status == 400
        async with encoder(on, audio=frames(0, 5)) as live:
            assert (await admin(on.port, "killsource?mount=/other")).head.status == 400
            assert told(await admin(on.port, "killsource?mount=/live")) == "Source Removed"
            assert await live.read_all() == b""
        assert on.registry.get("/live") is not None


@pytest.mark.parametrize("command", ["killsource", "killclient", "moveclients"])
async def test_nothing_is_done_for_a_page_of_another_site(command: str) -> None:
    async with station() as on, encoder(on, audio=frames(0, 5)):
        target = f"{command}?mount=/live&id=1&destination=/x"
        answer = await admin(on.port, target, ADMIN, "Sec-Fetch-Site: cross-site")
        assert answer.head.status == 403
        assert mount_of(on).source is not None
        ours = await admin(on.port, target, ADMIN, "Sec-Fetch-Site: same-origin")
        assert ours.head.status != 403


@pytest.mark.parametrize("command", ["killsource", "killclient", "moveclients", "metadata"])
async def test_head_does_nothing(command: str) -> None:
    async with station() as on, encoder(on, audio=frames(0, 5)):
        target = f"{command}?mount=/live&id=1&destination=/x&mode=updinfo&song=x"
        assert (await admin(on.port, target, ADMIN, method="HEAD")).head.status == 400
        assert mount_of(on).source is not None
        assert mount_of(on).log.titles.latest() is None


async def test_head_of_what_only_tells_is_the_head_of_its_get() -> None:
    async with station() as on:
        answer = await admin(on.port, "listmounts", ADMIN, method="HEAD")
        assert (answer.head.status, answer.body) == (200, b"")
        assert answer.head.headers["content-type"] == "text/xml; charset=utf-8"


async def test_the_forms_of_the_pages_work() -> None:
    async with station() as on, encoder(on, "/a b&c", audio=frames(0, 5)):
        form = f"mount={quote('/a b&c', safe='')}&mode=updinfo&charset=UTF-8&song=R%C3%B6yksopp"
        head = request_head(
            "POST",
            "/admin/metadata.xsl",
            "HTTP/1.0",
            [
                ADMIN,
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(form)}",
            ],
        )
        answer = parse_answer(await ask(on.port, head + form.encode()))
        assert answer.head.headers["content-type"] == "text/html; charset=utf-8"
        assert b"Metadata update successful" in answer.body
        latest = mount_of(on, "/a b&c").log.titles.latest()
        assert latest is not None
        assert latest.text == "Röyksopp"
        assert b"listclients.xsl?mount=/a%20b%26c" in answer.body


async def test_a_login_in_a_playlist_cannot_become_a_line_of_it() -> None:
    async with station() as on:
        said = quote("u\r\nhttp://evil/", safe="")
        target = f"buildm3u?mount=/live&username={said}&password=%40%3A%2F"
        answer = await admin(on.port, target, "X-Nobody: 1")
        assert answer.body == b"http://u%0D%0Ahttp%3A%2F%2Fevil%2F:%40%3A%2F@x/live\r\n"


async def test_no_nonsense_is_more_than_a_bad_request() -> None:
    chance = random.Random(5)
    values = [
        *("", "/live", "/nope", "live", "/../etc/passwd", "/a/./b", "%", "/%2e%2e/x", "/\x00"),
        *("<script>", "/" * 300, "/" + "x" * 400, "*", "🎵", "';--", "//evil.example/x"),
    ]
    async with station() as on, encoder(on, audio=frames(0, 5)), player(on):
        for command in sorted(COMMANDS - {"killsource"}) * 3:
            names = ("mount", "id", "destination", "mode", "song", "username", "password", "pass")
            query = "&".join(f"{name}={quote(chance.choice(values))}" for name in names)
            noise = quote_from_bytes(chance.randbytes(40))
            for target in (f"{command}?{query}", f"{command}.xsl?{query}", f"{command}?{noise}"):
                for header in (ADMIN, SOURCE, "Authorization: Basic \xff"):
                    answer = await admin(on.port, target, header)
                    assert answer.head.status in (200, 400, 401), target
        for path in (
            ".xsl",
            "stats.xsl.xsl",
            "STATS",
            "stats/",
            "buildm3u.xsl",
            "streamlist.txt.xsl",
        ):
            assert (await admin(on.port, path)).head.status == 400, path
        assert mount_of(on).source is not None
