"""What a web server is told, beside what Icecast was recorded to say."""

from __future__ import annotations

import pytest

from radiocast.access import url_forms
from radiocast.access.url_forms import Server
from radiocast.config.auth import AuthConfig
from radiocast.config.icecast import Level
from radiocast.protocols.basic_auth import Credentials
from radiocast.web_client.fetch import WebResponse

from .made import caller

INSTANCE = "61f979a9-c166-4402-8683-440414a05cbf"
OLD = Server("localhost", 28400, INSTANCE, Level.V2_4, "Icecast 2.4.4")
NEW = Server("localhost", 28400, INSTANCE, Level.V2_5, "Icecast 2.5.0")
FORWARDING = AuthConfig(forward=("x-pragma", "X-Token", "referer"), forward_prefix="ClientHeader.")
AGENT = ("user-agent", "golden/1.0")

# The bodies are those of `url-post-*`, recorded with Icecast 2.4.4 and 2.5.0.
BAD = caller(
    "/url.mp3?sid=1",
    AGENT,
    ("x-token", "tok en"),
    ("referer", "http://r.example/"),
    mount="/url.mp3",
    ip="127.0.0.1",
    login=("bad", "p w"),
    number=72,
)
ANONYMOUS = caller("/url.mp3?sid=3", AGENT, mount="/url.mp3", ip="127.0.0.1", number=74)
GOOD = caller(
    "/url.mp3?sid=2&x=a%20b",
    AGENT,
    mount="/url.mp3",
    ip="127.0.0.1",
    login=("good", "p&w"),
    number=73,
)


def test_listener_add() -> None:
    assert url_forms.listener_add(OLD, FORWARDING, BAD) == (
        b"action=listener_add&server=localhost&port=28400&client=72&mount=%2furl%2emp3%3fsid%3d1"
        b"&user=bad&pass=p%20w&ip=127%2e0%2e0%2e1&agent=golden%2f1%2e0"
        b"&ClientHeader.x-token=tok%20en&ClientHeader.referer=http%3a%2f%2fr%2eexample%2f"
    )
    assert url_forms.listener_add(NEW, FORWARDING, BAD) == (
        b"action=listener%5fadd&server=localhost&port=28400"
        b"&server-instance=61f979a9%2dc166%2d4402%2d8683%2d440414a05cbf&client=72"
        b"&mount=%2furl%2emp3%3fsid%3d1&user=bad&pass=p%20w&ip=127%2e0%2e0%2e1"
        b"&agent=golden%2f1%2e0&ClientHeader%2ex%2dtoken=tok%20en"
        b"&ClientHeader%2ereferer=http%3a%2f%2fr%2eexample%2f"
    )


def test_listener_add_without_a_name() -> None:
    assert url_forms.listener_add(OLD, AuthConfig(), ANONYMOUS) == (
        b"action=listener_add&server=localhost&port=28400&client=74&mount=%2furl%2emp3%3fsid%3d3"
        b"&user=&pass=&ip=127%2e0%2e0%2e1&agent=golden%2f1%2e0"
    )
    assert url_forms.listener_add(NEW, AuthConfig(), ANONYMOUS) == (
        b"action=listener%5fadd&server=localhost&port=28400"
        b"&server-instance=61f979a9%2dc166%2d4402%2d8683%2d440414a05cbf&client=74"
        b"&mount=%2furl%2emp3%3fsid%3d3&ip=127%2e0%2e0%2e1&agent=golden%2f1%2e0"
    )


def test_listener_remove() -> None:
    assert url_forms.listener_remove(OLD, GOOD, 4.9) == (
        b"action=listener_remove&server=localhost&port=28400&client=73"
        b"&mount=%2furl%2emp3%3fsid%3d2%26x%3da%2520b&user=good&pass=p%26w&duration=4"
        b"&ip=127%2e0%2e0%2e1&agent=golden%2f1%2e0"
    )
    assert url_forms.listener_remove(NEW, GOOD, 4.9) == (
        b"action=listener%5fremove&duration=4&server=localhost&port=28400"
        b"&server-instance=61f979a9%2dc166%2d4402%2d8683%2d440414a05cbf&client=73"
        b"&mount=%2furl%2emp3%3fsid%3d2%26x%3da%2520b&user=good&pass=p%26w"
        b"&ip=127%2e0%2e0%2e1&agent=golden%2f1%2e0"
    )


@pytest.mark.parametrize("action", ["mount_add", "mount_remove"])
def test_mounts(action: str) -> None:
    assert url_forms.mount_event(OLD, action, "/url.mp3", "127.0.0.1", "x") == (
        b"action=%s&mount=%%2furl%%2emp3&server=localhost&port=28400" % action.encode()
    )


def test_stream_auth() -> None:
    def form(server: Server, password: str, *, admin: bool = False) -> bytes:
        return url_forms.stream_auth(
            server,
            "/urlsrc.mp3",
            "127.0.0.1",
            Credentials("dj1", password),
            agent="goldensrc/1.0",
            admin=admin,
        )

    assert form(OLD, "bad") == (
        b"action=stream_auth&mount=%2furlsrc%2emp3&ip=127%2e0%2e0%2e1&server=localhost"
        b"&port=28400&user=dj1&pass=bad"
    )
    assert form(OLD, "good", admin=True) == (
        b"action=stream_auth&mount=%2furlsrc%2emp3&ip=127%2e0%2e0%2e1&server=localhost"
        b"&port=28400&user=dj1&pass=good&admin=1"
    )
    # 2.5 names the client here, too; we do not know a source by a number.
    assert form(NEW, "good") == (
        b"action=stream%5fauth&server=localhost&port=28400"
        b"&server-instance=61f979a9%2dc166%2d4402%2d8683%2d440414a05cbf"
        b"&mount=%2furlsrc%2emp3&user=dj1&pass=good&ip=127%2e0%2e0%2e1&agent=goldensrc%2f1%2e0"
    )


def answer(*headers: tuple[str, str], status: int = 200) -> WebResponse:
    return WebResponse(status, "OK", headers)


@pytest.mark.parametrize(
    ("allow", "headers", "yes"),
    [
        ("icecast-auth-user: 1", (("icecast-auth-user", "1"),), True),
        ("Icecast-Auth-User:1", (("icecast-auth-user", "1"),), True),
        ("icecast-auth-user: 1", (("icecast-auth-user", "0"),), False),
        ("icecast-auth-user: 1", (("x-icecast-auth-user", "1"),), False),
        ("icecast-auth-user: 1", (), False),
        ("HTTP/1.1 200 OK", (), True),
        ("HTTP/1.1 204", (), False),
    ],
)
def test_what_means_yes(allow: str, headers: tuple[tuple[str, str], ...], yes: bool) -> None:
    assert url_forms.says_yes(AuthConfig(allow_header=allow), answer(*headers)) is yes


@pytest.mark.parametrize(
    ("said", "limit"), [("30", 30.0), (" 30 ", 30.0), ("soon", None), ("-1", None), (None, None)]
)
def test_how_long_it_may_stay(said: str | None, limit: float | None) -> None:
    headers = () if said is None else (("icecast-auth-timelimit", said),)
    assert url_forms.time_limit(AuthConfig(), answer(*headers)) == limit


def test_a_message_is_one_short_line() -> None:
    assert url_forms.message(answer(("icecast-auth-message", "no\x07 such user"))) == "no such user"
    assert len(url_forms.message(answer(("icecast-auth-message", "x" * 999)))) == 200
    assert url_forms.message(answer()) == ""
