"""TLS on the same ports: for pages, sources and listeners, and for those who stall."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio
import trustme

from radiocast.config.load import load
from radiocast.errors import ConfigError
from radiocast.framelog.log import FrameLog
from tests.station import BASE, RunningStation, running_station

AUTHORITY = trustme.CA()


def certificate(folder: Path) -> str:
    """TOML that uses a certificate of AUTHORITY's, written to `folder`."""
    issued = AUTHORITY.issue_cert("127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "station.pem")
    return f'[tls]\ncertificate = "{folder / "station.pem"}"\n'


@asynccontextmanager
async def connected(station: RunningStation, *, tls: bool = True) -> AsyncIterator[trio.abc.Stream]:
    stream: trio.abc.Stream = await trio.open_tcp_stream("127.0.0.1", station.port)
    if tls:
        context = ssl.create_default_context()
        AUTHORITY.configure_trust(context)
        assert isinstance(stream, trio.SocketStream)
        stream = trio.SSLStream(stream, context, server_hostname="127.0.0.1", https_compatible=True)
    try:
        yield stream
    finally:
        await trio.aclose_forcefully(stream)


async def receive_exactly(stream: trio.abc.Stream, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += await stream.receive_some(size - len(data)) or pytest.fail(f"{len(data)} of {size}")
    return data


async def receive_all(stream: trio.abc.Stream) -> bytes:
    return b"".join([data async for data in stream])


async def behind_the_head(stream: trio.abc.Stream) -> bytes:
    """The beginning of the body."""
    received = bytes(await stream.receive_some())
    while b"\r\n\r\n" not in received:
        received += await stream.receive_some()
    return received.partition(b"\r\n\r\n")[2]


async def source(station: RunningStation, stream: trio.abc.Stream) -> None:
    head = (
        b"PUT /live HTTP/1.1\r\nAuthorization: Basic c291cmNlOnNlc2FtZQ==\r\n"
        b"Content-Type: application/x-anything\r\n\r\n"
    )
    await stream.send_all(head)
    assert await receive_exactly(stream, 19) == b"HTTP/1.0 200 OK\r\n\r\n"


async def logged(station: RunningStation, size: int) -> FrameLog:
    """The mount's log, once it holds so many bytes."""
    mount = station.registry.get("/live")
    assert mount is not None
    await mount.log.wait_past(size - 1)
    return mount.log


@pytest.mark.parametrize("tls", [True, False])
async def test_a_port_serves_both_who_begin_with_tls_and_who_do_not(
    tls: bool, tmp_path: Path
) -> None:
    with trio.fail_after(10):
        async with (
            running_station(certificate(tmp_path)) as station,
            connected(station, tls=tls) as stream,
        ):
            await stream.send_all(b"GET /nothing HTTP/1.0\r\n\r\n")
            assert (await receive_all(stream)).startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(("source_tls", "listener_tls"), [(1, 1), (1, 0), (0, 1)])
async def test_audio_goes_through_byte_for_byte(
    source_tls: int, listener_tls: int, tmp_path: Path
) -> None:
    audio = bytes(range(256)) * 400
    with trio.fail_after(20):
        async with (
            running_station(certificate(tmp_path)) as station,
            connected(station, tls=bool(source_tls)) as encoder,
            connected(station, tls=bool(listener_tls)) as player,
        ):
            await source(station, encoder)
            await encoder.send_all(audio[:1000])
            await player.send_all(b"GET /live HTTP/1.0\r\n\r\n")
            body = await behind_the_head(player)
            await encoder.send_all(audio[1000:])
            body += await receive_exactly(player, len(audio) - len(body))
            assert body == audio


async def test_a_stalled_listener_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Its socket fills in the middle of a record; the record must not be torn or sent twice."""
    audio = bytes(range(256)) * 2000  # 512 kB
    settings = (
        '[listeners]\nidle_sweep = "100ms"\ntick_min = "10ms"\nsend_buffer = "8KiB"\n'
        '[mount]\nqueue = "8MiB"\n'
    )
    with trio.fail_after(30):
        async with (
            running_station(certificate(tmp_path) + settings) as station,
            connected(station, tls=False) as encoder,
            connected(station) as player,
        ):
            await source(station, encoder)
            await encoder.send_all(audio[:1000])
            await player.send_all(b"GET /live HTTP/1.0\r\n\r\n")
            body = await behind_the_head(player)
            await encoder.send_all(audio[1000:])
            await logged(station, len(audio))
            body += await receive_exactly(player, len(audio) - len(body))
            assert body == audio


async def test_an_encoder_that_writes_small_records_is_not_slowed_down(tmp_path: Path) -> None:
    """ffmpeg writes a record for each frame, and we look at a source 20 times a second."""
    with trio.fail_after(10):
        async with (
            running_station(certificate(tmp_path)) as station,
            connected(station) as encoder,
        ):
            await source(station, encoder)
            for _ in range(400):
                await encoder.send_all(bytes(100))
            blocks = len((await logged(station, 40_000)).blocks_from(0))
            assert blocks < 40, "as many looks as records"


async def test_playlists_say_https_to_those_who_came_that_way(tmp_path: Path) -> None:
    with trio.fail_after(10):
        async with running_station(certificate(tmp_path)) as station:
            async with connected(station, tls=False) as encoder:
                await source(station, encoder)
                async with connected(station) as stream:
                    await stream.send_all(b"GET /live.m3u HTTP/1.0\r\nHost: radio.example\r\n\r\n")
                    assert b"https://radio.example/live\r\n" in await receive_all(stream)


async def test_statistics_of_2_5_say_https_to_those_who_came_that_way(tmp_path: Path) -> None:
    settings = certificate(tmp_path)
    asked = b"GET /status-json.xsl HTTP/1.0\r\nHost: radio.example\r\n\r\n"
    with trio.fail_after(10):
        async with running_station(settings) as station:
            async with connected(station, tls=False) as encoder:
                await source(station, encoder)
                await encoder.send_all(bytes(100))
                await logged(station, 100)
                station.reload(settings + '[icecast]\nversion = "2.5"\n')
                for tls, scheme in ((True, b"https"), (False, b"http")):
                    async with connected(station, tls=tls) as stream:
                        await stream.send_all(asked)
                        said = await receive_all(stream)
                        assert b'"listenurl":"' + scheme + b"://radio.example/live" in said


async def test_a_handshake_that_never_ends_is_given_up(tmp_path: Path) -> None:
    settings = certificate(tmp_path) + '[limits]\nheader_timeout = "200ms"\n'
    with trio.fail_after(10):
        async with (
            running_station(settings) as station,
            connected(station, tls=False) as stream,
        ):
            await stream.send_all(b"\x16\x03\x01")
            assert await receive_all(stream) == b""


async def test_renewed_certificates_are_taken_without_a_restart(tmp_path: Path) -> None:
    toml = certificate(tmp_path)
    with trio.fail_after(10):
        async with running_station(toml) as station:
            before = station.station.broadcast.tls
            certificate(tmp_path)
            station.station.reload(load(BASE + toml))
            assert station.station.broadcast.tls is not before
            async with connected(station) as stream:
                await stream.send_all(b"GET / HTTP/1.0\r\n\r\n")
                assert await receive_all(stream)
            (tmp_path / "station.pem").write_text("rubbish")
            with pytest.raises(ConfigError, match=r"tls\.certificate"):
                station.station.reload(load(BASE + toml))
            async with connected(station) as stream:
                await stream.send_all(b"GET / HTTP/1.0\r\n\r\n")
                assert await receive_all(stream)


async def test_ciphers_are_the_operators_choice(tmp_path: Path) -> None:
    chosen = certificate(tmp_path) + 'ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384:OLD-AND-FORGOTTEN"\n'
    with trio.fail_after(10):
        async with running_station(chosen) as station:
            context = ssl.create_default_context()
            AUTHORITY.configure_trust(context)
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            tcp = await trio.open_tcp_stream("127.0.0.1", station.port)
            stream = trio.SSLStream(tcp, context, server_hostname="127.0.0.1")
            await stream.do_handshake()
            name, _, _ = stream.cipher()
            assert name == "ECDHE-ECDSA-AES256-GCM-SHA384"
            await trio.aclose_forcefully(stream)
            with pytest.raises(ConfigError, match="OpenSSL knows none of them"):
                station.reload(certificate(tmp_path) + 'ciphers = "OLD-AND-FORGOTTEN"\n')
