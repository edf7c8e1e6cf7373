"""What the `tls` mode says of two rows, and that its listeners really decrypt."""

from __future__ import annotations

import random
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bench.fanout.commands import Join, Target
from bench.fanout.figures import Row, Spread
from bench.fanout.load import Load
from bench.fanout.running import free_port
from bench.fanout.servers import Plan, radiocast_toml
from bench.fanout.tls import Rush, beside, make_certificate
from radiocast.config.load import load
from radiocast.server.tls import make_context

LISTENERS = 3
SAMPLED = 2
TIMEOUT = 10.0  # seconds
AUDIO = random.Random(1).randbytes(100_000)  # seven records
PLAIN = Row(
    server="radiocast",
    listeners=500,
    icy=False,
    user=20.0,
    system=60.0,
    rss=45_120_000,
    rss_idle=40_000_000,
    kernel=0,
    joins_per_second=800.0,
    first_byte=Spread(0.01, 0.02, 0.03, 500),
    gap=Spread(0.1, 0.2, 0.2, 500),
    receives=8.0,
    kbits=128.0,
)
TLS = replace(
    PLAIN,
    user=80.0,
    system=80.0,
    rss=60_480_000,
    receives=7.5,
    problems=["1 listeners were dropped"],
)


def test_the_two_are_set_beside_each_other() -> None:
    joins, handshakes = Rush(800.0, 0.0005), Rush(200.0, 0.00175)
    assert beside(PLAIN, TLS, joins, handshakes) == {
        "server": "radiocast",
        "listeners": 500,
        "sends/s": 7.5,
        "plain us": 80.0,
        "TLS us": 160.0,
        "ratio": "2.00",
        "plain user": 20.0,
        "TLS user": 80.0,
        "joins/s": 800.0,
        "handshakes/s": 200.0,
        "ms/join": "0.50",
        "ms/handshake": "1.25",
        "plain KiB": 10.0,
        "TLS KiB": 40.0,
        "problems": 1,
    }


def test_radiocast_can_use_the_certificate_it_is_given(tmp_path: Path) -> None:
    plan = Plan("mp3", Path("clip.mp3"), certificate=tmp_path / "certificate.pem")
    make_certificate(tmp_path / "certificate.pem")
    config = load(radiocast_toml(plan, 8123, tmp_path / "access.log"))
    assert make_context(config.tls) is not None
    without = load(radiocast_toml(replace(plan, certificate=None), 8123, tmp_path / "access.log"))
    assert make_context(without.tls) is None


def test_sampled_listeners_decrypt_and_the_others_count_ciphertext(tmp_path: Path) -> None:
    with _one_by_one(tmp_path) as (port, go_on), Load(LISTENERS) as crowd:
        target = Target("127.0.0.1", port, "/live", tls=True)
        joined = crowd.join(Join([target], LISTENERS, sampled=SAMPLED))
        assert (len(joined.first_bytes), joined.failed) == (LISTENERS, [])
        crowd.open_window()
        go_on.set()
        deadline = time.monotonic() + TIMEOUT
        received: list[int] = [0]
        while not min(received) >= len(AUDIO) < max(received) and time.monotonic() < deadline:
            received = crowd.close_window().received
        samples = crowd.take_samples()
    assert samples == [b"start" + AUDIO] * SAMPLED
    # Two read audio and nothing else; the third was not decrypted, and records have a price.
    assert sorted(received)[:SAMPLED] == [len(AUDIO)] * SAMPLED
    assert len(AUDIO) < max(received) < len(AUDIO) * 1.01


@pytest.mark.parametrize("tls", [False, True])
def test_who_finds_nobody_says_so_with_and_without_tls(tls: bool) -> None:
    target = Target("127.0.0.1", free_port(), "/live", tls=tls)
    with Load(1) as crowd:
        assert crowd.join(Join([target], 2)).failed == ["ECONNREFUSED"] * 2


@contextmanager
def _one_by_one(directory: Path) -> Iterator[tuple[int, threading.Event]]:
    """A TLS server that greets listeners in turn, and gives them audio when it is told to."""
    make_certificate(directory / "certificate.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(directory / "certificate.pem")
    go_on = threading.Event()
    done = threading.Event()

    def serve(server: socket.socket) -> None:
        socks = []
        for _ in range(LISTENERS):
            sock, _ = server.accept()
            sock.settimeout(TIMEOUT)
            socks.append(context.wrap_socket(sock, server_side=True))
            socks[-1].recv(4096)
            socks[-1].sendall(b"HTTP/1.1 200 OK\r\n\r\nstart")
        go_on.wait(TIMEOUT)
        for each in socks:
            each.sendall(AUDIO)
        done.wait(TIMEOUT)
        for each in socks:
            each.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(TIMEOUT)
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        try:
            yield server.getsockname()[1], go_on
        finally:
            go_on.set()
            done.set()
            thread.join(TIMEOUT)
