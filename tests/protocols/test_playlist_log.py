from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.protocols.playlist_log import playlist_line

NOON = 1_795_355_935


@pytest.mark.parametrize(
    ("mount", "listeners", "title", "line"),
    [  # recorded from Icecast 2.4.4
        ("/yp.mp3", 0, "YP Song", "22/Nov/2026:13:58:55 +0000|/yp.mp3|0|YP Song"),
        ("/live.mp3", 1, "", "22/Nov/2026:13:58:55 +0000|/live.mp3|1|"),
        (
            "/utf8.mp3",
            1,
            "Café 日本",
            "22/Nov/2026:13:58:55 +0000|/utf8.mp3|1|Café 日本",
        ),
    ],
)
def test_a_line_is_icecasts(mount: str, listeners: int, title: str, line: str) -> None:
    assert playlist_line(mount, listeners, title, now=NOON) == line


def test_the_time_is_the_machines() -> None:
    summer = playlist_line("/a", 0, "t", now=NOON, utc_offset=7200)
    assert summer == "22/Nov/2026:15:58:55 +0200|/a|0|t"


@given(st.text(), st.integers(0, 10**6), st.text())
def test_whatever_it_is_called_it_stays_one_line_of_four_parts(
    mount: str, listeners: int, title: str
) -> None:
    line = playlist_line(mount, listeners, title, now=NOON)
    assert len(line.splitlines()) == 1
    assert line.split("|", 3)[2] == str(listeners)
