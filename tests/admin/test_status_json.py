"""The public statistics, held against what Icecast 2.4.4 sent for the same sources."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.admin.status_json import status_json
from radiocast.formats import Title
from radiocast.mounts.statistics import MountStatistics, StationStatistics
from radiocast.protocols.source_info import SourceInfo
from tests.mounts.made import mount_statistics

RECORDINGS = Path(__file__).parent / "recordings"

GOLDEN = SourceInfo(
    name="Golden Name",
    description="Golden Description",
    genre="Golden Genre",
    url="http://example.org/",
    bitrate="128",
    audio_info="ice-samplerate=44100;ice-bitrate=128;ice-channels=2",
)


def make_clock(time: str) -> float:
    return datetime.fromisoformat(f"2026-11-22T{time}").replace(tzinfo=UTC).timestamp()


def make_mount(path: str = "/live.mp3", start: str = "13:54:36", **changes: Any) -> MountStatistics:
    said: dict[str, Any] = {"info": GOLDEN, "stream_start": make_clock(start)}
    return mount_statistics(path, **said | changes)


def make_vorbis(start: str, **changes: Any) -> MountStatistics:
    said: dict[str, Any] = {"codec": "vorbis", "nominal_bitrate": 128000}
    return make_mount("/live.ogg", start, content_type="application/ogg", **said | changes)


def make_station(*mounts: MountStatistics, start: str = "13:54:35") -> StationStatistics:
    return StationStatistics(
        server_id="Icecast 2.4.4",
        server_start=make_clock(start),
        name="Not shown",
        description="",
        genre="",
        url="",
        admin="icemaster@localhost",
        host="localhost",
        location="Earth",
        port=28400,
        mounts=mounts,
    )


def recorded(name: str) -> bytes:
    """A recording without the filler we leave out."""
    return (RECORDINGS / f"{name}.json").read_bytes().replace(b',"dummy":null', b"")


def source_of(*mounts: MountStatistics, only: str | None = None) -> Any:
    return json.loads(status_json(make_station(*mounts), only=only))["icestats"].get("source")


def test_a_station_without_sources_is_byte_for_byte_what_icecast_sends() -> None:
    assert status_json(make_station()) == recorded("status-json-0-sources")


def test_one_source_is_an_object_byte_for_byte_as_icecast_sends_it() -> None:
    mount = make_mount(listeners=1, listener_peak=1)
    assert status_json(make_station(mount)) == recorded("status-json-1-source")


def test_two_sources_are_a_list_byte_for_byte_as_icecast_sends_it() -> None:
    title = Title("Vorbis Artist - Vorbis Title", artist="Vorbis Artist", title="Vorbis Title")
    station = make_station(
        make_mount(listener_peak=1),
        make_vorbis("13:54:42", info=replace(GOLDEN, name="Vorbis Name"), title=title),
    )
    assert status_json(station) == recorded("status-json-2-sources")


def test_a_dozen_sources_of_all_formats_are_byte_for_byte_what_icecast_sends() -> None:
    nobody = SourceInfo()
    ogg = {"content_type": "application/ogg", "info": nobody, "listener_peak": 1}
    title = Title("Vorbis Artist - Vorbis Title", artist="Vorbis Artist", title="Vorbis Title")
    icy = SourceInfo(name="Icy Name", genre="g", url="http://u/", bitrate="96")
    station = make_station(
        make_mount("/chunk.mp3", "13:54:52", info=nobody, listener_peak=1),
        make_mount("/ice.mp3", "13:54:50", info=SourceInfo(name="ICE proto")),
        make_mount("/legacy.mp3", "13:54:49"),
        make_mount(
            "/live.aac",
            "13:54:47",
            content_type="audio/aac",
            codec="aac",
            info=icy,
            listener_peak=1,
        ),
        make_mount(listener_peak=1),
        make_mount("/live.oga", "13:54:46", codec="flac", **ogg),
        make_vorbis(
            "13:54:42", info=replace(GOLDEN, name="Vorbis Name"), title=title, listener_peak=1
        ),
        make_mount(
            "/live.opus",
            "13:54:45",
            content_type="audio/ogg",
            codec="opus",
            info=SourceInfo(name="Opus Name"),
            listener_peak=1,
        ),
        make_mount(
            "/live.webm",
            "13:54:48",
            content_type="audio/webm",
            codec="opus",
            info=nobody,
            listener_peak=1,
        ),
        make_mount("/noct.mp3", "13:54:51", info=nobody, listener_peak=1),
        make_mount("/pw.mp3", "13:54:54", info=nobody),
        make_mount(
            "/unk.bin",
            "13:54:53",
            content_type="application/x-unknown",
            codec="",
            info=nobody,
            listeners=1,
            listener_peak=1,
        ),
    )
    assert status_json(station) == recorded("status-json-many-sources")


@pytest.mark.parametrize(
    ("recording", "title", "as_icecast", "as_it_should"),
    [
        ("metadata-leading-zero-title-stats", "007", '"007"', '"007"'),
        ("metadata-json-escape-stats", 'a"b\\c/d\te<f>&g', "&g", "&g"),
        ("metadata-numeric-title-stats", "1984", "1984", '"1984"'),
        ("metadata-float-title-stats", "12.50", "12.50", '"12.50"'),
        ("metadata-bool-title-stats", "true", "true", '"true"'),
        ("metadata-dash-title-stats", "-", "-", '"-"'),
    ],
)
def test_a_title_is_a_string_whatever_it_says(
    recording: str, title: str, as_icecast: str, as_it_should: str
) -> None:
    mount = make_mount(start="13:55:13", title=Title(title), listener_peak=2)
    others = (make_mount("/a.mp3"), make_mount("/z.mp3"))
    body = status_json(make_station(*others, mount, start="13:55:12"), only="/live.mp3")
    start, separator, theirs = recorded(recording).rpartition(b'"title":')
    assert as_icecast in theirs.decode()
    mended = theirs.decode().replace(as_icecast, as_it_should, 1)
    assert body == start + separator + mended.encode()


def test_a_title_with_a_quote_is_not_cut() -> None:
    mount = make_mount(start="13:55:13", title=Title("It's a 'quote"))
    mount = replace(mount, listeners=1, listener_peak=2)
    body = status_json(make_station(mount, start="13:55:12"))
    assert body == recorded("metadata-quotes-stats")


def test_utf_8_stays_utf_8() -> None:
    mount = make_mount("/utf8.mp3", "13:55:16", info=SourceInfo(), title=Title("Café 日本"))
    mount = replace(mount, listeners=1, listener_peak=1)
    body = status_json(make_station(mount, start="13:55:12"))
    assert body == recorded("metadata-mount-charset-utf8-stats")


def test_a_new_ogg_title_without_an_artist_does_not_keep_the_old_one() -> None:
    mount = make_vorbis("13:55:14", title=Title("New Vorbis Song"))
    body = status_json(make_station(mount, start="13:55:12"))
    assert body == recorded("metadata-vorbis-stats").replace(b'"artist":"Vorbis Artist",', b"")


def test_an_icy_title_is_not_split_because_readers_join_artist_and_title() -> None:
    source = source_of(make_mount(title=Title("A - T", artist="A", title="T")))
    assert source["title"] == "A - T"
    assert "artist" not in source


def test_hidden_mounts_are_left_out_even_by_name() -> None:
    open_mount, hidden = make_mount("/a.mp3"), make_mount("/b.mp3", hidden=True)
    assert source_of(open_mount, hidden)["listenurl"].endswith("/a.mp3")
    assert source_of(hidden) is None
    assert source_of(open_mount, hidden, only="/b.mp3") is None


def test_an_unknown_mount_filters_everything_out() -> None:
    assert source_of(make_mount(), only="/nothing") is None


def test_audio_info_in_the_words_of_libshout_is_shown_under_those() -> None:
    info = SourceInfo(audio_info="quality=0.3;bitrate=128;samplerate=44100;channels=2")
    source = source_of(make_mount(info=info))
    assert (source["bitrate"], source["samplerate"], source["channels"]) == (128, 44100, 2)
    assert source["quality"] == 0.3


def test_the_bitrate_header_wins_over_the_one_in_audio_info() -> None:
    info = SourceInfo(bitrate="64", audio_info="bitrate=128")
    assert source_of(make_mount(info=info))["bitrate"] == 64


def test_a_source_cannot_write_the_servers_own_fields() -> None:
    info = SourceInfo(audio_info="listeners=9000;listenurl=http%3A//evil/;server_type=x")
    source = source_of(make_mount(info=info))
    assert source["listeners"] == 0
    assert source["listenurl"] == "http://localhost:28400/live.mp3"
    assert source["server_type"] == "audio/mpeg"


@pytest.mark.parametrize(
    "bitrate", ["Quality 3", "0128", "1e3", "-1", "٣", "9" * 5000, "1.", "NaN"]
)
def test_what_is_no_plain_number_stays_text(bitrate: str) -> None:
    assert source_of(make_mount(info=SourceInfo(bitrate=bitrate)))["bitrate"] == bitrate


def test_numbers_are_given_as_numbers() -> None:
    for bitrate, number in (("0", 0), ("128", 128), ("127.5", 127.5)):
        assert source_of(make_mount(info=SourceInfo(bitrate=bitrate)))["bitrate"] == number


def test_what_only_the_operator_should_know_is_not_shown() -> None:
    body = status_json(make_station(make_mount()))
    for secret in (b"192.0.2.1", b"slow_listeners", b"total_bytes", b"user_agent", b"public"):
        assert secret not in body


def test_the_listen_address_is_a_url_even_if_the_mount_has_spaces() -> None:
    source = source_of(make_mount("/my stream é.mp3"))
    assert source["listenurl"] == "http://localhost:28400/my%20stream%20%C3%A9.mp3"


@settings(max_examples=60)
@given(st.text(), st.text())
def test_any_text_gives_valid_json_with_the_same_text(text: str, other: str) -> None:
    info = SourceInfo(name=text, audio_info=other, bitrate=other, url=other)
    source = source_of(make_mount(info=info, title=Title(text)))
    assert source["server_name"] == (text or "Unspecified name")
    assert source.get("title", "") == text


def test_half_a_surrogate_pair_spoils_nothing_else() -> None:
    assert source_of(make_mount(title=Title("a\ud800b")))["title"] == "a?b"
