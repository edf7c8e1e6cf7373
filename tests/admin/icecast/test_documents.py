"""The XML, whatever anybody says of themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.access.bans import Ban
from radiocast.admin.icecast import modern
from radiocast.admin.icecast.documents import document, mount_fields
from radiocast.admin.icecast.results import (
    Banned,
    Classic,
    Listeners,
    Mounts,
    Public,
    Shown,
    Statistics,
    TitleForm,
    Told,
    Users,
)
from radiocast.formats import Title
from radiocast.mounts.statistics import ListenerStatistics
from radiocast.protocols.source_info import SourceInfo
from tests.mounts.made import mount_statistics
from tests.web.pages import make_station

NASTY = st.text(st.characters(codec=None), max_size=30) | st.sampled_from(
    [
        "]]><x>&amp;\x00\x0b\ufffe",
        '"><script>alert(1)</script>',
        "\ud800 half a pair",
        "<!DOCTYPE x [<!ENTITY a 'b'>]>&a;",
        "日本語 🎵 Ω",
    ]
)


def results(text: str) -> list[Classic]:
    """One of each kind, with `text` wherever a stranger may have put it."""
    info = SourceInfo(text, text, text, text, None, text, f"ice-{text}={text};bitrate={text}", text)
    mount = replace(
        mount_statistics(f"/{text}", info=info, title=Title(text)),
        content_type=text,
        source_ip=text,
        listeners=3,
    )
    listener = ListenerStatistics(7, text, text, 61.9, 2048, text)
    station = make_station(mount, name=text, admin=text, host=text, location=text)
    return [
        Statistics(station),
        Mounts((mount,), now=mount.stream_start + 3661.5),
        Mounts((mount,), now=0.0, moving_from=text),
        Listeners(f"/{text}", (listener,)),
        TitleForm(f"/{text}"),
        Users(f"/{text}", (text, text), text),
        Banned((Ban("192.0.2.7", 20, 59.9),), text),
        Told(text, success=True, mount=f"/{text}"),
    ]


@given(NASTY)
def test_every_document_is_xml_with_the_elements_it_always_has(text: str) -> None:
    plain = [shape(ElementTree.fromstring(document(result))) for result in results("plain")]
    for wanted, result in zip(plain, results(text), strict=True):
        assert shape(ElementTree.fromstring(document(result))) <= wanted


@given(NASTY)
def test_the_documents_of_2_5_are_xml_and_json_whatever_is_said(text: str) -> None:
    station = make_station(
        replace(
            mount_statistics(f"/{text}", title=Title(text), codec="vorbis"),
            content_type="application/ogg",
            played=((text, text), (text, "")),
            fallback=text,
        ),
        name=text,
    )
    shown = Shown(text, "a-b", ({text: text, "lines": [text, {"x": text}], "on": True, "n": 5},))
    for result in [*results(text), Public(station), Statistics(station), shown]:
        ElementTree.fromstring(modern.in_xml(result))
        json.loads(modern.in_json(result))


def shape(element: ElementTree.Element) -> set[tuple[str, str]]:
    """Which elements are in which. `ice-plain` is one that the source named."""
    return {
        (parent.tag, child.tag)
        for parent in element.iter()
        for child in parent
        if not child.tag.startswith("ice-")
    }


@pytest.mark.parametrize("text", ["Earth, Wind & Fire", "<3", "日本語 🎵", 'say "hi"', "it's"])
def test_what_xml_can_say_comes_back_as_it_was(text: str) -> None:
    [statistics, *_, told] = results(text)
    root = ElementTree.fromstring(document(statistics))
    assert root.findtext("location") == text
    [source] = root.findall("source")
    assert source.get("mount") == f"/{text}"
    assert source.findtext("title") == text
    assert ElementTree.fromstring(document(told)).findtext("message") == text


def test_one_mount_alone() -> None:
    station = make_station(mount_statistics("/a", listeners=1), mount_statistics("/b", listeners=2))
    root = ElementTree.fromstring(document(Statistics(station, only="/b")))
    assert [source.get("mount") for source in root.findall("source")] == ["/b"]
    assert root.findtext("listeners") == "3", "of the station"
    assert root.findtext("sources") == "2"


def test_fields_are_in_the_order_of_their_bytes_as_in_icecast() -> None:
    mount = mount_statistics("/a", codec="flac", content_type="audio/ogg", max_listeners=5)
    names = list(mount_fields(make_station(mount), mount))
    assert names == sorted(names)
    assert names[0] == "FLAC_version"


def test_how_many_a_mount_may_have() -> None:
    station = make_station()
    limited = mount_fields(station, mount_statistics(max_listeners=5))
    assert limited["max_listeners"] == 5
    assert mount_fields(station, mount_statistics())["max_listeners"] == "unlimited"


def test_a_clock_that_was_set_back_makes_no_negative_time() -> None:
    mount = mount_statistics()
    root = ElementTree.fromstring(document(Mounts((mount,), now=mount.stream_start - 60)))
    assert root.findtext("source/Connected") == "0"
