from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.protocols.basic_auth import Credentials, parse_basic


@pytest.mark.parametrize(
    ("value", "user", "password"),
    [
        ("Basic c291cmNlOmhhY2ttZQ==", "source", "hackme"),
        ("basic   c291cmNlOmhhY2ttZQ ", "source", "hackme"),  # any case, no padding
        ("Basic OnB3", "", "pw"),
        ("Basic dTphOmI6Yw==", "u", "a:b:c"),
        ("Basic Og==", "", ""),
    ],
)
def test_credentials_are_read(value: str, user: str, password: str) -> None:
    assert parse_basic(value) == Credentials(user, password)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Bearer abc",
        "Basic c291cmNl!!!!OmhhY2ttZQ==",
        "Basic é",
        "Basic aGk=",
        "Basic A",
    ],
)
def test_what_is_no_basic_login_is_none(value: str | None) -> None:
    assert parse_basic(value) is None


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_umlauts_are_understood_in_both_charsets(charset: str) -> None:
    encoded = base64.b64encode("jürgen:größe".encode(charset)).decode()
    assert parse_basic(f"Basic {encoded}") == Credentials("jürgen", "größe")


@given(st.text() | st.binary().map(lambda data: f"Basic {base64.b64encode(data).decode()}"))
def test_nothing_raises(value: str) -> None:
    parse_basic(value)


def test_a_password_is_never_printed() -> None:
    assert "geheim" not in repr(Credentials("dj", "geheim"))
