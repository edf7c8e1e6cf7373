"""The last titles of a mount."""

from __future__ import annotations

from radiocast.formats import StreamStart, Title
from radiocast.mounts.played import MAX_PLAYED, Played

from .made import make_mount, make_source


def texts(played: Played) -> list[str]:
    return [each.title.text for each in played]


def test_titles_are_kept_newest_first_and_no_more_than_that() -> None:
    played = Played()
    for number in range(MAX_PLAYED + 30):
        played.add(Title(str(number)), now=float(number))
    assert len(texts(played)) == MAX_PLAYED
    assert next(iter(played)).at == MAX_PLAYED + 29
    assert texts(played)[:2] == [str(MAX_PLAYED + 29), str(MAX_PLAYED + 28)]


def test_a_mount_remembers_what_it_played_from_whatever_said_it() -> None:
    mount = make_mount()
    mount.set_title(Title("beside"))
    mount.set_title(Title("beside"))
    mount.add([StreamStart("opus", 48000, 2, b"", Title("inside"))], now=0.0)
    mount.set_title(None)
    mount.set_title(Title(""))
    assert texts(mount.played) == ["inside", "beside"]


def test_it_goes_on_with_the_next_source_and_the_dj_does_not() -> None:
    mount = make_mount()
    mount.set_title(Title("one"))
    mount.dj = "Anna"
    mount.take(make_source(), now=1.0)
    mount.set_title(Title("one"))
    assert texts(mount.played) == ["one", "one"]
    assert mount.dj == ""
