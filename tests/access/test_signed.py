"""Links and tokens that are good for a while."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from radiocast.access.asking import Admitted, Denied
from radiocast.access.signed import check, signed_path
from radiocast.protocols.basic_auth import parse_basic

from .made import caller

SECRET = "0123456789abcdef0123456789abcdef"
NOW = 1_800_000_000.0


def link(path: str = "/live", seconds: int = 60, user: str = "", ip: str = "") -> str:
    return signed_path(SECRET, path, int(NOW) + seconds, user, ip)


def token(secret: str = SECRET, algorithm: str = "HS256", **claims: object) -> str:
    return jwt.encode({"exp": NOW + 60, **claims}, secret, algorithm=algorithm)


def admitted(target: str, **more: str) -> bool:
    return isinstance(check(SECRET, caller(target, **more), now=NOW), Admitted)  # type: ignore[arg-type]


def test_a_link_is_what_the_documents_say() -> None:
    said = b"/live\n1800000060\n\n"
    digest = hmac.new(SECRET.encode(), said, hashlib.sha256).hexdigest()
    assert link() == f"/live?expires=1800000060&signature={digest}"


def test_a_link_opens_its_mount_until_it_runs_out() -> None:
    assert admitted(link())
    assert admitted(link() + "&something=else")
    assert not admitted(link(seconds=0))
    assert not admitted(link(), mount="/other")
    assert not admitted("/live")
    assert not admitted("/live?expires=1800000060")
    assert isinstance(check("x" * 32, caller(link()), now=NOW), Denied)


def meant(target: str) -> dict[str, str]:
    """What a link says: names of parameters and hexadecimal digits may be in capitals, too."""
    said = parse_qs(urlsplit(target).query)
    return {name.lower(): value[-1].lower() for name, value in said.items()}


@given(st.integers(0, 200), st.characters())
@example(link(user="anna", ip="192.0.2.7").index("ip=") - len("/live?"), "I")
def test_a_link_that_was_changed_opens_nothing(at: int, other: str) -> None:
    good = link(user="anna", ip="192.0.2.7")
    at = len("/live?") + at % (len(good) - len("/live?"))
    changed = (good[:at] + other + good[at + 1 :]).encode("utf-8", "replace").decode()
    if "#" in changed or meant(changed) == meant(good):
        return
    assert not admitted(changed)


def test_a_link_may_be_for_somebody_and_for_one_address() -> None:
    answer = check(SECRET, caller(link(user="anna b")), now=NOW)
    assert isinstance(answer, Admitted)
    assert answer.user == "anna b"
    assert admitted(link(ip="192.0.2.7"))
    assert admitted(link(ip="::ffff:192.0.2.7"))
    assert not admitted(link(ip="192.0.2.8"))
    assert not admitted(link(user="anna").replace("anna", "eve"))


def test_one_part_does_not_pass_for_another() -> None:
    swapped = link(user="192.0.2.7").replace("user=", "ip=")
    assert not admitted(swapped)
    assert not admitted(link(user="a\nb"))


@pytest.mark.parametrize("there", ["query", "header"])
def test_a_token_opens_what_it_says(there: str) -> None:
    def opens(token: str, mount: str = "/live") -> bool:
        asking = (
            caller(f"/x?token={token}", mount=mount)
            if there == "query"
            else caller("/x", ("authorization", f"Bearer {token}"), mount=mount)
        )
        return isinstance(check(SECRET, asking, now=NOW), Admitted)

    assert opens(token())
    assert opens(token(mount="/live"))
    assert opens(token(mount=["/other", "/live"]))
    assert opens(token(nbf=NOW, aud="whoever", iat=NOW + 9))
    assert not opens(token(mount="/other"))
    assert not opens(token(mount=[]))
    assert not opens(token(exp=NOW))
    assert not opens(token(exp="tomorrow"))
    assert not opens(token(nbf=NOW + 1))
    assert not opens(token(ip="192.0.2.8"))
    assert opens(token(ip="192.0.2.7"))
    assert not opens(token(secret="x" * 32))
    assert not opens(token(secret=SECRET * 2, algorithm="HS512"))
    assert not opens(jwt.encode({"exp": NOW + 60}, "", algorithm="none"))
    assert not opens(jwt.encode({"mount": "/live"}, SECRET))
    assert not opens("a.b.c")


def test_a_token_says_who_it_is() -> None:
    answer = check(SECRET, caller(f"/live?token={token(sub='anna')}"), now=NOW)
    assert isinstance(answer, Admitted)
    assert answer.user == "anna"


@given(st.text(alphabet="abcABC123.-_=", max_size=80))
def test_garbage_is_no_token(text: str) -> None:
    assert not admitted(f"/live?token={text}")
    assert parse_basic(f"Bearer {text}") is None
