"""Titles that come beside the stream, and where in it they are heard."""

from __future__ import annotations

from contextlib import AsyncExitStack
from urllib.parse import quote

import pytest

from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.protocols.icy_metadata import EMPTY_BLOCK, metadata_block

from .audio import FRAME, frames, numbers
from .made import encoder, mount_of, player, station, until, until_logged
from .talk import ask, basic, get, parse_answer, request_head, talk

AUTH = basic("sesame")
UPDATE = "/admin/metadata?mode=updinfo&mount=/live"
ICY = "Icy-MetaData: 1"
METAINT = 1000
SETTINGS = f"[mount]\nmetaint = {METAINT}"


async def test_a_new_listener_gets_the_title_in_its_first_block() -> None:
    async with station(SETTINGS) as on, encoder(on, audio=frames(0, 20)) as source:
        await until_logged(on, 20 * FRAME)
        await get(on.port, f"{UPDATE}&song=Anna", AUTH)
        await source.send(frames(20, 300))
        await until_logged(on, 300 * FRAME)
        async with player(on, "/live", ICY) as listener:
            assert listener.metaint == METAINT
            await listener.hear(3 * METAINT)
        assert listener.titles == [(METAINT, "StreamTitle='Anna';")]


async def test_a_title_is_told_at_the_next_block_and_only_once() -> None:
    async with station(SETTINGS) as on, encoder(on, audio=frames(0, 20)) as source:
        await until_logged(on, 20 * FRAME)
        await get(on.port, f"{UPDATE}&song=Anna", AUTH)
        await source.send(frames(20, 40))
        await until_logged(on, 40 * FRAME)
        await get(on.port, f"{UPDATE}&artist=Bj%C3%B6rk&title=J%C3%B3ga", AUTH)
        await source.send(frames(40, 60))
        async with player(on, "/live", ICY) as listener:
            while len(listener.audio) < 59 * FRAME:
                await listener.hear(len(listener.body) + 1)
        assert numbers(listener.audio).start == 0
        (empty_at, empty), (anna_at, anna), (bjork_at, bjork) = listener.titles
        assert (empty_at, empty) == (METAINT, "StreamTitle='';")
        assert (anna, bjork) == ("StreamTitle='Anna';", "StreamTitle='Björk - Jóga';")
        assert 0 <= anna_at - 20 * FRAME < METAINT
        assert 0 <= bjork_at - 40 * FRAME < METAINT


async def test_without_asking_nobody_gets_titles() -> None:
    async with station(SETTINGS) as on, encoder(on, audio=frames(0, 20)) as source:
        await get(on.port, f"{UPDATE}&song=Anna", AUTH)
        await source.send(frames(20, 40))
        async with player(on) as listener:
            await listener.hear(39 * FRAME)
            assert numbers(listener.body) == range(39)


FORMS = {
    "UTF-8": (f"{UPDATE}&song=J%C3%B3ga", "Jóga"),
    "Latin-1": (f"{UPDATE}&song=J%F3ga", "Jóga"),
    "a charset": (f"{UPDATE}&charset=windows-1251&song=%CC%E8%F0", "Мир"),
    "libshout's escapes": (
        f"{UPDATE}&charset=UTF-8&song=Bj%c3%b6rk%20%2d%20J%c3%b3ga",
        "Björk - Jóga",
    ),
    "artist and title before a stale song": (f"{UPDATE}&song=old&artist=A&title=B", "A - B"),
    "an escaped mount": ("/admin/metadata?mode=updinfo&mount=%2Flive&song=x", "x"),
    "a password in the query": (f"{UPDATE}&pass=sesame&song=x", "x"),
}


@pytest.mark.parametrize(("target", "title"), FORMS.values(), ids=FORMS)
async def test_an_update_may_have_many_forms(target: str, title: str) -> None:
    async with station() as on, encoder(on):
        headers = [] if "pass=" in target else [AUTH]
        answer = await get(on.port, target, *headers)
        assert answer.head.status == 200
        assert b"<message>Metadata update successful</message><return>1</return>" in answer.body
        assert shown(mount_of(on)) == title


def shown(mount: Mount) -> str:
    title = mount.log.titles.latest()
    return title.text if title else ""


async def test_or_be_posted() -> None:
    body = b"mode=updinfo&mount=%2Flive&song=by+post"
    headers = [AUTH, "Content-Type: application/x-www-form-urlencoded"]
    async with station() as on, encoder(on):
        head = request_head(
            "POST", "/admin/metadata", "HTTP/1.0", [*headers, f"Content-Length: {len(body)}"]
        )
        answer = parse_answer(await ask(on.port, head, body))
        assert answer.head.status == 200
        assert shown(mount_of(on)) == "by post"
        expecting = request_head(
            "POST",
            "/admin/metadata",
            "HTTP/1.1",
            [*headers, "Host: x", "Expect: 100-continue", "Transfer-Encoding: chunked"],
        )
        async with talk(on.port) as peer:
            await peer.send(expecting)
            assert (await peer.read_head()).status == 100
            await peer.send(b"24\r\nmode=updinfo&mount=/live&song=chunks\r\n0\r\n\r\n")
            assert (await peer.read_sized()).head.status == 200
        assert shown(mount_of(on)) == "chunks"


async def test_raw_utf8_in_the_target_from_one_who_leaves_at_once() -> None:
    """butt closes its side right behind the request, and edcast the whole connection."""
    request = f"GET {UPDATE}&song=Björk%20- Jóga HTTP/1.0\r\n{AUTH}\r\n\r\n".encode()
    async with station() as on, encoder(on):
        async with talk(on.port) as butt:
            await butt.send(request)
            await butt.end()
            assert (await butt.read_head()).status == 200
        assert shown(mount_of(on)) == "Björk - Jóga"
        async with talk(on.port) as edcast:
            await edcast.send(request.replace(b"rk", b"rn"))
            await edcast.reset()
        await get(on.port, "/")  # whoever came before has been served
        await until(lambda: shown(mount_of(on)) == "Björn - Jóga")


async def test_an_update_may_come_before_the_first_byte_of_audio() -> None:
    async with station(SETTINGS) as on, encoder(on) as source:
        await get(on.port, f"{UPDATE}&song=early", AUTH)
        await source.send(frames(0, 20))
        async with player(on, "/live", ICY) as listener:
            await listener.hear(2 * METAINT)
        assert listener.titles == [(METAINT, "StreamTitle='early';")]


async def test_the_administrator_may_set_titles_too() -> None:
    async with station('[mounts."/live"]\npassword = "own"') as on:
        async with talk(on.port) as source:
            await source.send(request_head("SOURCE", "/live", headers=[basic("own")]))
            await source.read_head()
            for user, password, status in [
                ("admin", "letmein", 200),
                ("source", "own", 200),
                ("source", "sesame", 401),
                ("admin", "sesame", 401),
            ]:
                answer = await get(on.port, f"{UPDATE}&song={user}", basic(password, user))
                assert answer.head.status == status, (user, password)


async def test_who_gives_no_password_is_asked_for_it() -> None:
    """libshout asks without one first."""
    async with station() as on, encoder(on):
        answer = await get(on.port, f"{UPDATE}&song=x")
        assert answer.head.status == 401
        assert "www-authenticate" in answer.head.headers
        assert (await get(on.port, f"{UPDATE}&song=x", basic("no"))).head.status == 401
        assert mount_of(on).log.titles.latest() is None


async def test_what_cannot_be_done_is_said() -> None:
    async with station() as on, encoder(on):
        nowhere = await get(on.port, "/admin/metadata?mode=updinfo&mount=/x&song=y", AUTH)
        assert (nowhere.head.status, b"Source does not exist" in nowhere.body) == (400, True)
        bad_mode = await get(on.port, "/admin/metadata?mode=x&mount=/live&song=y", AUTH)
        assert b"<return>0</return>" in bad_mode.body
        assert (await get(on.port, UPDATE, AUTH)).head.status == 400
        assert (await get(on.port, "/admin/nothing", AUTH)).head.status == 400
        assert (
            await get(on.port, "/admin/metadata?mount=/..&mode=updinfo&song=x", AUTH)
        ).head.status == 400


async def test_nobody_sets_the_titles_of_what_the_auto_dj_plays() -> None:
    async with station('[playlists.all]\nsource = "/none"\n[outputs."/live"]') as on:
        await until(lambda: on.registry.get("/live") is not None)
        answer = await get(on.port, f"{UPDATE}&song=x", AUTH)
        assert (answer.head.status, b"Source does not exist" in answer.body) == (400, True)


@pytest.mark.parametrize("own_port", [True, False])
async def test_shoutcast_encoders_update_with_the_password_in_the_query(own_port: bool) -> None:
    async with station() as on, encoder(on, "/stream"):
        port = on.shoutcast_port if own_port else on.port
        song = quote("Björk - Jóga")
        answer = await get(port, f"/admin.cgi?pass=sesame&mode=updinfo&song={song}")
        assert answer.head.status == 200
        assert shown(mount_of(on, "/stream")) == "Björk - Jóga"
        for target, status in [
            ("/admin.cgi?pass=wrong&mode=updinfo&song=x", 401),
            ("/admin.cgi?mode=updinfo&song=x", 400),
            ("/admin.cgi?pass=sesame&mode=ripdst", 400),
            ("/admin.cgi?pass=sesame&mode=updinfo", 400),
        ]:
            assert (await get(port, target)).head.status == status, target
        assert shown(mount_of(on, "/stream")) == "Björk - Jóga"


@pytest.mark.parametrize("login", ["PUT", "SHOUTcast"])
async def test_titles_that_a_source_sends_between_its_audio_are_taken_out_of_it(login: str) -> None:
    """As `source-inline-icy-metaint` was recorded; our listeners have an interval of their own."""
    interval, audio = 4096, frames(0, 60)
    latin_1 = b"\2" + b"StreamTitle='Inl\xefne 2';".ljust(32, b"\0")
    told = {1: metadata_block(Title("Inline 1", url="http://u/1")), 3: latin_1}
    sent = b"".join(
        audio[at : at + interval] + told.get(number, EMPTY_BLOCK)
        for number, at in enumerate(range(0, len(audio), interval), start=1)
    )
    said = f"icy-metaint: {interval}"
    async with station(SETTINGS) as on, AsyncExitStack() as stack:
        if login == "SHOUTcast":
            source = await stack.enter_async_context(talk(on.port))
            await source.send(f"/live:sesame\r\n{said}\r\n\r\n".encode())
            await until(lambda: on.registry.get("/live") is not None)
        else:
            source = await stack.enter_async_context(encoder(on, "/live", said))
        await source.send(sent[:1234])
        await until_logged(on, 2 * FRAME)
        async with player(on, "/live", ICY) as listener:
            await source.send(sent[1234:])
            while len(listener.audio) < 59 * FRAME:
                await listener.hear(len(listener.body) + 1)
        assert numbers(listener.audio) == range(59)
        (_, nothing), (first_at, first), (second_at, second) = listener.titles
        assert nothing == "StreamTitle='';"
        assert (first, second) == (
            "StreamTitle='Inline 1';StreamUrl='http://u/1';",
            "StreamTitle='Inlïne 2';",
        )
        assert 0 <= first_at - (interval - FRAME) < METAINT + FRAME
        assert 0 <= second_at - (3 * interval - FRAME) < METAINT + FRAME
