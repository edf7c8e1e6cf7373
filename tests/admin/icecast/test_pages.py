"""The pages, whatever anybody says of themselves."""

from __future__ import annotations

from hypothesis import given

from radiocast.admin.icecast.pages import Frame, page
from radiocast.admin.icecast.results import Listeners, Mounts, Result, Told
from radiocast.mounts.statistics import ListenerStatistics
from tests.mounts.made import mount_statistics
from tests.web.pages import Page

from .test_documents import NASTY, results

FRAME = Frame("Our Station", "radiocast 0.1", "/static/favicon.svg", ("/static/style.css",))


def read(result: Result, frame: Frame = FRAME) -> Page:
    return Page(page(result, frame))


@given(NASTY)
def test_nobody_adds_a_tag_or_an_address(text: str) -> None:
    for plain, nasty in zip(results("plain"), results(text), strict=True):
        ours, theirs = read(plain), read(nasty, Frame(text, text, "/static/favicon.svg", ()))
        allowed = {name for name, _ in ours.tags}
        assert {name for name, _ in theirs.tags} <= allowed
        assert "script" not in allowed
        for name, attributes in theirs.tags:
            assert not any(each.startswith("on") for each in attributes), name
            for address in ("href", "action", "src"):
                value = attributes.get(address, "stats.xsl")
                assert value.startswith("/static/") or value.partition("?")[0] in {
                    "/",
                    "stats.xsl",
                    "listmounts.xsl",
                    "listclients.xsl",
                    "moveclients.xsl",
                    "updatemetadata.xsl",
                    "metadata.xsl",
                    "killclient.xsl",
                    "killsource.xsl",
                    "bans.xsl",
                    "manageauth.xsl",
                }


def test_what_does_something_is_a_form_that_posts() -> None:
    for result in results("plain"):
        for name, attributes in read(result).tags:
            if name == "a":
                assert not attributes["href"].startswith(("kill", "metadata"))
                assert "destination" not in attributes["href"]
            if name == "form":
                assert attributes["method"] == "post"


def test_a_listener_is_shown_with_all_that_is_known_of_it() -> None:
    listener = ListenerStatistics(7, "192.0.2.9", "VLC/3", 3725.0, 20480)
    shown = read(Listeners("/live", (listener,))).texts
    for text in ("7", "192.0.2.9", "VLC/3", "1:02:05", "20 KiB"):
        assert text in shown, text
    assert "Unknown" in read(Listeners("/live", (ListenerStatistics(1, "", "", 0, 0),))).texts
    assert "Nobody listens." in read(Listeners("/live", ())).texts


def test_an_empty_station_says_so() -> None:
    assert "Nothing is on air." in read(Mounts((), now=0.0)).texts
    assert "Nothing else is on air." in read(Mounts((), now=0.0, moving_from="/live")).texts


def test_what_came_of_a_command() -> None:
    assert "Done" in read(Told("Source Removed", success=True)).texts
    assert "Not done" in read(Told("Client 3 not found", success=False)).texts


def test_moving_has_a_button_for_each_mount() -> None:
    mounts = (mount_statistics("/b"), mount_statistics("/c"))
    tags = read(Mounts(mounts, now=0.0, moving_from="/a")).tags
    given = [a["value"] for name, a in tags if name == "input" and a["name"] == "destination"]
    assert given == ["/b", "/c"]
