"""What directories are told, compared with what Icecast 2.4.4 and 2.5.0 were recorded to say."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.admin.yp import Answer, add_form, read_answer, remove_form, touch_form
from radiocast.config.icecast import Level
from radiocast.formats import Title
from radiocast.mounts.statistics import MountStatistics, StationStatistics
from radiocast.protocols.source_info import SourceInfo
from radiocast.web_client.fetch import WebResponse
from tests.protocols.recorded import TRANSCRIPTS

INFO = SourceInfo(
    name="Golden Name",
    genre="Golden Genre",
    description="Golden Description",
    url="http://example.org/",
    bitrate="128",
    audio_info="ice-samplerate=44100;ice-bitrate=128;ice-channels=2",
)
MOUNT = MountStatistics(
    path="/yp.mp3",
    content_type="audio/mpeg",
    info=INFO,
    stream_start=0,
    title=Title("YP Song"),
    codec="mp3",
    sample_rate=44100,
    channels=2,
    source_ip="",
    listeners=0,
    listener_peak=0,
    slow_listeners=0,
    bytes_read=0,
    bytes_sent=0,
    bytes_skipped=0,
    hidden=False,
)
STATION = StationStatistics(
    server_id="",
    server_start=0,
    name="",
    description="",
    genre="",
    url="",
    admin="icemaster@localhost",
    host="localhost",
    location="",
    port=28400,
    mounts=(MOUNT,),
)
INSTANCE = "1b9f6fc0-e299-40a2-ac7c-961b81b1e9f4"


def recorded(level: Level, name: str) -> bytes:
    request = (TRANSCRIPTS / "icecast-asking" / f"{level}-{name}.client.bin").read_bytes()
    return request.partition(b"\r\n\r\n")[2]


def add(mount: MountStatistics = MOUNT, level: Level = Level.V2_4, cluster: str = "") -> bytes:
    return add_form(STATION, mount, cluster=cluster, instance=INSTANCE, level=level)


def touch(mount: MountStatistics = MOUNT, level: Level = Level.V2_4) -> bytes:
    return touch_form("4711", STATION, mount, max_listeners=200, level=level)


def fields(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode(), keep_blank_values=True)


def test_icecast_2_4_is_repeated_to_the_byte() -> None:
    assert add() == recorded(Level.V2_4, "yp-add")
    assert touch() == recorded(Level.V2_4, "yp-touch")
    assert remove_form("4711") == recorded(Level.V2_4, "yp-remove")


def test_icecast_2_5_is_repeated_but_that_we_know_what_it_left_empty() -> None:
    known = {"b": "128", "samplerate": "44100", "channels": "2"}
    for ours, name in ((add, "yp-add"), (touch, "yp-touch")):
        theirs = fields(recorded(Level.V2_5, name))
        assert fields(ours(level=Level.V2_5)) == [(f, v or known.get(f, "")) for f, v in theirs]
    assert remove_form("4711") == recorded(Level.V2_5, "yp-remove")


@pytest.mark.parametrize("level", Level)
def test_what_is_particular_to_a_mount(level: Level) -> None:
    vorbis = replace(MOUNT, content_type="application/ogg", codec="vorbis", max_listeners=20)
    said = parse_qs(add(vorbis, level, "same-on-all").decode())
    assert (said["stype"], said["cpswd"]) == (["Vorbis"], ["same-on-all"])
    assert parse_qs(touch(vorbis, level).decode())["max_listeners"] == ["20"]
    untitled = replace(MOUNT, title=None, listeners=7)
    said = parse_qs(touch(untitled, level).decode(), keep_blank_values=True)
    assert (said["st"], said["listeners"]) == ([""], ["7"])


@given(st.text(max_size=50), st.sampled_from(Level))
def test_no_title_and_no_name_makes_another_field(text: str, level: Level) -> None:
    named = replace(MOUNT, title=Title(text), info=replace(INFO, name=text or "x"))
    assert [name for name, _ in fields(touch(named, level))] == [
        name for name, _ in fields(touch(MOUNT, level))
    ]
    assert len(fields(add(named, level))) == len(fields(add(MOUNT, level)))


def answered(status: int = 200, **headers: str) -> Answer:
    return read_answer(WebResponse(status, "OK", tuple(headers.items())))


def test_answers() -> None:
    added = answered(ypresponse="1", ypmessage="Added", sid="4711", touchfreq="30")
    assert added == Answer(accepted=True, message="Added", sid="4711", touch=30.0)
    refused = answered(ypresponse="0", ypmessage="who?")
    assert refused == Answer(accepted=False, refused=True, message="who?")
    broken = answered(502, ypresponse="1")
    assert broken == Answer(accepted=False, message="502 OK")
    assert not answered().accepted
    assert not answered().refused
    for nonsense in ("soon", "-5", "1e9", "0", "9" * 30):
        assert answered(ypresponse="1", touchfreq=nonsense).touch is None
