"""What is told of streams, as those read it who read SHOUTcast's."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.admin.shoutcast import documents, pages
from radiocast.admin.shoutcast.streams import Crowd, Server
from radiocast.formats import Title
from radiocast.mounts.played import PlayedTitle
from radiocast.protocols.text import one_line, xml_text
from tests.mounts.made import mount_statistics

from . import readers
from .made import LISTENERS, NOON, OFF_AIR, stream
from .readers import Playing

HEARD = Playing("Björk - Jóga, live", 3, 2, 128)

NAMES_OF_2_6 = re.findall(
    r"[a-z0-9]+",
    """currentlisteners peaklisteners maxlisteners uniquelisteners averagetime
    servergenre servergenre2 servergenre3 servergenre4 servergenre5 serverurl servertitle songtitle
    nexttitle streamhits streamstatus backupstatus streamlisted streamlistederror streampath
    streamuptime bitrate samplerate content version""",
)


def viewed(page: int = 0, **changes: Any) -> documents.Document:
    return documents.view(stream(**changes), LISTENERS, "v", page=page, now=NOON)


def test_everybody_reads_the_same() -> None:
    seven = pages.seven(stream())
    stats = documents.as_xml(documents.stats(stream(), "v", now=NOON))
    every = documents.statistics(Server((stream(),), 500, "v"), now=NOON)
    assert readers.azuracast_1(seven) == HEARD
    assert readers.node_internet_radio_1(seven) == HEARD
    assert readers.azuracast_2(stats) == HEARD
    assert readers.azuracast_2(documents.as_xml(viewed(7))) == HEARD
    assert readers.node_internet_radio_2(documents.as_xml(every), "x") == HEARD
    assert readers.butt(stats) == 3
    assert readers.script_that_cuts(seven) == ["3", "1", "8", "100", "2", "128", HEARD.title]
    assert pages.current_song(stream()).decode() == HEARD.title


def test_the_json_of_a_stream_is_that_of_2_6() -> None:
    told = documents.stats(stream(), "v", now=NOON).json
    assert isinstance(told, dict)
    assert list(told) == NAMES_OF_2_6
    assert (told["bitrate"], told["samplerate"]) == ("128", "44100"), "they are texts there"
    assert (told["streamuptime"], told["streamhits"], told["averagetime"]) == (100, 40, 30)
    assert (told["streamstatus"], told["maxlisteners"], told["streampath"]) == (1, 100, "/live")
    assert told["servertitle"] == "Ünder & <Ground>"
    assert told["nexttitle"] == "One"


def test_who_plays_and_where_to_read_of_it_is_told_if_it_is_known() -> None:
    mount = mount_statistics(title=Title("x", url="http://example.org/x"), source_ip="192.0.2.1")
    told: Any = documents.stats(stream(dj="Anna", mount=mount), "v", now=NOON).json
    assert (told["dj"], told["songurl"]) == ("Anna", "http://example.org/x")
    assert "streamsource" not in told
    private: Any = documents.stats(stream(mount=mount), "v", now=NOON, source=True).json
    assert private["streamsource"] == "192.0.2.1"
    assert "dj" not in private


def test_off_air_all_is_nothing() -> None:
    assert readers.script_that_cuts(pages.seven(OFF_AIR)) == ["0", "0", "0", "100", "0", "0", ""]
    told: Any = documents.stats(OFF_AIR, "v", now=NOON).json
    assert (told["streamstatus"], told["songtitle"], told["streampath"]) == (0, "", "/stream")
    assert documents.songs(OFF_AIR).json == []
    assert documents.next_songs(OFF_AIR).json == []
    assert documents.view(OFF_AIR, (), "v", page=5, now=NOON).json == {}
    assert pages.current_song(OFF_AIR) == b""


def test_all_streams_are_told_and_counted_together() -> None:
    other = replace(stream(), sid=3, crowd=Crowd.of(LISTENERS[2:]))
    document = documents.statistics(Server((OFF_AIR, stream(), other), 500, "v"), now=NOON)
    told: Any = document.json
    assert (told["totalstreams"], told["activestreams"]) == (3, 2)
    assert (told["currentlisteners"], told["maxlisteners"]) == (6, 500)
    assert told["uniquelisteners"] == 2, "who hears two streams is one"
    assert told["averagetime"] == (10 + 20 + 60 + 60) // 4
    assert [each["id"] for each in told["streams"]] == [1, 2, 3]
    xml = ElementTree.fromstring(documents.as_xml(document))
    assert [each.get("id") for each in xml.iter("STREAM")] == ["1", "2", "3"]


def test_what_was_and_what_will_be_played() -> None:
    told: Any = documents.songs(stream()).json
    assert [(each["playedat"], each["title"]) for each in told] == [
        (int(NOON), "Björk - Jóga, live"),
        (int(NOON) - 200, "Before"),
    ]
    assert documents.next_songs(stream()).json == [{"title": "One"}, {"title": "Two"}]
    xml = ElementTree.fromstring(documents.as_xml(documents.next_songs(stream())))
    titles = [(each.get("seq"), each.text) for each in xml.iterfind("NEXTSONGS/TITLE")]
    assert titles == [("1", "One"), ("2", "Two")]


def test_the_page_of_what_was_played() -> None:
    page = pages.played(stream(), "A & B", UTC)
    assert readers.last_songs(page) == [("22:13:20", HEARD.title), ("22:10:00", "Before")]
    assert page.count(b"Current Song") == 1


def test_the_operator_sees_who_listens() -> None:
    page = documents.as_json(viewed(documents.LISTENERS))
    assert readers.azuracast_clients(page) == [
        (3, "192.0.2.1", "VLC/3", 10),
        (5, "192.0.2.1", "EMPTY", 20),
        (9, "2001:db8::9", "butt", 60),
    ]
    xml = ElementTree.fromstring(documents.as_xml(viewed(documents.LISTENERS)))
    assert [each.findtext("UID") for each in xml.iter("LISTENER")] == ["3", "5", "9"]


def test_the_operators_whole_page_is_that_of_both_servers() -> None:
    page = documents.as_xml(viewed())
    assert readers.azuracast_2(page) == HEARD
    wanted = {"STREAMSTATUS": "1", "AIM": "", "REPORTEDLISTENERS": "2", "BITRATE": "128"}
    for name, text in wanted.items():
        assert readers.script_that_replaces(page, name) == text
    root = ElementTree.fromstring(page)
    assert len(root.findall("LISTENERS/LISTENER")) == 3
    assert [each.text for each in root.iterfind("SONGHISTORY/SONG/TITLE")][1] == "Before"
    told: Any = viewed().json
    assert len(told["listeners"]) == 3
    assert len(told["songs"]) == 2


def test_what_plays_under_the_names_of_id3() -> None:
    mount = mount_statistics(title=Title("A - B", artist="A", title="B"))
    assert viewed(documents.METADATA, mount=mount).json == {
        "tit2": "B",
        "tpe1": "A",
        "trsn": "Night Radio",
    }
    assert viewed(documents.METADATA).json == {"tit2": HEARD.title, "trsn": "Ünder & <Ground>"}


@given(st.text())
def test_no_title_breaks_anything(title: str) -> None:
    heard = stream(title, upcoming=(title,), dj=title)
    for document in (
        documents.stats(heard, "v", now=NOON),
        documents.songs(heard),
        documents.next_songs(heard),
        documents.view(heard, LISTENERS, "v", page=0, now=NOON),
    ):
        ElementTree.fromstring(documents.as_xml(document))
        json.loads(documents.as_json(document))
        assert "\n" not in documents.as_script(document, "f").decode()
    read = readers.azuracast_1(pages.seven(heard))
    sayable = "".join(c for c in one_line(title) if c not in "\ufffe\uffff")
    assert unescape(read.title) == unescape(xml_text(sayable))
    assert (read.listeners, read.bitrate) == (3, 128)
    assert len(readers.last_songs(pages.played(heard, title, UTC))) == 2


def test_a_title_is_text_and_no_markup() -> None:
    title = "</body><script>alert('1')</script>,&amp;"
    for page in (pages.seven(stream(title)), pages.played(stream(title), title, UTC)):
        assert b"<script" not in page
        assert b"&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("jQuery123_456", True),
        ("my.$call", True),
        ("", False),
        ("alert(1)//", False),
        ("1x", False),
        ("x\n", False),
        ("x" * 101, False),
        ("fünc", False),
    ],
)
def test_a_callback_can_only_be_a_name(name: str, good: bool) -> None:
    assert documents.is_callback(name) is good


def test_the_history_is_bounded_by_the_mount() -> None:
    played = tuple(PlayedTitle(NOON, Title(str(each))) for each in range(20))
    assert len(readers.last_songs(pages.played(stream(played=played), "", UTC))) == 20
