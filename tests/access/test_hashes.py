"""Passwords as others have written them down, and as we do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.access.hashes import NOBODY, SALT, is_cheap, is_known, is_right, make_hash


@pytest.mark.parametrize(
    ("password", "stored"),
    [
        ("pw1", "6e6fdf956d04289354dcf1619e28fe77"),  # `printf pw1 | md5sum`: Icecast's own
        ("pw1", "6E6FDF956D04289354DCF1619E28FE77"),
        # libxcrypt: perl -e 'print crypt("sesame", q($2y$05$abcdefghijklmnopqrstuu))'
        ("sesame", "$2y$05$abcdefghijklmnopqrstuuKcS.CYWVYVaLiiCKrrc0A5s3mGesJ9O"),
    ],
)
def test_what_others_have_written(password: str, stored: str) -> None:
    assert is_known(stored)
    assert is_right(password, stored)
    assert not is_right(password + "x", stored)


@settings(max_examples=3, deadline=None)
@given(st.text())
def test_what_we_have_written(password: str) -> None:
    stored = make_hash(password, bytes(SALT))
    assert is_known(stored)
    assert not is_cheap(stored)
    assert is_right(password, stored)
    assert not is_right(password + "x", stored)


@given(
    st.text(max_size=20),
    st.text() | st.text().map("$scrypt$".__add__) | st.text().map("$2y$".__add__),
)
def test_nonsense_is_no_hash_and_breaks_nothing(password: str, stored: str) -> None:
    assert not is_right(password, stored)


@pytest.mark.parametrize(
    "stored",
    [
        "$scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",  # 8 GiB
        "$scrypt$ln=0,r=0,p=0$AAAA$AAAA",
        "$scrypt$ln=14,r=8,p=1$%%%$AAAA",
        "$2y$99$" + "a" * 53,
        "$apr1$salt$" + "a" * 22,
    ],
)
def test_what_asks_for_too_much_or_is_unknown_is_never_right(stored: str) -> None:
    assert not is_right("x", stored)


def test_nobody_has_the_password_of_nobody() -> None:
    assert is_known(NOBODY)
    assert not is_right("", NOBODY)
