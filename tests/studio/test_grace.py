"""Live that comes back soon, and live sources of unlike rank."""

import pytest

from radiocast.codecs.audio import RATE, silence
from radiocast.formats import Title
from radiocast.studio.cues import AfterLive, Cue, MixSettings, Transition
from radiocast.studio.events import (
    LiveEnded,
    LiveStarted,
    NeedTrack,
    OnAir,
    TitleChanged,
    TrackStarted,
    TrackUnheard,
    Why,
)
from radiocast.studio.mixer import Mixer
from tests.studio.fakes import Heard, Shelf, hear, noise
from tests.studio.test_live import assert_smooth, send, together

SETTINGS = MixSettings(transition=Transition.OFF, grace=8.0, live_silence=3.0)


def on_air(settings: MixSettings = SETTINGS) -> tuple[Mixer, Heard]:
    """Two seconds of live, with the next track loaded."""
    shelf = Shelf()
    for name in ("first", "second", "third"):
        shelf.put(name, noise(len(name), 60 * RATE))
    mixer = Mixer(settings, shelf.open)
    mixer.load(Cue("first", "first", title=Title("first")))
    mixer.render(960)
    mixer.load(Cue("second", "second", title=Title("second")))
    mixer.open_live("dj")
    mixer.title_live("dj", Title("the show"))
    return mixer, send(mixer, 2.0)


def titles(heard: Heard) -> list[str]:
    return [each.title.text for each in heard.of(TitleChanged)]


def test_a_dj_who_reconnects_soon_is_not_interrupted_by_titles() -> None:
    mixer, show = on_air()
    stalled = hear(mixer, 4 * RATE)
    assert [each.why for each in stalled.of(LiveEnded)] == [Why.STALLED]
    assert [each.id for each in stalled.of(TrackStarted)] == ["second"], "no dead air meanwhile"
    assert titles(stalled) == []
    mixer.close_live("dj")
    mixer.open_live("again")
    mixer.title_live("again", Title("the show goes on"))
    back = send(mixer, 3.0, id_="again")
    assert titles(back) == ["the show goes on"]
    (started,) = back.of(LiveStarted)
    assert back.of(TrackUnheard) == [TrackUnheard(started.at, "second")]
    asked = back.of(NeedTrack)
    assert back.events.index(asked[0]) > back.events.index(back.of(TrackUnheard)[0])
    assert_smooth(together(show, stalled, back))
    mixer.load(Cue("third", "third", announce=False))
    mixer.close_live("again")
    assert titles(hear(mixer, 9 * RATE)) == [], "what was held back is forgotten"


@pytest.mark.parametrize("leaves", [True, False])
def test_when_live_does_not_come_back_the_title_changes_after_the_grace(leaves: bool) -> None:
    mixer, _ = on_air()
    if leaves:
        mixer.close_live("dj")
    after = hear(mixer, 10 * RATE)
    (ended,) = after.of(LiveEnded)
    (changed,) = after.of(TitleChanged)
    assert changed.title == Title("second")
    assert 0 <= changed.at - ended.at - 8 * RATE <= 960
    assert not after.of(TrackUnheard)
    mixer.open_live("next")
    show = send(mixer, 2.0, id_="next")
    assert not show.of(TrackUnheard), "it has been heard for long enough"


def test_a_dj_who_is_kicked_or_silent_gets_no_grace() -> None:
    mixer, _ = on_air()
    mixer.close_live("dj", kick=True)
    after = hear(mixer, RATE)
    assert titles(after) == ["second"]
    mixer, _ = on_air()
    quiet = send(mixer, 6.0, make=lambda start, length: silence(length))
    assert [each.why for each in quiet.of(LiveEnded)] == [Why.SILENT]
    assert titles(quiet) == ["second"]


def test_a_track_that_is_resumed_was_heard() -> None:
    settings = MixSettings(transition=Transition.OFF, after_live=AfterLive.RESUME)
    mixer, _ = on_air(settings)
    stalled = hear(mixer, 3 * RATE)
    back = send(mixer, 2.0)
    both = together(stalled, back)
    assert len(both.of(LiveStarted)) == 1
    assert not both.of(TrackUnheard)
    assert titles(both) == ["the show"]


def test_of_higher_rank_takes_over_and_gives_back_to_who_is_still_there() -> None:
    mixer, show = on_air()
    mixer.open_live("chief", priority=10)
    pieces = [show]
    for second in range(3):
        for part in range(10):
            start = second * RATE + part * 4800
            mixer.feed_live("dj", noise(start + 7, 4800))
            mixer.feed_live("chief", noise(start + 8, 4800))
            pieces.append(hear(mixer, 4800))
    mixer.close_live("chief")
    pieces.append(send(mixer, 2.0))
    whole = together(*pieces)
    assert [each.id for each in whole.of(LiveStarted)] == ["dj", "chief", "dj"]
    ended = [(each.id, each.why) for each in whole.of(LiveEnded)]
    assert ended == [("dj", Why.REPLACED), ("chief", Why.LEFT)]
    assert len(whole.of(OnAir)) == 3
    assert [each.id for each in whole.of(TrackStarted)] == [], "no track between"
    assert_smooth(together(*pieces[1:]))
