"""What Icecast 2.5 does that 2.4 does not, beyond what was recorded; and 2.4 when it is wanted."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from xml.etree import ElementTree

import pytest
import trio

from radiocast.config.load import load
from radiocast.server import recent_log
from radiocast.server import station as server
from tests.station import BASE, RunningStation

from .audio import FRAME, frames
from .made import encoder, mount_of, player, put, station, until
from .talk import ACCEPTED, Answer, ask, basic, get, parse_answer, talk

NEW = '[icecast]\nversion = "2.5"\n'
ADMIN = basic("letmein", "admin")


async def admin(on: RunningStation, command: str) -> Answer:
    return await get(on.port, f"/admin/{command}", ADMIN)


COMMANDS = ("publicstats", "version", "listensocketlist", "dashboard", "showlog", "marklog")


@pytest.mark.parametrize("command", [*COMMANDS, "reloadconfig", "stats.json", "showlog.xsl"])
async def test_2_4_knows_no_command_of_2_5(command: str) -> None:
    async with station() as on:
        answer = await admin(on, command)
        assert answer.head.status == 400
        assert b"Unrecognised command" in answer.body


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_command_of_2_5_has_all_three_forms(command: str) -> None:
    async with station(NEW) as on:
        ElementTree.fromstring((await admin(on, command)).body)
        answer = await admin(on, f"{command}.json")
        json.loads(answer.body)
        assert answer.head.headers["warning"] == '299 - "JSON rendering is experimental"'
        assert (await admin(on, f"{command}.xsl")).body.startswith(b"<!DOCTYPE html>")
        if command != "publicstats":
            assert (await get(on.port, f"/admin/{command}")).head.status == 401


async def test_the_log_is_remembered_as_far_as_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(NEW) as on:
        await admin(on, "marklog")
        assert b"-- MARK --" in (await admin(on, "showlog")).body
        logger = logging.getLogger("radiocast.test")
        logger.warning("<&\x07%s", "y" * (recent_log.MAX_LINE + 1))
        [*_, last] = on.station.broadcast.recent_log.lines
        assert len(last) == recent_log.MAX_LINE
        ElementTree.fromstring((await admin(on, "showlog")).body)
        for number in range(recent_log.MAX_LINES + 1):
            logger.warning("line %d", number)
        assert len(on.station.broadcast.recent_log.lines) == recent_log.MAX_LINES
        body = (await admin(on, "showlog?log=error")).body
        assert b"MARK" not in body
        assert (await admin(on, "showlog?log=secret")).head.status == 404
    assert not any(
        isinstance(handler, recent_log.RecentLog)
        for handler in logging.getLogger("radiocast").handlers
    )


async def test_reload_goes_the_way_of_a_signal_also_after_listclients() -> None:
    """Where Icecast 2.5.0 waits for ever, after it was asked who listens."""
    other = load(f'{BASE}{NEW}[station]\nname = "Reloaded"')
    with trio.fail_after(10):
        async with trio.open_nursery() as nursery:
            running = await nursery.start(
                lambda task_status: server.serve(
                    load(BASE), reload=lambda take: take(other), task_status=task_status
                )
            )
            on = RunningStation(running)
            async with encoder(on, audio=frames(0, 5)), player(on):
                on.reload(NEW)
                for _ in range(2):
                    assert (await admin(on, "listclients?mount=/live")).head.status == 200
                    assert b"Config reload queued" in (await admin(on, "reloadconfig")).body
                await until(lambda: on.station.broadcast.config.station.name == "Reloaded")
                assert mount_of(on).counts.listeners == 1
            nursery.cancel_scope.cancel()


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Transfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n"),
        ("Content-Length: %d", b"%s"),
    ],
)
async def test_a_put_that_has_an_end_is_answered_there(headers: str, body: bytes) -> None:
    audio = frames(0, 5)
    sent = body % ((len(audio), audio) if body.count(b"%") > 1 else audio)
    headers = headers % len(audio) if "%" in headers else headers
    async with station(NEW) as on, talk(on.port) as peer:
        await peer.send(put("/live", headers) + sent)
        answer = parse_answer(await peer.read_all())
        assert answer.head.line == "HTTP/1.1 200 OK"
        assert answer.head.headers["content-length"] == "0"
        assert mount_of(on).counts.bytes_read == len(audio)


async def test_who_expects_a_100_gets_nothing_else_before_its_end() -> None:
    async with station(NEW) as on, talk(on.port) as peer:
        await peer.send(put("/live", "Expect: 100-continue", "Content-Length: 5"))
        assert (await peer.read_head()).line == "HTTP/1.1 100 Continue"
        await peer.send(b"12345")
        assert (await peer.read_head()).line == "HTTP/1.1 200 OK"


async def test_listeners_get_http_1_1_without_chunks() -> None:
    async with station() as on, encoder(on, audio=frames(0, 5)):
        on.reload(NEW)
        async with player(on, version="HTTP/1.1") as listener:
            assert listener.head.line == "HTTP/1.1 200 OK"
            assert listener.head.headers["connection"] == "Close"
            assert "transfer-encoding" not in listener.head.headers


async def test_addresses_in_statistics_are_those_of_the_request() -> None:
    async with station() as on, encoder(on, audio=frames(0, 5)):
        await until(lambda: mount_of(on).log.end > 0)
        answer = await get(on.port, "/status-json.xsl")
        assert b'"listenurl":"http://x/live"' not in answer.body
        on.reload(NEW)
        answer = await get(on.port, "/status-json.xsl")
        assert b'"listenurl":"http://x/live"' in answer.body


async def test_public_statistics_hide_what_is_hidden() -> None:
    hidden = '[mounts."/secret"]\nhidden = true\n'
    async with station(hidden) as on, encoder(on, "/secret", audio=frames(0, 5)):
        await until(lambda: mount_of(on, "/secret").log.end > 0)
        on.reload(hidden + NEW)
        for target in ("publicstats", "publicstats.json", "publicstats?mount=/secret"):
            answer = await get(on.port, f"/admin/{target}")
            assert answer.head.status == 200
            assert b"secret" not in answer.body


HEADERS = """
[icecast]
headers = ["X-All: 1", "404 X-Lost: 2", "Access-Control-Allow-Origin: https://my.example"]
"""


@pytest.mark.parametrize("version", ["2.4", "2.5"])
async def test_the_operators_headers_are_in_every_answer(version: str) -> None:
    async with station() as on, encoder(on, audio=frames(0, 5)):
        on.reload(f'{HEADERS}version = "{version}"')
        async with player(on) as listener:
            found = [listener.head]
        targets = ("/", "/status-json.xsl", "/nothing", "/admin/stats", "/static/style.css")
        found += [(await get(on.port, target)).head for target in targets]
        source = await ask(on.port, b"SOURCE /live HTTP/1.0\r\n\r\n")
        options = await ask(on.port, b"OPTIONS /live HTTP/1.1\r\n\r\n")
        broken = await ask(on.port, b"GET /../x HTTP/1.0\r\n\r\n")
        found += [parse_answer(answer).head for answer in (source, options, broken)]
        for head in found:
            assert head.headers["x-all"] == "1", head
            assert head.headers["access-control-allow-origin"] == "https://my.example", head
            assert head.headers.get("x-lost") == ("2" if head.status == 404 else None), head


async def test_2_4_says_at_once_that_a_source_is_welcome() -> None:
    async with station() as on, talk(on.port) as peer:
        await peer.send(put("/live", "Content-Length: 5") + b"12345")
        assert await peer.read_all() == ACCEPTED


async def test_a_recording_can_be_ended_before_its_source(tmp_path: Path) -> None:
    settings = f'[mounts."/live"]\nrecord = "{tmp_path}/live.mp3"\n'
    async with station(settings) as on, encoder(on, audio=frames(0, 5)) as source:
        await until(lambda: mount_of(on).recording is not None)
        on.reload(settings + NEW)
        answer = await admin(on, "dumpfilecontrol?mount=/live&action=kill")
        assert b"<return>1</return>" in answer.body
        await until(lambda: mount_of(on).recording is None)
        recorded = (tmp_path / "live.mp3").read_bytes()
        await source.send(frames(5, 10))
        await until(lambda: mount_of(on).counts.bytes_read > 6 * FRAME)
        assert (tmp_path / "live.mp3").read_bytes() == recorded
        wrong = await admin(on, "dumpfilecontrol?mount=/live&action=start")
        assert wrong.head.status == 400
