"""What stands in the access log when a visit is over."""

from __future__ import annotations

import re
from pathlib import Path

from .audio import FRAME, frames
from .made import encoder, player, put, station, until
from .talk import ACCEPTED, ask, get, talk

LINE = re.compile(
    r"(?P<ip>\S+) - (?P<user>\S+) \[\d\d/\w{3}/\d{4}(?::\d\d){3} [+-]\d{4}\] "
    r'"(?P<request>[^"]*)" (?P<status>\d{3}) (?P<sent>\d+) "(?P<referer>[^"]*)" '
    r'"(?P<agent>[^"]*)" (?P<seconds>\d+)'
)


async def lines(log: Path, count: int) -> list[dict[str, str]]:
    """The log, once it has so many lines."""
    await until(lambda: log.exists() and log.read_text().count("\n") >= count)
    return parse(log)


def parse(log: Path) -> list[dict[str, str]]:
    text = log.read_text()
    found = [LINE.fullmatch(line) for line in text.splitlines()]
    assert all(found), text
    return [line.groupdict() for line in found if line]


async def test_a_page_is_one_line(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    async with station(access_log=log) as on:
        answer = await get(
            on.port, "/?secret=x", 'User-Agent: say "hi"', "Referer: http://elsewhere/"
        )
        (line,) = await lines(log, 1)
        assert line | {"sent": ""} == {
            "ip": "127.0.0.1",
            "user": "-",
            "request": "GET / HTTP/1.1",
            "status": "200",
            "sent": "",
            "referer": "http://elsewhere/",
            "agent": "say .hi.",
            "seconds": "0",
        }
        assert int(line["sent"]) > len(answer.body)


async def test_a_listener_is_written_down_when_it_leaves_with_every_byte_it_got(
    tmp_path: Path,
) -> None:
    log = tmp_path / "access.log"
    async with station("[mount]\ngrace = 0", access_log=log) as on:
        async with encoder(on, "/live", "User-Agent: butt", audio=frames(0, 10)) as source:
            async with talk(on.port) as peer:
                await peer.send(b"GET /live HTTP/1.0\r\nUser-Agent: VLC\r\n\r\n")
                head = await peer.read_until(b"\r\n\r\n")
                assert not log.read_text()
                await source.close()
                body = await peer.read_all()
        heard, sent = sorted(await lines(log, 2), key=lambda line: line["request"])
        assert (heard["request"], heard["agent"]) == ("GET /live HTTP/1.0", "VLC")
        assert (heard["status"], int(heard["sent"])) == ("200", len(head) + len(body))
        assert (sent["request"], sent["agent"]) == ("PUT /live HTTP/1.1", "butt")
        assert (sent["status"], int(sent["sent"])) == ("200", len(ACCEPTED))


async def test_so_are_those_who_are_turned_away(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    async with station("[mount]\nmax_listeners = 1", access_log=log) as on:
        async with encoder(on, audio=frames(0, 10)), player(on) as listener:
            await listener.hear(FRAME)
            await get(on.port, "/live")
            await get(on.port, "/nowhere")
            await ask(on.port, put(password="wrong"))
            assert [line["status"] for line in await lines(log, 3)] == ["403", "404", "401"]


async def test_a_shoutcast_source_is_called_what_it_is(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    async with station("[mount]\ngrace = 0", access_log=log) as on:
        async with talk(on.shoutcast_port) as source:
            await source.send(b"/a%20b:sesame\r\nuser-agent:edcast\r\n\r\n" + frames(0, 3))
            await source.end()
            await source.read_all()
        (line,) = await lines(log, 1)
        assert (line["request"], line["agent"]) == ("SOURCE /a.b ICY", "edcast")
        assert "sesame" not in log.read_text()


async def test_a_log_that_was_moved_away_is_begun_anew_on_reload(tmp_path: Path) -> None:
    log, old = tmp_path / "access.log", tmp_path / "access.log.1"
    async with station(access_log=log) as on:
        await get(on.port, "/")
        await lines(log, 1)
        log.rename(old)
        on.reload("")
        await get(on.port, "/nowhere")
        assert [line["status"] for line in await lines(log, 1)] == ["404"]
        assert [line["status"] for line in await lines(old, 1)] == ["200"]
