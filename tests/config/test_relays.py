from __future__ import annotations

import pytest

from radiocast.config.load import load
from radiocast.config.relays import PushProtocol
from radiocast.errors import ConfigError


def mistakes(text: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load(text)
    return [str(mistake) for mistake in raised.value.mistakes]


def test_a_relay_is_heard_where_it_is_there_unless_it_says_otherwise() -> None:
    config = load("""
        [relays.a]
        url = "http://radio.example:8000/caf%C3%A9?x=1"
        bind = "::1"
        [relays.b]
        url = "https://radio.example/;stream.mp3"
        mount = "/b"
        """)
    assert [relay.path for relay in config.relays.values()] == ["/café", "/b"]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ('[relays.a]\nurl = "ftp://x/live"', "relays.a.url: 'ftp://x/live' is no address on the"),
        ('[relays.a]\nurl = "http://x:99999/live"', "relays.a.url: Port out of range"),
        ('[relays.a]\nurl = "http://x/"', "relays.a.url: a mount here cannot have that path"),
        ('[relays.a]\nurl = "http://x/admin/y"', "relays.a.url: a mount here cannot have"),
        ('[relays.a]\nmount = "/x"', "relays.a.mount: a relay has a url"),
        ('[relays.a]\nurl = "http://x/y"\nbackups = ["x"]', "relays.a.backups: 'x' is no address"),
        ('[relays.a]\nurl = "http://x/y"\nbind = "eth0"', "relays.a.bind: must be an address of"),
        ('[master]\nurl = "radio.example"', "master.url: 'radio.example' is no address on the"),
        ('[pushes.a]\nurl = "http://x/y"', "pushes.a.url: a push has a mount and a url"),
        (
            '[pushes.a]\nmount = "/a"\nurl = "http://x:8000"',
            "pushes.a.url: it names no mount there",
        ),
    ],
)
def test_what_cannot_be_is_said(text: str, mistake: str) -> None:
    [said] = mistakes(text)
    assert said.startswith(mistake)


def test_a_shoutcast_server_has_one_mount() -> None:
    table = '[pushes.a]\nmount = "/a"\nurl = "http://x:8000"\nprotocol = "shoutcast"'
    assert load(table).pushes["a"].protocol is PushProtocol.SHOUTCAST
