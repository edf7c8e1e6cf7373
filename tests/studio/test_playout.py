from radiocast.formats import Frame, Title
from radiocast.studio.commands import Resume
from radiocast.studio.events import (
    NeedTrack,
    TitleChanged,
    TrackEnded,
    TrackFailed,
    TrackStarted,
    TrackUnheard,
    Why,
)
from radiocast.studio.playout import MAX_WAITING, Playout
from radiocast.studio.reports import Heartbeat, Packets, Problem, Report, Spliced, StreamBegan


def packets(at: int, stream: str = "mp3", data: bytes = b"x") -> Packets:
    return Packets.of(at, at + 4800, stream, [Frame(data, 4800)])


def test_everything_comes_when_it_is_heard_and_titles_before_their_sound() -> None:
    playout = Playout()
    began = StreamBegan(-1105, "mp3", "mp3", 48000, 2, None, b"")
    title = TitleChanged(4800, Title("x"))
    for report in (began, packets(-1105), title, packets(4800), packets(9600)):
        assert playout.put(report) == []
    assert playout.next_due() == -1105
    assert playout.due(0) == [began, packets(-1105)]
    assert playout.due(4799) == []
    assert playout.due(5000) == [title, packets(4800)]
    assert playout.next_due() == 9600
    assert playout.due(1 << 40) == [packets(9600)]
    assert playout.next_due() is None


def test_a_stream_does_not_wait_for_another() -> None:
    playout = Playout()
    playout.put(packets(9600, "aac"))
    playout.put(packets(0, "mp3"))
    assert playout.due(0) == [packets(0, "mp3")]


def test_an_event_that_says_its_time_early_does_not_hold_up_the_packets() -> None:
    playout = Playout()
    ended = TrackEnded(20_000, "1", Why.FINISHED)
    playout.put(ended)
    playout.put(packets(0))
    assert playout.due(0) == [packets(0)]
    assert playout.due(20_000) == [ended]


def test_questions_and_problems_do_not_wait() -> None:
    at = 10**9
    reports: list[Report] = [NeedTrack(at, None), Problem(at, "x"), Heartbeat(at, 2.5, 1.0)]
    for report in (*reports, TrackFailed(at, "1", "no such file")):
        assert Playout().put(report) == [report]


def test_a_worker_that_runs_away_is_noticed() -> None:
    playout = Playout()
    for at in range(17):
        playout.put(packets(at, data=bytes(1 << 20)))
    assert MAX_WAITING == 16 << 20
    assert playout.full
    playout.due(3)
    assert not playout.full


def frames(at: int, count: int, stream: str = "mp3") -> Packets:
    """Frames of 1152 samples, each of one byte that is its number."""
    made = [Frame(bytes([number]), 1152) for number in range(count)]
    return Packets.of(at, at + 1152 * count, stream, made)


def test_what_a_splice_makes_void_is_not_heard() -> None:
    playout = Playout()
    playout.put(frames(0, 4))
    playout.put(frames(4608, 4))
    playout.put(frames(9216, 4))
    for title in (TitleChanged(5000, Title("heard")), TitleChanged(7000, Title("void"))):
        playout.put(title)
    playout.put(StreamBegan(9216, "mp3", "mp3", 48000, 2, None, b""))
    assert playout.put(Spliced(6500, (Resume("mp3", 5760), Resume("none", 0)))) == []
    playout.put(frames(5760, 2))
    assert playout.due(1 << 40) == [
        TitleChanged(5000, Title("heard")),
        frames(0, 4),
        frames(4608, 1),
        frames(5760, 2),
    ]


def test_a_splice_that_comes_too_late_makes_no_overlap() -> None:
    playout = Playout()
    playout.put(frames(0, 10))
    playout.due(0)
    playout.put(Spliced(3456, (Resume("mp3", 3456),)))
    playout.put(frames(3456, 5))
    playout.put(frames(9216, 5))
    (rest,) = playout.due(1 << 40)
    assert isinstance(rest, Packets)
    assert (rest.at, rest.end, rest.data) == (11520, 14976, bytes([2, 3, 4]))


def test_a_track_that_does_not_count_is_said_at_once_and_not_said_to_start() -> None:
    playout = Playout()
    playout.put(TrackStarted(4800, "1"))
    playout.put(TrackStarted(4800, "2"))
    assert playout.put(TrackUnheard(4000, "1")) == [TrackUnheard(4000, "1")]
    assert playout.due(4800) == [TrackStarted(4800, "2")]


def test_the_bytes_that_are_void_do_not_count() -> None:
    playout = Playout()
    for at in range(17):
        playout.put(packets(at * 4800, data=bytes(1 << 20)))
    assert playout.full
    playout.put(Spliced(0, (Resume("mp3", 0),)))
    assert not playout.full
    assert playout.next_due() is None
