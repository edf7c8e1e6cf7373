from contextlib import suppress
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.codecs.spec import OutputSpec
from radiocast.formats import Frame, Title
from radiocast.studio.commands import (
    COMMANDS,
    Command,
    LiveAudio,
    Load,
    Plan,
    Resume,
    Start,
    Stream,
)
from radiocast.studio.cues import Cue, MixSettings, Rung, Transition
from radiocast.studio.events import LiveEnded, NeedTrack, TitleChanged, TrackEnded, Why
from radiocast.studio.messages import WireError, to_command, to_message, to_report
from radiocast.studio.reports import REPORTS, Heartbeat, Packets, Report, StreamBegan
from radiocast.studio.wire import MAGIC, MAX_HEAD, MAX_TAIL, Garbage, Message, Unpacker, pack
from tests.strategies import chunked

texts = st.text(max_size=20)
messages = st.builds(
    Message,
    st.dictionaries(texts, st.none() | st.booleans() | st.integers() | texts, max_size=5),
    st.binary(max_size=200),
)
noise = st.binary(max_size=50).filter(lambda data: MAGIC[0] not in data)


@given(st.data(), st.lists(noise | messages, max_size=12))
def test_messages_survive_any_cutting_and_any_noise_between_them(
    data: st.DataObject, things: list[bytes | Message]
) -> None:
    sent = b"".join(pack(each) if isinstance(each, Message) else each for each in things)
    unpacker = Unpacker()
    found: list[Message | Garbage] = []
    for piece in data.draw(chunked(sent)):
        found += unpacker.feed(piece)
    assert [each for each in found if isinstance(each, Message)] == [
        each for each in things if isinstance(each, Message)
    ]
    skipped = sum(each.length for each in found if isinstance(each, Garbage))
    assert skipped == sum(len(each) for each in things if isinstance(each, bytes))


@given(st.lists(st.binary(max_size=60) | st.just(MAGIC) | st.just(MAGIC + bytes(8)), max_size=30))
def test_anything_can_be_fed_and_every_byte_is_accounted_for(pieces: list[bytes]) -> None:
    unpacker = Unpacker()
    accounted = 0
    for piece in pieces:
        for found in unpacker.feed(piece):
            accounted += found.length if isinstance(found, Garbage) else len(pack(found))
        assert unpacker.buffered <= unpacker.max_buffered
    assert accounted + unpacker.buffered == sum(map(len, pieces))


def test_lengths_that_nobody_sends_are_not_waited_for() -> None:
    unpacker = Unpacker()
    boast = MAGIC + b"\xff\xff\xff\xff\x00\x00\x00\x00"
    assert unpacker.feed(boast + pack(Message({"a": 1}))) == [
        Garbage(len(boast)),
        Message({"a": 1}),
    ]
    unpacker.feed(MAGIC + MAX_HEAD.to_bytes(4, "big") + MAX_TAIL.to_bytes(4, "big"))
    unpacker.feed(bytes(MAX_HEAD + MAX_TAIL - 1))
    assert unpacker.buffered <= unpacker.max_buffered
    unpacker.feed(bytes(3 * MAX_TAIL))
    assert unpacker.buffered == 0


def test_too_long_a_message_is_not_sent() -> None:
    with pytest.raises(ValueError, match="too long"):
        pack(Message({}, bytes(MAX_TAIL + 1)))


PLAN = Plan(
    MixSettings(transition=Transition.FIXED, emergency=("/sos.mp3", "/two.mp3")),
    (Stream("a", OutputSpec("opus", 96_000), chained=True), Stream("b", OutputSpec("flac", 0))),
)
CUE = Cue("1", "/Ñandú.mp3", Title("x", artist="Ünï", title="日本"), cue_out=3, rung=Rung.REQUEST)


@pytest.mark.parametrize(
    "command",
    [
        Start(PLAN, 5, 1.5, (Resume("a", 7),), resting=True),
        Load(CUE),
        LiveAudio("dj", bytes(range(256))),
    ],
    ids=lambda command: type(command).__name__,
)
def test_commands_arrive_as_they_were_sent(command: Command) -> None:
    (message,) = Unpacker().feed(pack(to_message(command)))
    assert isinstance(message, Message)
    assert to_command(message) == command


@pytest.mark.parametrize(
    "report",
    [
        NeedTrack(3, None),
        TrackEnded(1, "x", Why.SKIPPED),
        TitleChanged(9, Title("żółw")),
        LiveEnded(4, "dj", Why.STALLED),
        Heartbeat(1, -0.25, 3.0),
        StreamBegan(0, "a", "opus", 48000, 2, None, b"OggS"),
        Packets.of(0, 1920, "a", [Frame(b"ab", 960), Frame(b"c", 960, entry=False)]),
    ],
    ids=lambda report: type(report).__name__,
)
def test_reports_arrive_as_they_were_sent(report: Report) -> None:
    (message,) = Unpacker().feed(pack(to_message(report)))
    assert isinstance(message, Message)
    assert to_report(message) == report


def test_packets_come_apart_as_they_were_put_together() -> None:
    frames = [Frame(b"ab", 960), Frame(b"", 0), Frame(b"c", 960, entry=False)]
    assert Packets.of(0, 1920, "a", frames).frames() == frames


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"type": 3},
        {"type": "NeedTrack"},  # a report is no command
        {"type": "Load"},
        {"type": "Load", "cue": 5},
        {"type": "Load", "cue": {"id": "a"}},
        {"type": "Load", "cue": {"id": "a", "path": "b", "rung": "penthouse"}},
        {"type": "Load", "cue": {"id": "a", "path": "b", "gain_db": "loud"}},
        {"type": "Load", "cue": {"id": "a", "path": "b", "colour": 1}},
        {"type": "Skip", "twice": True},
        {
            "type": "Configure",
            "plan": {"mix": {}, "streams": [{"id": "a", "spec": {"codec": "x"}}]},
        },
    ],
    ids=str,
)
def test_what_is_no_command_is_refused_with_a_reason(head: dict[str, object]) -> None:
    with pytest.raises(WireError):
        to_command(Message(head))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | texts,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from([each.__name__ for each in COMMANDS]),
    st.sampled_from(["plan", "cue", "id", "title", "kick", "at", "resume"]),
)
@settings(max_examples=100)
def test_nothing_but_wire_error_comes_of_a_bad_command(
    value: object, name: str, member: str
) -> None:
    with suppress(WireError):
        to_command(Message({"type": name, member: value}))


def test_every_command_and_report_can_travel() -> None:
    assert set(COMMANDS) == set(get_args(Command))
    assert set(REPORTS) == set(get_args(Report))
