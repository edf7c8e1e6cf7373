from collections.abc import Callable

import numpy as np
import pytest

from radiocast.codecs.audio import RATE, Audio, silence
from radiocast.formats import Title
from radiocast.studio.cues import AfterLive, Cue, MixSettings, Rung, Transition
from radiocast.studio.events import (
    LiveEnded,
    LiveOverrun,
    LiveStarted,
    MixEvent,
    NeedTrack,
    OnAir,
    TitleChanged,
    TrackEnded,
    TrackStarted,
    Why,
)
from radiocast.studio.jitter import MAX_BUFFERED
from radiocast.studio.live import LiveInput
from radiocast.studio.mixer import MAX_LIVE, Mixer
from tests.studio.fakes import Heard, Shelf, constant, hear, largest_step, longest_quiet, noise

MUSIC = noise(1, 120 * RATE)
SETTINGS = MixSettings(transition=Transition.OFF, live_silence=3.0, grace=0.0)
BLOCK = 960


def station(settings: MixSettings = SETTINGS) -> Mixer:
    """On air with music, and the next track loaded."""
    shelf = Shelf()
    shelf.put("music", MUSIC)
    mixer = Mixer(settings, shelf.open)
    mixer.load(Cue("first", "music", title=Title("first")))
    mixer.render(BLOCK)
    mixer.load(Cue("second", "music", title=Title("second")))
    return mixer


def send(
    mixer: Mixer,
    seconds: float,
    *,
    every: float = 0.1,
    id_: str = "dj",
    rate: float = 1.0,
    make: Callable[[int, int], Audio] | None = None,
) -> Heard:
    """Render while a source sends in bursts `every` so many seconds."""
    make = make or (lambda start, length: noise(start + 7, length))
    pieces, events = [], list[MixEvent]()
    burst = round(every * RATE)
    for start in range(0, round(seconds * RATE), burst):
        mixer.feed_live(id_, make(start, round(burst * rate)))
        heard = hear(mixer, burst, grain=BLOCK)
        pieces.append(heard.audio)
        events += heard.events
    return Heard(np.concatenate(pieces), events)


def together(*parts: Heard) -> Heard:
    return Heard(
        np.concatenate([part.audio for part in parts]), [e for part in parts for e in part.events]
    )


def assert_smooth(heard: Heard) -> None:
    assert longest_quiet(heard.audio) < RATE // 1000
    assert largest_step(heard.audio[960:]) < 3.0


def test_live_goes_on_air_as_soon_as_its_buffer_is_filled_and_hands_back_when_it_leaves() -> None:
    mixer = station()
    before = hear(mixer, RATE)
    mixer.open_live("dj")
    show = send(mixer, 5.0)
    mixer.close_live("dj")
    after = hear(mixer, 3 * RATE)
    whole = together(before, show, after)
    assert_smooth(whole)
    (started,) = whole.of(LiveStarted)
    assert started.at - (RATE + BLOCK) <= 0.6 * RATE
    (ended,) = whole.of(LiveEnded)
    assert ended.why is Why.LEFT
    assert [e.rung for e in whole.of(OnAir)] == [Rung.LIVE, Rung.ROTATION]
    assert whole.of(OnAir)[1].reason == "live left"
    assert [e.id for e in whole.of(TrackStarted)] == ["second"], "a fresh track"
    assert whole.of(TrackStarted)[0].at == ended.at
    assert whole.of(TrackEnded)[0].why is Why.LIVE


def test_nothing_a_source_sent_is_lost_when_it_leaves() -> None:
    mixer = station()
    mixer.open_live("dj")
    show = send(mixer, 4.0, make=lambda start, length: constant(length, 0.25))
    mixer.close_live("dj")
    whole = together(show, hear(mixer, 2 * RATE))
    (started,), (ended,) = whole.of(LiveStarted), whole.of(LiveEnded)
    heard_for = ended.at + SETTINGS.fade * RATE - started.at
    assert abs(heard_for - 4 * RATE) <= 2 * BLOCK


def test_the_fades_between_music_and_live_follow_the_curve() -> None:
    shelf = Shelf()
    shelf.put("music", constant(60 * RATE, 0.25))
    mixer = Mixer(MixSettings(transition=Transition.OFF, fade=0.5), shelf.open)
    mixer.load(Cue("a", "music"))
    mixer.open_live("dj")
    show = send(mixer, 3.0, make=lambda start, length: silence(length))
    (started,) = show.of(LiveStarted)
    x = np.arange(RATE // 2) / (RATE // 2)
    np.testing.assert_allclose(
        show.audio[started.at : started.at + RATE // 2, 0],
        0.25 * np.cos(x * np.pi / 2),
        atol=1e-5,
    )


def test_a_source_that_stalls_without_a_word_is_replaced_within_a_second_and_returns() -> None:
    mixer = station()
    mixer.open_live("dj")
    show = send(mixer, 3.0)
    stalled_at = mixer.at
    stall = hear(mixer, 4 * RATE)
    back = send(mixer, 3.0)
    assert_smooth(together(show, stall, back))
    (ended,) = stall.of(LiveEnded)
    assert ended.why is Why.STALLED
    assert ended.at - stalled_at < RATE
    assert len(back.of(LiveStarted)) == 1


def test_a_source_of_one_second_pages_waits_for_the_second_page_and_then_never_runs_dry() -> None:
    mixer = station()
    mixer.open_live("dj")
    begin = mixer.at
    show = send(mixer, 20.0, every=1.0)
    (started,) = show.of(LiveStarted)
    assert started.at - begin <= 2.1 * RATE
    assert not show.of(LiveEnded)
    assert_smooth(show)


def test_a_source_that_plays_silence_hands_over_and_comes_back_with_sound() -> None:
    mixer = station()
    mixer.open_live("dj")
    loud = send(mixer, 2.0)
    quiet = send(mixer, 6.0, make=lambda start, length: silence(length))
    again = send(mixer, 3.0)
    (ended,) = quiet.of(LiveEnded)
    assert ended.why is Why.SILENT
    assert len(again.of(LiveStarted)) == 1
    assert len(loud.of(LiveStarted)) == 1
    assert longest_quiet(together(loud, quiet, again).audio) < 3.6 * RATE


def test_one_dj_hands_over_to_the_next_without_a_track_between() -> None:
    mixer = station()
    mixer.open_live("anna")
    anna = send(mixer, 2.0, id_="anna")
    mixer.open_live("ben")
    pieces = [anna]
    for start in range(0, 2 * RATE, 4800):
        mixer.feed_live("anna", noise(start, 4800))
        mixer.feed_live("ben", noise(start + 1, 4800))
        pieces.append(hear(mixer, 4800))
    mixer.close_live("anna")
    pieces.append(send(mixer, 2.0, id_="ben"))
    whole = together(*pieces)
    assert [(e.id, e.why) for e in whole.of(LiveEnded)] == [("anna", Why.REPLACED)]
    assert [e.id for e in whole.of(LiveStarted)] == ["anna", "ben"]
    assert not whole.of(TrackStarted)
    assert_smooth(whole)


def test_a_source_of_lower_priority_waits_and_is_fresh_when_its_time_comes() -> None:
    mixer = station()
    mixer.open_live("chief", priority=10)
    send(mixer, 2.0, id_="chief")
    mixer.open_live("dj", priority=1)

    def ramp(start: int, length: int) -> Audio:
        return constant(length, start / RATE / 100)

    events = list[MixEvent]()
    for start in range(0, 10 * RATE, 4800):
        mixer.feed_live("chief", noise(start, 4800))
        mixer.feed_live("dj", ramp(start, 4800))
        events += hear(mixer, 4800).events
    assert not [e for e in events if isinstance(e, LiveStarted)]
    mixer.close_live("chief", kick=True)
    heard = send(mixer, 1.0, id_="dj", make=lambda s, n: ramp(s + 10 * RATE, n))
    assert [(e.id, e.why) for e in heard.of(LiveEnded)] == [("chief", Why.KICKED)]
    assert heard.audio[RATE // 2, 0] * 100 > 8.5, "no more than some 1.2 seconds old"


def test_the_title_is_shown_when_its_sound_is_heard_not_when_it_came() -> None:
    mixer = station()
    mixer.open_live("dj")
    mixer.title_live("dj", Title("first words"))
    start = send(mixer, 2.0)
    assert TitleChanged(start.of(LiveStarted)[0].at, Title("first words")) in start.events
    level = 2 * RATE - (mixer.at - start.of(LiveStarted)[0].at)
    mixer.title_live("dj", Title("next"))
    said = mixer.at
    (shown,) = send(mixer, 2.0).of(TitleChanged)
    assert shown.title == Title("next")
    assert abs(shown.at - said - level) <= 2 * BLOCK


def test_after_live_the_track_is_resumed_if_the_operator_wants_that() -> None:
    mixer = station(MixSettings(transition=Transition.OFF, after_live=AfterLive.RESUME, grace=0.0))
    mixer.open_live("dj")
    send(mixer, 2.0)
    mixer.close_live("dj")
    after = hear(mixer, 2 * RATE)
    assert not after.of(TrackStarted)
    assert [e.title.text for e in after.of(TitleChanged)] == ["first"]


def test_while_live_is_on_the_next_track_is_asked_for() -> None:
    shelf = Shelf()
    shelf.put("music", MUSIC)
    mixer = Mixer(SETTINGS, shelf.open)
    mixer.load(Cue("only", "music"))
    mixer.open_live("dj")
    assert NeedTrack not in [type(e) for e in send(mixer, 0.3).events]
    assert [e.within for e in send(mixer, 2.0).of(NeedTrack)] == [None]


def test_a_clock_that_is_too_fast_or_slow_neither_starves_nor_floods_the_buffer() -> None:
    settings = MixSettings(live_buffer=1.0, live_silence=1e6)
    for rate in (0.995, 1.005):
        live = LiveInput("dj", 0, settings)
        levels = []
        for _ in range(1500):  # two and a half minutes
            live.feed(silence(round(4800 * rate)))
            live.tick(4800)
            live.play(4800)
            if live.unfit(on_air=True) is None:
                live.ramp.go(1.0, 1)
            levels.append(live.left / RATE)
        assert min(levels[60:]) > 0.6
        assert max(levels) < 1.4


def test_live_sound_is_not_mixed_far_ahead_and_what_plays_afterwards_is() -> None:
    mixer = station()
    assert not mixer.hurried
    mixer.open_live("dj")
    send(mixer, 2.0)
    assert mixer.hurried
    mixer.feed_live("dj", noise(1, RATE))
    mixer.close_live("dj")
    assert mixer.hurried, "it is played out, and could not be taken back"
    hear(mixer, 3 * RATE)
    assert not mixer.hurried


def test_a_source_that_stumbles_is_better_waited_for() -> None:
    mixer = station()
    mixer.open_live("dj")
    send(mixer, 2.0)
    assert not mixer.scarce
    events = list[MixEvent]()
    for _ in range(50):
        if not mixer.scarce:
            events += hear(mixer, BLOCK).events
    assert mixer.scarce
    assert not [each for each in events if isinstance(each, LiveEnded)]
    mixer.feed_live("dj", noise(1, RATE // 2))
    assert not mixer.scarce
    mixer.close_live("dj")
    hear(mixer, RATE)
    assert not mixer.scarce, "nothing more will come"


def test_a_worker_that_takes_over_waits_for_the_live_source_and_begins_with_it() -> None:
    shelf = Shelf()
    shelf.put("music", MUSIC)
    mixer = Mixer(SETTINGS, shelf.open, at=5 * RATE)
    mixer.load(Cue("next", "music"))
    mixer.open_live("dj")
    for _ in range(5):
        assert mixer.idle
        mixer.feed_live("dj", noise(3, 4800))
        mixer.tick(4800)
    mixer.feed_live("dj", noise(3, 4800))
    mixer.tick(0)
    assert not mixer.idle
    heard = hear(mixer, 4800)
    assert heard.of(LiveStarted) == [LiveStarted(5 * RATE, "dj")]
    assert not heard.of(TrackStarted)
    assert largest_step(heard.audio[960:]) < 3.0


def test_a_source_that_floods_loses_its_oldest_sound_and_not_our_memory() -> None:
    mixer = station()
    mixer.open_live("dj")
    for _ in range(40):
        mixer.feed_live("dj", noise(1, RATE))
    heard = hear(mixer, BLOCK)
    (overrun,) = heard.of(LiveOverrun)
    assert overrun.dropped == 40 * RATE - MAX_BUFFERED


def test_no_more_live_sources_than_there_are_places() -> None:
    mixer = station()
    opened = [mixer.open_live(str(number)) for number in range(MAX_LIVE + 1)]
    assert opened == [True] * MAX_LIVE + [False]
    mixer.close_live("0")
    mixer.render(BLOCK)
    assert mixer.open_live("again")
    assert not mixer.open_live("again"), "it is there already"


def test_a_source_that_never_sent_enough_is_forgotten() -> None:
    mixer = station()
    mixer.open_live("dj")
    mixer.feed_live("dj", noise(1, 1000))
    mixer.close_live("dj")
    heard = hear(mixer, RATE)
    assert not heard.of(LiveStarted)
    assert mixer.open_live("dj")


def test_a_source_that_sent_all_it_had_at_once_and_left_is_heard_whole() -> None:
    mixer = station()
    mixer.open_live("dj")
    mixer.feed_live("dj", constant(4 * RATE, 0.5))
    mixer.close_live("dj")
    heard = hear(mixer, 6 * RATE, grain=BLOCK)
    (started,), (ended,) = heard.of(LiveStarted), heard.of(LiveEnded)
    assert ended.why is Why.LEFT
    assert abs(ended.at - started.at - 4 * RATE) <= RATE // 2


def test_a_source_that_sent_all_it_had_at_once_and_stays_is_heard_too() -> None:
    mixer = station()
    mixer.open_live("dj")
    mixer.feed_live("dj", constant(4 * RATE, 0.5))
    heard = hear(mixer, 9 * RATE, grain=BLOCK)
    (started,), (ended,) = heard.of(LiveStarted), heard.of(LiveEnded)
    assert ended.why is Why.STALLED
    assert abs(ended.at - started.at - 4 * RATE) <= RATE // 2


@pytest.mark.parametrize("length", [1.2, 1.4, 1.6, 1.8])
def test_a_track_that_begins_under_the_fade_into_live_shows_no_title(length: float) -> None:
    shelf = Shelf()
    shelf.put("short", noise(1, round(length * RATE)))
    shelf.put("long", noise(2, 60 * RATE))
    mixer = Mixer(MixSettings(transition=Transition.OFF), shelf.open)
    mixer.load(Cue("first", "short", title=Title("first")))
    mixer.render(BLOCK)
    mixer.load(Cue("second", "long", title=Title("second")))
    hear(mixer, RATE - BLOCK)
    mixer.open_live("dj")
    mixer.title_live("dj", Title("live"))
    shown = send(mixer, 3.0).of(TitleChanged)
    assert shown[-1].title == Title("live")
