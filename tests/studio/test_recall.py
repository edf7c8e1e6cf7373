"""What is remembered for the worker that may have to take over."""

from pathlib import Path

import pytest

from radiocast.codecs.audio import RATE
from radiocast.formats import Frame
from radiocast.studio.commands import (
    Command,
    LiveAudio,
    LiveClose,
    LiveOpen,
    LiveResume,
    Load,
    Rest,
    Resume,
    Skip,
    Start,
    Wake,
)
from radiocast.studio.cues import Cue
from radiocast.studio.events import (
    LiveStarted,
    NeedTrack,
    TrackEnded,
    TrackFailed,
    TrackStarted,
    TrackUnheard,
    Why,
)
from radiocast.studio.live_memory import MAX_KEPT, LiveMemory
from radiocast.studio.mediatime import PREROLL
from radiocast.studio.recall import MAX_LATE, Recall
from radiocast.studio.reports import LiveMixed, Packets, Resting, Spliced, StreamBegan
from tests.studio.made import MP3, plan

MEDIA = Path(__file__).parent.parent / "media"


def packets(end: int, stream: str = "mp3") -> Packets:
    return Packets.of(end - 4800, end, stream, [Frame(b"x", 4800)])


def playing(*loaded: str, end: float = 10.0) -> Recall:
    """Packets up to `end`; track 1 began at 2.0 and others are loaded."""
    recall = Recall(plan(MP3))
    recall.sent(Load(Cue("1", "one")))
    recall.came(TrackStarted(2 * RATE, "1"))
    for name in loaded:
        recall.sent(Load(Cue(name, name)))
    recall.came(packets(round(end * RATE)))
    return recall


def loads(commands: list[Command]) -> list[tuple[str, float]]:
    return [(each.cue.id, each.cue.resume) for each in commands if isinstance(each, Load)]


def started(commands: list[Command]) -> Start:
    assert isinstance(commands[0], Start)
    assert commands[0].following == len(commands) - 1
    return commands[0]


def test_a_new_worker_begins_a_run_up_before_the_packets_end() -> None:
    commands, (void,) = playing("2").restart(8 * RATE)
    start = started(commands)
    assert start.at == 10 * RATE - PREROLL
    assert start.resume == (Resume("mp3", 10 * RATE),)
    assert loads(commands) == [("1", 8 - PREROLL / RATE)]
    assert void == Spliced(10 * RATE, start.resume)


def test_what_listeners_had_to_wait_for_is_still_made_unless_they_waited_for_long() -> None:
    assert started(playing().restart(10 * RATE + MAX_LATE)[0]).resume[0].at == 10 * RATE
    late = 10 * RATE + MAX_LATE + 1
    assert started(playing().restart(late)[0]).resume[0].at == late


def test_what_was_loaded_is_the_answer_when_a_new_worker_asks() -> None:
    recall = playing("2")
    assert recall.answer(NeedTrack(0, 0)) is None
    recall.restart(8 * RATE)
    assert recall.answer(NeedTrack(0, 0)) == Load(Cue("2", "2"))
    assert recall.answer(NeedTrack(0, 0)) is None


def test_a_start_that_a_splice_took_back_was_none() -> None:
    recall = playing("2", end=13.0)
    recall.came(TrackEnded(11 * RATE, "1", Why.FINISHED))
    recall.came(TrackStarted(11 * RATE, "2"))
    recall.sent(Load(Cue("3", "3")))
    assert recall.came(Spliced(round(10.5 * RATE), (Resume("mp3", 10 * RATE),)))
    commands, _ = recall.restart(9 * RATE)
    assert started(commands).resume == (Resume("mp3", 10 * RATE),)
    assert [name for name, _ in loads(commands)] == ["1"], "it goes on"
    assert recall.answer(NeedTrack(0, 0)) == Load(Cue("2", "2"))
    assert recall.answer(NeedTrack(0, 0)) == Load(Cue("3", "3"))


def test_what_the_lost_worker_said_of_later_than_its_packets_is_said_again() -> None:
    recall = playing("2")
    recall.came(TrackStarted(10 * RATE + 500, "2"))
    recall.restart(8 * RATE)
    assert not recall.came(TrackStarted(10 * RATE - PREROLL, "1")), "an echo"
    assert recall.came(TrackStarted(10 * RATE + 500, "2"))


def test_a_splice_before_where_the_packets_ended_is_no_echo() -> None:
    recall = playing("2")
    recall.restart(8 * RATE)
    splice_at = round(9.5 * RATE)
    assert not recall.came(TrackEnded(splice_at, "1", Why.SKIPPED))
    recall.came(Spliced(splice_at, (Resume("mp3", splice_at),)))
    assert recall.came(TrackStarted(splice_at, "2"))


def test_a_skip_is_not_forgotten_before_it_is_obeyed() -> None:
    recall = playing("2")
    recall.sent(Skip())
    commands, _ = recall.restart(8 * RATE)
    assert (started(commands).at, loads(commands)) == (10 * RATE, [("2", 0.0)])
    recall = playing("2")
    recall.sent(Skip())
    recall.came(TrackStarted(11 * RATE, "2"))
    assert loads(recall.restart(8 * RATE)[0]) == [("2", 0.0)], "of its packets none had come"
    recall.came(TrackStarted(10 * RATE, "2"))
    recall.came(packets(12 * RATE))
    assert loads(recall.restart(8 * RATE)[0]) == [("2", 2 - PREROLL / RATE)]


def test_what_was_fading_out_when_the_worker_was_lost_is_over() -> None:
    recall = playing("2")
    recall.came(TrackStarted(9 * RATE, "2"))
    commands, reports = recall.restart(8 * RATE)
    assert [name for name, _ in loads(commands)] == ["2"]
    assert reports[1:] == [TrackEnded(10 * RATE, "1", Why.FINISHED)]
    assert recall.restart(8 * RATE)[1] == reports, "and void, if this one is lost at once"
    recall.came(packets(11 * RATE))
    assert len(recall.restart(8 * RATE)[1]) == 1


def test_tracks_that_failed_or_do_not_count_are_not_loaded_again() -> None:
    recall = playing("2")
    recall.came(TrackFailed(0, "2", "no such file"))
    recall.came(TrackUnheard(9 * RATE, "1"))
    commands, _ = recall.restart(8 * RATE)
    assert loads(commands) == []
    assert recall.answer(NeedTrack(0, 0)) is None


def test_a_rest_is_remembered_and_told_once() -> None:
    recall = playing("2")
    recall.sent(Rest())
    commands, _ = recall.restart(8 * RATE)
    assert started(commands).resting
    assert loads(commands) == [("2", 0.0)]
    assert recall.came(Resting(10 * RATE))
    recall.restart(9 * RATE)
    assert not recall.came(Resting(10 * RATE))
    recall.sent(Wake(60 * RATE))
    commands, _ = recall.restart(59 * RATE)
    start = started(commands)
    assert (start.at, start.resting, start.resume) == (
        60 * RATE,
        False,
        (Resume("mp3", 60 * RATE),),
    )
    bare = StreamBegan(60 * RATE, "mp3", "mp3", RATE, 2, None, b"")
    assert recall.came(bare), "listeners heard something else meanwhile"
    assert not recall.came(bare)


def live(recall: Recall, seconds: float = 4.0) -> None:
    """A source of 16,000 bytes a second that has been on air from 8.0 on."""
    recall.sent(LiveOpen("dj", "audio/mpeg"))
    data = (MEDIA / "cbr128.mp3").read_bytes() * 10
    for number in range(round(seconds * 10)):
        recall.sent(LiveAudio("dj", data[1600 * number : 1600 * (number + 1)]))
    recall.came(LiveStarted(8 * RATE, "dj"))


def test_live_goes_on_with_what_was_sent_and_not_mixed() -> None:
    recall = playing("2", end=10.0)
    live(recall)
    assert not recall.came(LiveMixed(10 * RATE + 960, "dj", 38_400, 9600, on_air=True))
    commands, _ = recall.restart(round(9.8 * RATE))
    start = started(commands)
    assert start.at == 10 * RATE - PREROLL
    assert loads(commands) == [("2", 0.0)], "the track before was over"
    kinds = [type(each) for each in commands[2:]]
    assert kinds == [LiveOpen, LiveAudio, LiveResume, LiveAudio]
    assert LiveResume("dj", 9600 + 960 + PREROLL) in commands
    lengths = [len(each.data) for each in commands if isinstance(each, LiveAudio)]
    assert lengths == [38_400, 64_000 - 38_400]


def test_what_no_worker_needs_any_more_of_a_live_source_is_forgotten() -> None:
    recall = Recall(plan(MP3))
    recall.sent(LiveOpen("dj", "audio/mpeg"))
    for number in range(600):
        recall.sent(LiveAudio("dj", bytes(1600)))
        at = number * 4800
        recall.came(LiveMixed(at, "dj", 1600 * (number + 1), 24_000, on_air=True))
        assert recall.kept < 64_000
    assert recall.kept > 16_000 * 2
    commands, _ = recall.restart(at)
    start = started(commands)
    (resumed,) = [each for each in commands if isinstance(each, LiveResume)]
    sent = sum(len(each.data) for each in commands if isinstance(each, LiveAudio))
    assert resumed.left + start.at == at + 24_000
    assert sent / 16_000 > resumed.left / RATE + 1.0, "with something to warm up with"
    recall.came(LiveMixed(at + 4800, "dj", sent + 1600, 24_000, on_air=True))
    recall.sent(LiveClose("dj"))
    assert recall.kept == 0


def test_a_live_source_that_is_not_mixed_costs_no_more_than_it_may() -> None:
    memory = LiveMemory(LiveOpen("dj", "audio/mpeg"))
    for _ in range(300):
        memory.sent(bytes(10_000))
        assert memory.kept <= MAX_KEPT
    assert memory.kept > MAX_KEPT - 10_000


@pytest.mark.parametrize(
    ("name", "content_type", "header"),
    [
        ("vorbis.ogg", "application/ogg", b"OggS"),
        ("live.flac", "audio/flac", b"fLaC"),
        ("opus-live.webm", "audio/webm", b"\x1aE\xdf\xa3"),
        ("cbr128.mp3", "audio/mpeg", b""),
    ],
)
def test_the_header_of_a_container_is_kept_when_the_bytes_are_gone(
    name: str, content_type: str, header: bytes
) -> None:
    memory = LiveMemory(LiveOpen("dj", content_type))
    data = (MEDIA / name).read_bytes()
    for at in range(0, len(data), 1000):
        memory.sent(data[at : at + 1000])
    memory.sent(bytes(1000))
    received = -(-len(data) // 1000) * 1000
    for second in range(10):
        memory.was_mixed(LiveMixed(second * RATE, "dj", min(received, len(data)), 0, on_air=True))
    commands = memory.restart(9 * RATE)
    first = next(each.data for each in commands if isinstance(each, LiveAudio))
    assert first.startswith(header)
    assert len(first) < len(data)
    sent = sum(len(each.data) for each in commands if isinstance(each, LiveAudio))
    memory.was_mixed(LiveMixed(10 * RATE, "dj", sent, 0, on_air=True))
    memory.sent(b"x" * 300)
    again = [each.data for each in memory.restart(10 * RATE) if isinstance(each, LiveAudio)]
    assert again[-1] == b"x" * 300, "what that worker had not got"
    fresh = LiveMemory(LiveOpen("dj", content_type))
    fresh.sent(data)
    assert b"".join(e.data for e in fresh.restart(0) if isinstance(e, LiveAudio)) == data
