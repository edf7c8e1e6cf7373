from __future__ import annotations

import pytest

from radiocast.config.icecast import IcecastConfig
from radiocast.protocols.dialect import Dialect
from radiocast.protocols.http_date import http_date, log_date
from radiocast.protocols.replies import Refusal, Reply, bad_request, ice_response, success_page
from tests.protocols.reading import head
from tests.protocols.recorded import icecast

NOW = 1_795_355_678.9
DATE = b"Date: Sun, 22 Nov 2026 13:54:38 GMT"
OLD = Dialect(IcecastConfig(), "Icecast 2.4.4")
CORS = b"Access-Control-Allow-Origin: *\r\n"


def recorded(name: str) -> bytes:
    """Icecast's answer as it would have been at NOW, with the CORS header of its default set-up."""
    answer = icecast(name)[1]
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = [DATE if line.startswith(b"Date: ") else line for line in head.split(b"\r\n")]
    if CORS.strip() not in lines:
        lines.append(CORS.strip())  # the one recorded with another configuration
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        ("source-legacy-wrong-password", Refusal.WRONG_PASSWORD),
        ("source-put-no-auth", Refusal.WRONG_PASSWORD),
        ("source-legacy-mount-in-use", Refusal.MOUNT_IN_USE),
        ("source-limit-reached", Refusal.TOO_MANY_SOURCES),
        ("admin-metadata-put", Refusal.NO_CONTENT_TYPE),
        ("listener-404", Refusal.NOT_FOUND),
        ("listener-max-listeners", Refusal.TOO_MANY_LISTENERS),
        ("req-post", Refusal.UNKNOWN_REQUEST),
        ("req-poke", Refusal.UNKNOWN_COMMAND),
        ("metadata-missing-mount", Refusal.NO_SUCH_SOURCE),
        ("metadata-no-mode", Refusal.MISSING_PARAMETER),
        ("metadata-cgi-no-pass", Refusal.MISSING_PASS),
        ("shoutcast-metadata-cgi-badmode", Refusal.NO_SUCH_ACTION),
        ("metadata-bad-mode", ice_response("No such action", success=False)),
        ("metadata-song", ice_response("Metadata update successful", success=True)),
        ("shoutcast-metadata-cgi", success_page("Metadata update successful")),
    ],
)
def test_the_answer_is_icecasts_to_the_byte(name: str, reply: Reply | Refusal) -> None:
    reply = reply.value if isinstance(reply, Refusal) else reply
    assert OLD.refusal(reply, now=NOW) == (reply.status, recorded(name))


def test_an_answer_to_head_has_no_body() -> None:
    asked = head(b"HEAD /live HTTP/1.0\r\n\r\n")
    _, whole = OLD.refusal(bad_request("x"), now=NOW)
    assert (
        OLD.refusal(bad_request("x"), now=NOW, asked=asked)[1]
        == (whole[: whole.index(b"\r\n\r\n") + 4])
    )


def test_two_names_for_one_refusal_would_be_one_refusal() -> None:
    """An Enum makes aliases of equal values without a word."""
    assert len(Refusal) == len(Refusal.__members__)


def test_no_answer_tells_libshout_what_is_allowed() -> None:
    for refusal in Refusal:
        assert b"\r\nallow:" not in OLD.refusal(refusal.value, now=NOW)[1].lower()


def test_dates_are_english_and_in_the_right_zone() -> None:
    assert http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert http_date(NOW) == "Sun, 22 Nov 2026 13:54:38 GMT"
    assert log_date(NOW) == "22/Nov/2026:13:54:38 +0000"
    assert log_date(NOW, 5 * 3600 + 1800) == "22/Nov/2026:19:24:38 +0530"
    assert log_date(NOW, -9 * 3600) == "22/Nov/2026:04:54:38 -0900"
