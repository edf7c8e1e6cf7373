"""Who gets in: addresses, proxies, bans, users, web servers that are asked, signed links."""

from __future__ import annotations

import ssl
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import trio
import trustme

from radiocast.access.guard import TELLERS
from radiocast.access.signed import signed_path
from radiocast.config.load import load
from tests.web_client.server import WebServer, web_server

from .audio import frames
from .made import encoder, mount_of, player, put, station, until
from .talk import ACCEPTED, Answer, ask, basic, get, request_head, talk

AUDIO = frames(0, 40)
ADMIN = basic("letmein", "admin")
MD5 = "6e6fdf956d04289354dcf1619e28fe77"  # pw1
SECRET = "0123456789abcdef0123456789abcdef"
TRUSTING = '[access]\ntrusted_proxies = ["127.0.0.1"]\n'
SWEEPING = '[listeners]\nidle_sweep = "100ms"\n'
YES = b"HTTP/1.1 200 OK\r\nicecast-auth-user: 1\r\nContent-Length: 0\r\n\r\n"


def behind(ip: str) -> str:
    return f"X-Forwarded-For: {ip}"


async def test_who_is_denied_is_hung_up_on_without_a_word() -> None:
    async with station('[access]\ndeny = ["127.0.0.0/8"]') as on:
        with pytest.raises((trio.BrokenResourceError, AssertionError)):
            await get(on.port, "/status-json.xsl")
        assert on.station.broadcast.guard.turned_away == 1


async def test_with_a_list_of_who_may_nobody_else_gets_in() -> None:
    async with station('[access]\nallow = ["192.0.2.0/24"]') as on:
        with pytest.raises((trio.BrokenResourceError, AssertionError)):
            await get(on.port, "/")
    async with station('[access]\nallow = ["127.0.0.1"]') as on:
        assert (await get(on.port, "/")).head.status == 200


async def test_behind_a_trusted_proxy_everybody_has_an_address_of_their_own() -> None:
    denying = TRUSTING + 'deny = ["192.0.2.66"]'
    async with station(denying) as on, encoder(on, audio=AUDIO):
        assert (await get(on.port, "/live", behind("192.0.2.66"))).head.status == 403
        async with player(on, "/live", behind("203.0.113.9, 192.0.2.7")):
            clients = await get(on.port, "/admin/listclients?mount=/live", ADMIN)
            assert b"<IP>192.0.2.7</IP>" in clients.body


async def test_a_trusted_proxy_may_always_connect_for_it_is_the_visitor_who_counts() -> None:
    async with station(TRUSTING + 'allow = ["192.0.2.0/24"]') as on:
        assert (await get(on.port, "/", behind("192.0.2.7"))).head.status == 200
        assert (await get(on.port, "/", behind("198.51.100.1"))).head.status == 403


async def test_who_is_no_trusted_proxy_speaks_for_nobody() -> None:
    async with station() as on, encoder(on, audio=AUDIO), player(on, "/live", behind("192.0.2.7")):
        clients = await get(on.port, "/admin/listclients?mount=/live", ADMIN)
        assert b"<IP>127.0.0.1</IP>" in clients.body


V2 = bytes.fromhex("0d0a0d0a000d0a515549540a2111000cc0000207c6336401c7381f40")


@pytest.mark.parametrize("header", [b"PROXY TCP4 192.0.2.7 127.0.0.1 51000 8000\r\n", V2])
async def test_a_proxy_may_say_first_whom_it_speaks_for(header: bytes) -> None:
    settings = TRUSTING + 'proxy_protocol = true\ndeny = ["192.0.2.66"]'
    async with station(settings) as on:
        async with talk(on.port) as source:
            await source.send(b"PROXY UNKNOWN\r\n" + put() + AUDIO)
            assert await source.read(len(ACCEPTED)) == ACCEPTED
            assert mount_of(on).source is not None
            async with talk(on.port) as listener:
                for piece in (header[:5], header[5:20], header[20:] + request_head("GET", "/live")):
                    await listener.send(piece)
                assert (await listener.read_head()).status == 200
                [one] = on.station.broadcast.audience.of(mount_of(on))
                assert one.ip == "192.0.2.7"
        denied = b"PROXY TCP4 192.0.2.66 127.0.0.1 51000 8000\r\n"
        assert await ask(on.port, denied + request_head("GET", "/")) == b""
        silent = await ask(on.port, request_head("GET", "/"))
        assert silent.startswith(b"HTTP/1.0 400 "), "a proxy that says nothing is none"


async def test_tls_follows_the_words_of_a_proxy(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = tmp_path / "radio.pem"
    authority.issue_cert("radio.example").private_key_and_cert_chain_pem.write_to_path(certificate)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    settings = f'[tls]\ncertificate = "{certificate}"\n{TRUSTING}proxy_protocol = true'
    async with station(settings) as on:
        plain = await trio.open_tcp_stream("127.0.0.1", on.port)
        await plain.send_all(V2)
        async with trio.SSLStream(
            plain, context, server_hostname="radio.example", https_compatible=True
        ) as stream:
            await stream.send_all(request_head("GET", "/status-json.xsl"))
            assert bytes(await stream.receive_some(1000)).startswith(b"HTTP/1.1 200 ")


async def test_who_is_not_trusted_says_the_words_of_a_proxy_in_vain() -> None:
    settings = '[access]\ntrusted_proxies = ["192.0.2.1"]\nproxy_protocol = true'
    async with station(settings) as on:
        assert b"HTTP/1.1 200 " in await ask(on.port, request_head("GET", "/status-json.xsl"))
        for words in (b"PROXY TCP4 192.0.2.7 127.0.0.1 51000 8000\r\n", V2):
            assert b" 200 " not in await ask(on.port, words + request_head("GET", "/"))


async def test_guessing_bans_an_address_and_no_other_and_an_administrator_lifts_it() -> None:
    async with station(TRUSTING + "ban_after = 3") as on, encoder(on, audio=AUDIO):
        guesser, other = behind("192.0.2.7"), behind("192.0.2.8")
        for target in ("/admin/stats", "/admin/metadata?mount=/live&mode=updinfo&song=x"):
            answer = await get(on.port, target, guesser, basic("guess", "admin"))
            assert answer.head.status == 401
        for _ in range(5):  # who asks without a password guesses nothing: libshout does
            answer = await get(on.port, "/admin/stats", guesser)
            assert answer.head.status == 401
        wrong = request_head("PUT", "/x", "HTTP/1.1", [basic("guess"), guesser])
        assert b" 401 " in await ask(on.port, wrong)
        for headers in ((guesser,), (guesser, ADMIN)):
            assert (await get(on.port, "/status-json.xsl", *headers)).head.status == 403
        assert (await get(on.port, "/status-json.xsl", other)).head.status == 200
        metrics = (await get(on.port, "/metrics", ADMIN, other)).body
        assert b"\nradiocast_banned 1\n" in metrics
        assert b"\nradiocast_wrong_passwords_total 3\n" in metrics
        bans = (await get(on.port, "/admin/bans", ADMIN, other)).body
        assert b"<ban><IP>192.0.2.7</IP><wrong>3</wrong><seconds_left>59" in bans
        assert b"192.0.2.7" in (await get(on.port, "/admin/bans.xsl", ADMIN, other)).body
        cross = ("Sec-Fetch-Site: cross-site", ADMIN, other)
        assert (await get(on.port, "/admin/bans?lift=192.0.2.7", *cross)).head.status == 403
        lifted = await get(on.port, "/admin/bans?lift=192.0.2.7", ADMIN, other)
        assert b"192.0.2.7 may come in again" in lifted.body
        assert (await get(on.port, "/status-json.xsl", guesser)).head.status == 200


async def test_the_first_words_of_libshout_are_no_guess() -> None:
    async with station(TRUSTING + "ban_after = 1\nproxy_protocol = true") as on:
        guard = on.station.broadcast.guard
        said = b"PROXY TCP4 192.0.2.7 127.0.0.1 1 2\r\n"
        await ask(on.shoutcast_port, said + b"!POKE\n")
        assert guard.bans.wrong_passwords == 0
        await ask(on.shoutcast_port, said + b"guess\n")
        assert guard.bans.wrong_passwords == 1
        assert await ask(on.shoutcast_port, said + b"sesame\n") == b""


def members(tmp_path: Path, *more: str) -> str:
    file = tmp_path / "members"
    file.write_text(f"fred:{MD5}\n")
    table = f'[auth.members]\nkind = "htpasswd"\nfile = "{file}"\n' + "\n".join(more)
    return f'[mounts."/live"]\nauth = "members"\n{table}\n'


async def test_a_mount_for_members(tmp_path: Path) -> None:
    fred = basic("pw1", "fred")
    log = tmp_path / "access.log"
    settings = members(tmp_path, "duplicates = false") + SWEEPING
    async with station(settings, access_log=log) as on, encoder(on, audio=AUDIO):
        for headers in ((), (basic("guess", "fred"),), (basic("pw1", "eve"),)):
            answer = await get(on.port, "/live", *headers)
            assert answer.head.status == 401
            assert answer.head.headers["www-authenticate"] == 'Basic realm="Icecast2 Server"'
        for _ in range(2):  # who has left may come again
            async with player(on, "/live", fred) as listener:
                again = await get(on.port, "/live?user=fred&pass=pw1")
                assert again.head.status == 401, "once at one time"
                clients = await get(on.port, "/admin/listclients?mount=/live", ADMIN)
                assert b"<username>fred</username></listener>" in clients.body
                await listener.peer.close()
                await until(lambda: mount_of(on).counts.listeners == 0)
        head = request_head("HEAD", "/live", "HTTP/1.0", [fred])
        assert b" 200 " in await ask(on.port, head)
        async with player(on, "/live?user=fred&pass=pw1"):
            pass
    assert " - fred [" in log.read_text()


async def test_who_may_is_decided_by_what_was_asked_for_not_by_what_is_heard(
    tmp_path: Path,
) -> None:
    settings = members(tmp_path).replace('auth = "members"', 'auth = "members"\nfallback = "/open"')
    async with station(settings) as on, encoder(on, "/open", audio=AUDIO):
        assert (await get(on.port, "/live")).head.status == 401
        async with player(on, "/live", basic("pw1", "fred")), player(on, "/open"):
            assert mount_of(on, "/open").counts.listeners == 2


async def test_users_are_managed_over_http(tmp_path: Path) -> None:
    async with station(members(tmp_path)) as on:
        base = "/admin/manageauth.xsl?mount=/live"
        page = await get(on.port, base, ADMIN)
        assert b"fred" in page.body
        added = await get(on.port, base + "&action=add&username=anna&password=sesame", ADMIN)
        assert b"User added" in added.body
        for bad in ("a%3Ab", "%23a", "a%0Ab", "x" * 201):
            target = f"{base}&action=add&username={bad}&password=x"
            assert b"User not added" in (await get(on.port, target, ADMIN)).body
        cross = await get(
            on.port, base + "&action=delete&username=fred", ADMIN, "Sec-Fetch-Site: cross-site"
        )
        assert cross.head.status == 403
        nobody = await get(on.port, "/admin/manageauth?mount=/nothing", ADMIN)
        assert nobody.head.status == 400
        async with encoder(on, audio=AUDIO), player(on, "/live", basic("sesame", "anna")):
            assert (await get(on.port, base)).head.status == 401


async def test_a_link_opens_a_mount_for_a_while() -> None:
    table = f'[auth.links]\nkind = "signed"\nsecret = "{SECRET}"\n'
    settings = f'[mounts."/live"]\nauth = "links"\n{table}'
    async with station(settings) as on, encoder(on, audio=AUDIO):
        good = signed_path(SECRET, "/live", int(time.time()) + 60, "anna")
        async with player(on, good):
            [listener] = on.station.broadcast.audience.of(mount_of(on))
            assert listener.user == "anna"
        for target in ("/live", signed_path(SECRET, "/live", int(time.time()) - 1)):
            answer = await get(on.port, target)
            assert answer.head.status == 403
            assert "www-authenticate" not in answer.head.headers


def asking(server: WebServer, *names: str, mount: str = "/live", more: str = "") -> str:
    addresses = "\n".join(f'{name} = "{server.url}/{name}"' for name in names)
    return f'[mounts."{mount}"]\nauth = "site"\n[auth.site]\nkind = "url"\n{addresses}\n{more}\n'


def told(server: WebServer) -> list[dict[str, str]]:
    """The forms it got, in order."""
    bodies = [asked.partition(b"\r\n\r\n")[2].decode() for asked in server.asked]
    return [dict(parse_qsl(body, keep_blank_values=True)) for body in bodies]


def actions(server: WebServer) -> list[str]:
    return [form["action"] for form in told(server)]


async def test_a_web_server_says_who_may_listen_and_hears_who_did() -> None:
    events = ("listener_add", "listener_remove", "mount_add", "mount_remove")
    async with web_server(YES) as server:
        async with station(asking(server, *events) + SWEEPING) as on:
            async with encoder(on, audio=AUDIO):
                await until(lambda: actions(server) == ["mount_add"])
                async with player(on, "/live?x=1", basic("p w", "anna"), "User-Agent: test/1"):
                    [listener] = on.station.broadcast.audience.of(mount_of(on))
                    assert listener.user == "anna"
                await until(lambda: len(server.asked) == 3)
            await until(lambda: actions(server)[3:] == ["mount_remove"])
        added, removed = told(server)[1:3]
        assert added == {
            "action": "listener_add",
            "server": "localhost",
            "port": str(on.port),
            "client": str(listener.number),
            "mount": "/live?x=1",
            "user": "anna",
            "pass": "p w",
            "ip": "127.0.0.1",
            "agent": "test/1",
        }
        assert int(removed.pop("duration")) < 5
        assert removed == {**added, "action": "listener_remove"}
        assert b"\r\nAuthorization: Basic YW5uYTpwIHc=\r\n" in server.asked[1]
        assert b"\r\nAuthorization: Basic Og==\r\n" in server.asked[0]


async def test_listeners_who_are_there_when_the_station_stops_are_told_of_too() -> None:
    async with web_server(YES) as server, AsyncExitStack() as stack:
        async with station(asking(server, "listener_add", "listener_remove")) as on:
            source = await stack.enter_async_context(encoder(on, audio=AUDIO))
            for _ in range(20):
                await stack.enter_async_context(player(on))
            server.may_answer = trio.Event()
            on.station.stop()
            await source.close()
            await until(lambda: on.station.broadcast.sessions == 0)  # and everybody has gone
            await until(lambda: actions(server).count("listener_remove") == TELLERS)
            server.may_answer.set()
            await until(lambda: actions(server).count("listener_remove") == 20)


async def test_our_own_name_goes_to_the_web_server_where_there_is_one() -> None:
    async with web_server(YES) as server:
        settings = asking(server, "listener_add", more='user = "us"\npassword = "secret"')
        async with station(settings) as on, encoder(on, audio=AUDIO):
            async with player(on, "/live", basic("theirs", "anna")):
                pass
        assert b"\r\nAuthorization: Basic dXM6c2VjcmV0\r\n" in server.asked[0]


async def test_a_time_limit_of_the_web_server_ends_a_listener() -> None:
    answer = YES.replace(b"\r\n\r\n", b"\r\nicecast-auth-timelimit: 1\r\n\r\n")
    async with web_server(answer) as server:
        async with station(asking(server, "listener_add")) as on, encoder(on, audio=AUDIO):
            async with player(on) as listener:
                await listener.hear_out()
            assert mount_of(on).counts.listeners == 0


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"You need to authenticate\r\n"),
        (
            b"HTTP/1.1 200 OK\r\nicecast-auth-message: <no> such user\r\nContent-Length: 0\r\n\r\n",
            b"<no> such user\r\n",
        ),
        (b"garbage\r\n\r\n", b"You need to authenticate\r\n"),
    ],
)
async def test_whatever_is_no_yes_is_a_no(answer: bytes, body: bytes) -> None:
    async with web_server(answer) as server:
        settings = asking(server, "listener_add", "listener_remove")
        async with station(settings) as on, encoder(on, audio=AUDIO):
            refused = await get(on.port, "/live", basic("x", "anna"))
            assert refused.head.status == 401
            assert refused.head.headers["content-type"].startswith("text/plain")
            assert refused.body == body
            assert on.station.broadcast.guard.bans.wrong_passwords == 0
    assert actions(server) == ["listener_add"]


async def test_a_web_server_that_says_nothing_says_no_and_holds_up_nobody_else() -> None:
    async with web_server(YES) as server:
        server.may_answer = trio.Event()
        settings = asking(server, "listener_add", more='timeout = "200ms"')
        async with station(settings) as on, encoder(on, audio=AUDIO), encoder(on, "/other"):
            answers: list[Answer] = []

            async def come() -> None:
                answers.append(await get(on.port, "/live"))

            async with trio.open_nursery() as nursery:
                for _ in range(5):
                    nursery.start_soon(come)
                assert (await get(on.port, "/status-json.xsl")).head.status == 200
                assert not answers
            assert [answer.head.status for answer in answers] == [401] * 5


async def test_who_was_admitted_but_finds_no_room_is_told_of_as_gone() -> None:
    async with web_server(YES) as server:
        server.may_answer = trio.Event()
        settings = asking(server, "listener_add", "listener_remove").replace(
            'auth = "site"', 'auth = "site"\nmax_listeners = 1'
        )
        async with station(settings) as on, encoder(on, audio=AUDIO), AsyncExitStack() as stack:
            peers = [await stack.enter_async_context(talk(on.port)) for _ in range(2)]
            for peer in peers:
                await peer.send(request_head("GET", "/live"))
            await until(lambda: len(server.asked) == 2)
            server.may_answer.set()
            statuses = [(await peer.read_head()).status for peer in peers]
            assert sorted(statuses) == [200, 403]
            await until(lambda: len(server.asked) == 3)
            assert told(server)[2]["duration"] == "0"


async def test_a_web_server_says_who_may_send_and_set_titles() -> None:
    async with web_server(YES) as server:
        async with station(asking(server, "stream_auth")) as on:
            async with talk(on.port) as source:
                await source.send(put(password="anything", user="dj1") + AUDIO)
                assert await source.read(len(ACCEPTED)) == ACCEPTED
                title = "/admin/metadata?mount=/live&mode=updinfo&song=U"
                set_title = await get(on.port, title, basic("anything", "dj1"))
                assert b"Metadata update successful" in set_title.body
                server.answer = b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"
                assert (await get(on.port, title, basic("sesame"))).head.status == 401
            assert b" 401 " in await ask(on.port, put(password="sesame")), "no password counts"
            assert b" 401 " in await ask(on.port, request_head("PUT", "/live", "HTTP/1.1"))
    forms = told(server)
    assert [form.get("admin") for form in forms] == [None, "1", "1", None]
    assert forms[0] == {
        "action": "stream_auth",
        "mount": "/live",
        "ip": "127.0.0.1",
        "server": "localhost",
        "port": str(on.port),
        "user": "dj1",
        "pass": "anything",
    }


async def test_what_a_web_server_refuses_is_no_guess_but_for_the_administrators_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    no = b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"
    async with web_server(no) as server, station(asking(server, "stream_auth")) as on:
        guesses: list[str] = []
        monkeypatch.setattr(on.station.broadcast.guard, "note_wrong_password", guesses.append)
        title = "/admin/metadata?mount=/live&mode=updinfo&song=U"
        for command in (title, "/admin/listclients?mount=/live"):
            assert (await get(on.port, command, basic("x", "dj1"))).head.status == 401
            assert guesses == []
            assert (await get(on.port, command, basic("x", "admin"))).head.status == 401
            assert guesses.pop() == "127.0.0.1"


async def test_djs_need_no_web_server() -> None:
    async with web_server(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n") as server:
        settings = asking(server, "stream_auth") + '[djs.anna]\npassword = "swordfish"\n'
        async with station(settings) as on, talk(on.port) as source:
            await source.send(put(password="swordfish", user="anna") + AUDIO)
            assert await source.read(len(ACCEPTED)) == ACCEPTED
        assert server.asked == []


async def test_a_reload_changes_who_may_and_keeps_who_listens(tmp_path: Path) -> None:
    settings = members(tmp_path, "duplicates = false")
    async with station(settings) as on, encoder(on, audio=AUDIO):
        async with player(on, "/live", basic("pw1", "fred")):
            config = on.station.broadcast.config
            on.station.reload(config)
            again = await get(on.port, "/live", basic("pw1", "fred"))
            assert again.head.status == 401, "who listens is still known"
            access = load('[access]\ndeny = ["127.0.0.1"]\n').access
            on.station.reload(replace(config, access=access))
            assert mount_of(on).counts.listeners == 1
            with pytest.raises((trio.BrokenResourceError, AssertionError)):
                await get(on.port, "/")
