from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.config.fields import Header
from radiocast.config.icecast import IcecastConfig, Level
from radiocast.protocols.dialect import Dialect
from radiocast.protocols.replies import Refusal
from radiocast.protocols.reports import preferred
from tests.protocols.reading import head


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "text/xml"),
        ("", "text/xml"),
        ("*/*", "text/xml"),
        ("audio/mpeg", "text/xml"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/html;q=0.5, application/json", "application/json"),
        ("text/html;q=nonsense, text/plain;q=0.1", "text/plain"),
        ("TEXT/PLAIN", "text/plain"),
        ("application/json;q=0", "text/xml"),
        ("text/plain;q=99, application/json;q=1", "text/plain"),
    ],
)
def test_the_form_that_is_liked_best(accept: str | None, form: str) -> None:
    assert preferred(accept) == form


@given(st.text())
def test_any_accept_header_leads_to_a_form(accept: str) -> None:
    assert preferred(accept) in ("text/xml", "application/json", "text/plain", "text/html")


def test_every_refusal_has_its_report_and_its_own_definition() -> None:
    definitions = {
        refusal: refusal.value.report.definition
        for refusal in Refusal
        if refusal.value.report is not None
    }
    assert definitions.keys() == set(Refusal)
    same = {  # as Icecast has it
        Refusal.NOT_WITHOUT_MOUNT: Refusal.MISSING_PARAMETER,
        Refusal.NO_USERS: Refusal.MISSING_PARAMETER,
        Refusal.WEB_SERVER_SAYS_NO: Refusal.WRONG_PASSWORD,
    }
    for refusal, definition in definitions.items():
        alike = {each for each in Refusal if definitions[each] == definition}
        assert alike <= {refusal, same.get(refusal, refusal), *same}


@pytest.mark.parametrize("level", Level)
def test_of_several_origins_the_last_counts(level: Level) -> None:
    mine = Header("access-control-allow-origin", "https://mine.example")
    mounts = Header("Access-Control-Allow-Origin", "https://mount.example")
    dialect = Dialect(IcecastConfig(version=level, headers=(mine,)), "s")
    written = dialect.head(200, "OK", (), now=0, more=(mounts,)).lower()
    assert written.count(b"access-control-allow-origin") == 1
    assert b"https://mount.example" in written


def test_head_gets_no_report_but_its_length() -> None:
    dialect = Dialect(IcecastConfig(version=Level.V2_5), "s")
    asked = head(b"HEAD /x HTTP/1.0\r\n\r\n")
    status, written = dialect.refusal(Refusal.NOT_FOUND.value, now=0, asked=asked)
    assert status == 404
    assert written.endswith(b"\r\nContent-Length: 405\r\n\r\n")
