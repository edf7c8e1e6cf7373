from radiocast.formats import Frame, Title
from radiocast.studio.events import NeedTrack, TitleChanged, TrackEnded, Why
from radiocast.studio.playout import MAX_WAITING, Playout
from radiocast.studio.reports import Heartbeat, Packets, Problem, StreamBegan


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
    for report in (NeedTrack(10**9, None), Problem(10**9, "x"), Heartbeat(10**9, 2.5, 1.0)):
        assert Playout().put(report) == [report]


def test_a_worker_that_runs_away_is_noticed() -> None:
    playout = Playout()
    for at in range(17):
        playout.put(packets(at, data=bytes(1 << 20)))
    assert MAX_WAITING == 16 << 20
    assert playout.full
    playout.due(3)
    assert not playout.full
