"""What is to be heard at once is: the mixer goes back, and no stream has a hole or an overlap."""

import numpy as np
import pytest

from radiocast.codecs.audio import RATE
from radiocast.codecs.errors import CodecError
from radiocast.formats import Title
from radiocast.studio.commands import Configure, LiveAudio, LiveOpen, Load, Skip, Start, Stream
from radiocast.studio.cues import Cue, MixSettings, Transition
from radiocast.studio.deck import Deck
from radiocast.studio.engine import MARGIN, STEP, Engine
from radiocast.studio.events import (
    LiveStarted,
    MixEvent,
    NeedTrack,
    OverlayEnded,
    OverlayStarted,
    TitleChanged,
    TrackEnded,
    TrackStarted,
    TrackUnheard,
    Why,
)
from radiocast.studio.framing import Titles
from radiocast.studio.limiter import LOOK_AHEAD
from radiocast.studio.mediatime import BLOCK, REWIND
from radiocast.studio.mixer import RUN, Mixer
from radiocast.studio.reports import Report, Spliced, StreamBegan
from tests.studio.fakes import PLAIN, Shelf, Tape, hear, largest_step, noise, sine
from tests.studio.made import (
    AAC,
    FLAC,
    MP3,
    OPUS,
    OPUS_WHOLE,
    VORBIS,
    VORBIS_WHOLE,
    assert_contiguous,
    audible,
    decode,
    mp3,
    packets_of,
    plan,
)
from tests.studio.test_outputs import phase_error

ALL = (MP3, AAC, OPUS, OPUS_WHOLE, VORBIS, FLAC)
CROSSING = MixSettings(transition=Transition.FIXED, crossfade=0.96, tone=False)


def mixer_with(settings: MixSettings = PLAIN, **tracks: float) -> Mixer:
    """With tracks of so many seconds, of which the first is loaded."""
    shelf = Shelf()
    for seed, (name, seconds) in enumerate(tracks.items()):
        shelf.put(name, noise(seed, round(seconds * RATE)))
    mixer = Mixer(settings, shelf.open)
    mixer.load(Cue(next(iter(tracks)), next(iter(tracks))))
    return mixer


def said_from(events: list[MixEvent], at: int) -> list[MixEvent]:
    """Without questions, which are not asked again."""
    return [each for each in events if each.at >= at and not isinstance(each, NeedTrack)]


@pytest.mark.parametrize("grain", [BLOCK, STEP, RUN])
@pytest.mark.parametrize("seconds", [3.31, 4.05])
def test_going_back_and_on_is_as_if_nothing_had_been(grain: int, seconds: float) -> None:
    """Into what was mixed in one go, and into a crossfade, right after its beginning."""
    mixer = mixer_with(CROSSING, a=5, b=4, c=20)
    hear(mixer, RATE)
    mixer.load(Cue("b", "b"))
    before = hear(mixer, 4 * RATE, grain=grain)
    mixer.load(Cue("c", "c"))
    once = hear(mixer, RATE + RATE // 2, grain=grain)
    end = mixer.at
    back = mixer.rewind(round(seconds * RATE))
    assert back == round((seconds + 0.01) * RATE)
    begin = mixer.at
    again = hear(mixer, end - begin)
    both = np.concatenate([before.audio, once.audio])
    np.testing.assert_array_equal(again.audio, both[begin - RATE :])
    assert said_from(again.events, back) == said_from(before.events + once.events, back)
    assert not [each for each in again.events if each.at < back]


@pytest.mark.parametrize("what", ["a track", "a jingle", "live", "settings"])
def test_what_was_not_heard_before_the_way_back_does_not_depend_on_what_was_said_since(
    what: str,
) -> None:
    """Half of what was mixed in one go is kept; the other half is not."""
    mixer = mixer_with(CROSSING, a=5, b=20)
    before = hear(mixer, 5 * RATE - RUN // 2, grain=RUN)
    match what:
        case "a track":  # which would have begun before
            mixer.load(Cue("b", "b"))
        case "a jingle":
            assert mixer.overlay(Cue("b", "b"))
        case "live":
            assert mixer.open_live("dj")
            mixer.feed_live("dj", sine(0, 8 * RATE))
            mixer.tick(8 * RATE)
            assert mixer.urgent
        case _:
            mixer.configure(MixSettings(limiter=-12.0))
    to = mixer.mixed - RUN + 7 * BLOCK
    assert mixer.rewind(to - 1) == to
    begin = mixer.at
    again = hear(mixer, to - begin - LOOK_AHEAD)
    np.testing.assert_array_equal(again.audio, before.audio[begin : begin + len(again.audio)])
    assert not [each for each in again.events if each.at < to]


def test_it_goes_back_no_further_than_it_remembers() -> None:
    mixer = mixer_with(a=60)
    hear(mixer, 10 * RATE)
    back = mixer.rewind(0)
    assert back is not None
    assert abs(10 * RATE - back - REWIND) <= 2 * BLOCK
    assert mixer.rewind(mixer.mixed + 1) is None


def test_tracks_that_began_since_are_loaded_again_in_their_order() -> None:
    mixer = mixer_with(a=2, b=1, c=1, d=60)
    hear(mixer, round(1.96 * RATE))
    for name in "bcd":
        mixer.load(Cue(name, name))
        hear(mixer, RATE)
    back = mixer.rewind(round(1.6 * RATE))
    assert back is not None
    mixer.skip()
    after = hear(mixer, 4 * RATE)
    assert [each.id for each in after.events if isinstance(each, TrackStarted)] == ["b", "c", "d"]
    ended = {each.id: each for each in after.events if isinstance(each, TrackEnded)}
    assert ended["a"] == TrackEnded(back + 14400, "a", Why.SKIPPED)
    assert ended["b"].why is Why.FINISHED
    assert not [each for each in after.events if isinstance(each, NeedTrack) and each.at < 2 * RATE]


def test_a_track_that_began_unheard_begins_with_its_first_sample() -> None:
    mixer = mixer_with(a=2, b=60)
    hear(mixer, RATE)
    mixer.load(Cue("b", "b"))
    hear(mixer, 2 * RATE)
    back = mixer.rewind(RATE)
    assert back == RATE
    begin = mixer.at
    mixer.skip()
    heard = hear(mixer, 2 * RATE)
    faded = 14_400
    expected = noise(1, 60 * RATE)[faded:RATE]
    np.testing.assert_array_equal(heard.audio[back - begin :][faded:RATE], expected)


def test_a_track_that_is_replaced_before_it_begins_again_does_not_count() -> None:
    """Whoever loaded it was told that it had begun."""
    mixer = mixer_with(a=2, b=60, c=60, d=60)
    hear(mixer, RATE)
    mixer.load(Cue("b", "b"))
    hear(mixer, 2 * RATE)
    mixer.rewind(RATE)
    mixer.load(Cue("c", "c"))
    assert hear(mixer, RATE // 2).of(TrackUnheard) == [TrackUnheard(RATE, "b")]
    mixer.load(Cue("d", "d"))
    heard = hear(mixer, RATE)
    assert not heard.of(TrackUnheard), "it was never said to have begun"
    assert [each.id for each in heard.of(TrackStarted)] == ["d"]


def test_what_was_asked_since_is_not_asked_again() -> None:
    mixer = mixer_with(a=22)
    assert [each.at for each in hear(mixer, 4 * RATE).of(NeedTrack)] == [2 * RATE]
    mixer.rewind(RATE)
    assert not hear(mixer, 2 * RATE).of(NeedTrack)


def test_a_deck_can_be_wound_back_again_and_again() -> None:
    tune = noise(3, 5 * RATE)
    deck = Deck(Cue("a", "a"), Tape(tune))
    deck.read(3 * RATE)
    deck.rewind(RATE)
    np.testing.assert_array_equal(deck.read(RATE), tune[RATE : 2 * RATE])
    deck.rewind(RATE // 2)
    np.testing.assert_array_equal(deck.read(5000), tune[RATE // 2 :][:5000])
    deck.rewind(RATE // 2 + 1000)
    assert deck.remaining == 5 * RATE - RATE // 2 - 1000
    rest = np.concatenate([deck.read(7001) for _ in range(40)])
    np.testing.assert_array_equal(rest, tune[RATE // 2 + 1000 :])
    deck.close()
    deck.rewind(4 * RATE)
    np.testing.assert_array_equal(deck.read(2 * RATE), tune[4 * RATE :])
    assert len(deck.read(1)) == 0


def test_a_deck_that_broke_breaks_again_at_the_same_place() -> None:
    deck = Deck(Cue("a", "a"), Tape(noise(3, 5 * RATE), breaks_at=RATE))
    deck.read(RATE - 100)
    for _ in range(2):
        with pytest.raises(CodecError, match="the disk is gone"):
            deck.read(960)
        deck.close()
        deck.rewind(RATE // 2)
        assert len(deck.read(RATE // 2 - 100)) == RATE // 2 - 100


def test_what_was_loaded_since_is_still_loaded() -> None:
    mixer = mixer_with(a=60, b=60)
    hear(mixer, 3 * RATE)
    mixer.load(Cue("b", "b"))
    mixer.rewind(RATE)
    mixer.skip()
    assert TrackStarted(RATE, "b") in hear(mixer, RATE).events


def test_jingles_are_neither_cut_nor_lost_nor_heard_twice() -> None:
    mixer = mixer_with(a=60, jingle=1, other=1)
    hear(mixer, RATE)
    mixer.overlay(Cue("jingle", "jingle"))
    once = hear(mixer, RATE // 2)
    mixer.overlay(Cue("other", "other"))
    first = hear(mixer, 2 * RATE)
    back = mixer.rewind(RATE + RATE // 4)
    assert back is not None
    begin = mixer.at
    again = hear(mixer, round(2.25 * RATE))
    whole = np.concatenate([once.audio, first.audio])[begin - RATE :]
    np.testing.assert_allclose(again.audio[:RATE], whole[:RATE], atol=1e-6)
    assert [each.id for each in again.events if isinstance(each, OverlayStarted)] == ["other"]
    ended = [each.id for each in again.events if isinstance(each, OverlayEnded)]
    assert ended == ["jingle", "other"]


def test_there_is_no_way_back_behind_live_sound() -> None:
    mixer = mixer_with(a=60)
    hear(mixer, RATE)
    mixer.open_live("dj")
    for _ in range(20):
        mixer.feed_live("dj", noise(5, 4800))
        hear(mixer, 4800)
    assert mixer.on_air == "dj"
    assert mixer.rewind(0) is None


def shelf() -> Shelf:
    shelf = Shelf()
    shelf.put("a", sine(0, 60 * RATE, 440, 0.4))
    shelf.put("b", sine(0, 60 * RATE, 440, 0.4))
    return shelf


def run(engine: Engine, seconds: float) -> list[Report]:
    reports: list[Report] = []
    for _ in range(round(seconds * RATE / STEP)):
        reports += engine.step()
    return reports


def skipped_early(*streams: Stream, seconds: float = 3.0) -> tuple[list[Report], Spliced]:
    """A skip when 4.5 s are there and 1.5 s have been heard, and what followed."""
    engine = Engine(Start(plan(*streams)), open_=shelf().open)
    engine.do(Load(Cue("a", "a", title=Title("A"))))
    reports = run(engine, 0.5)
    engine.do(Load(Cue("b", "b", title=Title("B"))))
    reports += run(engine, 4.0)
    engine.do(Skip())
    assert engine.urgent
    (spliced,) = spliced_reports = engine.splice(round(1.5 * RATE))
    assert isinstance(spliced, Spliced)
    reports += spliced_reports
    reports += run(engine, seconds)
    assert not engine.urgent
    return reports, spliced


@pytest.mark.parametrize("stream", ALL, ids=lambda stream: stream.id)
def test_a_skip_is_heard_at_once_and_nobody_hears_the_splice(stream: Stream) -> None:
    reports, spliced = skipped_early(stream)
    due = round(1.5 * RATE)
    (cut,) = spliced.cuts
    assert due + MARGIN <= cut.at <= spliced.at <= due + round(0.35 * RATE)
    heard = audible(reports)
    assert_contiguous(heard, stream)
    assert cut.at in [each.at for each in packets_of(heard, stream.id)]
    assert [each.at for each in heard if isinstance(each, TrackStarted)] == [0, spliced.at]
    audio = decode(heard, stream)
    packets = packets_of(heard, stream.id)
    assert abs(len(audio) - (packets[-1].end - packets[0].at)) <= 1105 + 4096, "no hole"
    begin = 0 - min(0, packets[0].at)  # decoders of MP3 and AAC give the encoder's delay too
    changed = begin + spliced.at
    # Up to the change one sine goes on, over the join of the packets; then there is another.
    assert phase_error(audio, begin + RATE // 2, changed) < 2.0
    settled = changed + round(0.35 * RATE)
    assert phase_error(audio, settled, changed + 2 * RATE) < 2.0
    expected = sine(settled - changed, RATE, 440, 0.4)
    np.testing.assert_allclose(audio[settled : settled + RATE], expected, atol=0.06)


@pytest.mark.parametrize("stream", [MP3, AAC, OPUS_WHOLE], ids=lambda stream: stream.id)
def test_the_levels_around_a_splice_are_those_of_the_fade(stream: Stream) -> None:
    noises = Shelf()
    noises.put("a", noise(1, 60 * RATE))
    noises.put("b", noise(2, 60 * RATE))
    engine = Engine(Start(plan(stream)), open_=noises.open)
    engine.do(Load(Cue("a", "a")))
    reports = run(engine, 0.5)
    engine.do(Load(Cue("b", "b")))
    reports += run(engine, 4.0)
    engine.do(Skip())
    reports += [*engine.splice(RATE), *run(engine, 3.0)]
    audio = decode(audible(reports), stream)
    assert largest_step(audio[RATE // 2 : 3 * RATE]) < 3.0


def test_streams_that_share_an_encoder_are_parted_each_at_its_own_place() -> None:
    reports, spliced = skipped_early(*ALL, VORBIS_WHOLE)
    heard = audible(reports)
    cuts = {cut.stream: cut.at for cut in spliced.cuts}
    assert len(set(cuts.values())) > 2
    for stream in (*ALL, VORBIS_WHOLE):
        assert_contiguous(heard, stream)
        audio = decode(heard, stream)
        assert phase_error(audio, RATE, round(1.6 * RATE)) < 2.0
        settled = round(0.35 * RATE)
        begin = spliced.at - min(0, packets_of(heard, stream.id)[0].at) + settled
        expected = sine(settled, RATE, 440, 0.4)
        np.testing.assert_allclose(audio[begin : begin + RATE], expected, atol=0.06)


def test_vorbis_that_is_parted_at_unlike_places_is_encoded_twice() -> None:
    """Its packets have no grid: an encoder's first one is where it begins, or nowhere."""
    tracks = shelf()
    tracks.put("short", sine(0, round(0.73 * RATE), 440, 0.4))
    engine = Engine(Start(plan(VORBIS, VORBIS_WHOLE)), open_=tracks.open)
    engine.do(Load(Cue("short", "short", title=Title("S"))))
    reports = run(engine, 0.5)
    engine.do(Load(Cue("a", "a", title=Title("A"))))
    reports += run(engine, 0.5)
    engine.do(Load(Cue("b", "b", title=Title("B"))))
    reports += run(engine, 3.5)
    engine.do(Skip())
    (spliced,) = engine.splice(round(1.5 * RATE))
    assert isinstance(spliced, Spliced)
    assert len({cut.at for cut in spliced.cuts}) == 2
    heard = audible([*reports, spliced, *run(engine, 2.0)])
    for stream in (VORBIS, VORBIS_WHOLE):
        audio = decode(heard, stream)
        settled = round(0.35 * RATE)
        expected = sine(settled, RATE, 440, 0.4)
        begin = spliced.at + settled
        np.testing.assert_allclose(audio[begin : begin + RATE], expected, atol=0.06)


def test_titles_that_are_void_are_not_due() -> None:
    titles = Titles()
    titles.add(0, Title("A"))
    titles.add(5000, Title("B"))
    assert titles.at(6000) == (5000, Title("B"))
    titles.drop(4000)
    assert titles.at(6000) == (0, Title("A"))
    assert titles.at(-1) is None


def test_a_link_of_opus_begins_with_sound_for_its_decoder_to_settle_in() -> None:
    """RFC 7845 section 4.6 asks for 80 ms at least."""
    reports, _ = skipped_early(OPUS)
    begun = [each for each in audible(reports) if isinstance(each, StreamBegan)]
    heads = [each.header[each.header.index(b"OpusHead") :] for each in begun]
    assert [int.from_bytes(head[10:12], "little") for head in heads] == [312, 8 * 960]


def test_each_link_after_a_splice_has_its_title_and_no_more_links_than_needed() -> None:
    reports, spliced = skipped_early(OPUS, OPUS_WHOLE, MP3)
    begun = [each for each in audible(reports) if isinstance(each, StreamBegan)]
    titles = {
        stream.id: [each.title.text for each in begun if each.stream == stream.id and each.title]
        for stream in (OPUS, OPUS_WHOLE)
    }
    assert titles == {"opus": ["A", "B"], "whole": ["A"]}, "browsers stop at links"
    assert [each.stream for each in begun].count("mp3") == 1
    changed = [each for each in audible(reports) if isinstance(each, TitleChanged)]
    assert [(each.at, each.title.text) for each in changed] == [(0, "A"), (spliced.at, "B")]


@pytest.mark.parametrize("stream", [MP3, OPUS, FLAC], ids=lambda stream: stream.id)
def test_a_stream_that_was_configured_meanwhile_holds_up_nothing(stream: Stream) -> None:
    """It would begin where the bus was; now it begins where the others are parted."""
    engine = Engine(Start(plan(AAC)), open_=shelf().open)
    engine.do(Load(Cue("a", "a")))
    reports = run(engine, 0.5)
    engine.do(Load(Cue("b", "b")))
    reports += run(engine, 3.5)
    engine.do(Configure(plan(AAC, stream)))
    reports += run(engine, 0.5)
    engine.do(Skip())
    (spliced,) = engine.splice(RATE)
    assert isinstance(spliced, Spliced)
    assert spliced.at < 1.2 * RATE
    heard = audible([*reports, spliced, *run(engine, 3.0)])
    assert packets_of(heard, stream.id)[0].at <= spliced.at
    assert_contiguous(heard, stream)
    begun = [each for each in heard if isinstance(each, StreamBegan) and each.stream == stream.id]
    assert len(begun) == 1
    assert phase_error(decode(heard, stream), RATE, 2 * RATE) < 2.0


def test_titles_that_were_not_heard_are_not_shown() -> None:
    """The track after the next had begun already, unheard, when the skip came."""
    tracks = Shelf()
    tracks.put("a", noise(1, 3 * RATE))
    tracks.put("b", noise(2, 60 * RATE))
    engine = Engine(Start(plan(OPUS)), open_=tracks.open)
    engine.do(Load(Cue("a", "a", title=Title("A"))))
    reports = run(engine, 0.5)
    engine.do(Load(Cue("b", "b", title=Title("B"))))
    reports += run(engine, 4.0)
    engine.do(Skip())
    reports += [*engine.splice(round(1.5 * RATE)), *run(engine, 3.0)]
    heard = audible(reports)
    begun = [each for each in heard if isinstance(each, StreamBegan)]
    assert [each.title.text for each in begun if each.title] == ["A", "B"]
    assert [each.id for each in heard if isinstance(each, TrackStarted)] == ["a", "b"]


def test_a_title_that_is_void_does_not_come_back_while_live_has_none() -> None:
    tracks = Shelf()
    tracks.put("a", noise(1, 3 * RATE))
    tracks.put("b", noise(2, 60 * RATE))
    show = mp3("sine=550:duration=4,volume=12dB")
    engine = Engine(Start(plan(OPUS)), open_=tracks.open)
    engine.do(Load(Cue("a", "a", title=Title("A"))))
    reports = run(engine, 0.5)
    engine.do(Load(Cue("b", "b", title=Title("B"))))
    reports += run(engine, 4.0)
    engine.do(LiveOpen("dj", "audio/mpeg"))
    for at in range(0, len(show), 1600):
        engine.tick(0.1)
        engine.do(LiveAudio("dj", show[at : at + 1600]))
    reports += [*engine.splice(round(1.5 * RATE)), *run(engine, 2.5)]
    heard = audible(reports)
    assert packets_of(heard, OPUS.id)[-1].end > 3.5 * RATE
    begun = [each for each in heard if isinstance(each, StreamBegan)]
    assert [each.title.text for each in begun if each.title] == ["A", "A"]


def test_what_is_hardly_ahead_is_not_spliced() -> None:
    engine = Engine(Start(plan(MP3)), open_=shelf().open)
    engine.do(Load(Cue("a", "a")))
    run(engine, 1.0)
    engine.do(Load(Cue("b", "b")))
    run(engine, 0.5)
    engine.do(Skip())
    assert engine.splice(engine.at - MARGIN - STEP // 2) == []
    assert engine.urgent
    engine.step()
    assert not engine.urgent


def test_a_live_source_is_urgent_when_it_is_fit_and_heard_from_the_splice_on() -> None:
    show = mp3("sine=550:duration=2,volume=12dB")
    engine = Engine(Start(plan(FLAC)), open_=shelf().open)
    engine.do(Load(Cue("a", "a")))
    reports = run(engine, 4.0)
    engine.do(LiveOpen("dj", "audio/mpeg"))
    for at in range(0, 11_200, 1600):
        assert not engine.urgent
        engine.tick(0.1)
        engine.do(LiveAudio("dj", show[at : at + 1600]))
    assert engine.urgent
    reports += [*engine.splice(RATE), *run(engine, 0.2)]
    (started,) = [each for each in audible(reports) if isinstance(each, LiveStarted)]
    (spliced,) = [each for each in reports if isinstance(each, Spliced)]
    assert started.at == spliced.at
    assert engine.hurried
