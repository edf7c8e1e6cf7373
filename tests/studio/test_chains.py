"""Chains of Ogg links, as other people's decoders see them."""

import subprocess
import wave
from pathlib import Path

import pytest

from radiocast.codecs.audio import RATE
from radiocast.formats import Frame, Title
from radiocast.formats.ogg.page import parse_page
from radiocast.mux.ogg import OggMuxer
from radiocast.studio.commands import Load, Skip, Start, Stream
from radiocast.studio.cues import Cue
from radiocast.studio.engine import STEP, Engine
from radiocast.studio.events import NeedTrack
from radiocast.studio.ogg_end import end_page
from radiocast.studio.playout import Playout
from radiocast.studio.reports import Packets, Report, StreamBegan
from tests.clients.need import need
from tests.studio.fakes import Shelf, sine
from tests.studio.made import (
    FLAC,
    OPUS,
    OPUS_WHOLE,
    VORBIS,
    audible,
    decode,
    packets_of,
    plan,
    stream_bytes,
)
from tests.studio.test_outputs import phase_error

TITLES = 4
TUNE = sine(0, 60 * RATE, 440, 0.4)


def chain(stream: Stream) -> list[Report]:
    """One sine in four tracks, each with its title; then a splice back to another."""
    shelf = Shelf()
    for number in range(TITLES):
        shelf.put(str(number), TUNE[number * RATE : (number + 1) * RATE])
    shelf.put("last", TUNE)
    engine = Engine(Start(plan(stream)), open_=shelf.open)
    engine.do(Load(Cue("0", "0", title=Title("0"))))
    reports, number = list[Report](), 0
    while engine.at < 5 * RATE:
        step = engine.step()
        if any(isinstance(each, NeedTrack) for each in step):
            number += 1
            name = str(number) if number < TITLES else "last"
            engine.do(Load(Cue(name, name, title=Title(name))))
        reports += step
    engine.do(Load(Cue("late", "last", title=Title("late"))))
    engine.do(Skip())
    reports += engine.splice(4 * RATE + RATE // 4)
    for _ in range(RATE // STEP):
        reports += engine.step()
    return audible(reports)


def titles(reports: list[Report]) -> list[str]:
    begun = [each for each in reports if isinstance(each, StreamBegan)]
    return [each.title.text for each in begun if each.title is not None]


@pytest.mark.clients
@pytest.mark.parametrize(
    ("stream", "command"),
    [
        (OPUS, ("opusdec", "--quiet", "--rate", "48000", "IN", "OUT")),
        (OPUS_WHOLE, ("opusdec", "--quiet", "--rate", "48000", "IN", "OUT")),
        (VORBIS, ("oggdec", "-Q", "-o", "OUT", "IN")),
    ],
    ids=["opus", "whole", "vorbis"],
)
def test_the_codecs_own_decoders_find_nothing_wrong_and_not_a_sample_too_many(
    stream: Stream, command: tuple[str, ...], tmp_path: Path
) -> None:
    need(command[0], "ogginfo")
    reports = chain(stream)
    wanted = ["0"] if stream is OPUS_WHOLE else ["0", "1", "2", "3", "last", "late"]
    assert titles(reports) == wanted
    source, decoded = tmp_path / "chain.ogg", tmp_path / "chain.wav"
    source.write_bytes(stream_bytes(reports, stream.id))
    names = {"IN": str(source), "OUT": str(decoded)}
    done = subprocess.run(
        [names.get(word, word) for word in command], capture_output=True, timeout=20, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")
    packets = packets_of(reports, stream.id)
    with wave.open(str(decoded)) as file:
        assert file.getnframes() == packets[-1].end - packets[0].at
    info = subprocess.run(["ogginfo", str(source)], capture_output=True, text=True, timeout=20)
    warnings = [line for line in info.stdout.splitlines() if "WARNING" in line]
    assert len(warnings) == 1, warnings
    assert warnings[0].startswith("WARNING: EOS not set"), "of the last, which goes on"


@pytest.mark.clients
@pytest.mark.parametrize(
    ("stream", "surplus"), [(OPUS, 0), (OPUS_WHOLE, 0), (VORBIS, 128), (FLAC, 0)], ids=str
)
def test_ffmpeg_plays_on_over_the_links(stream: Stream, surplus: int, tmp_path: Path) -> None:
    need("ffmpeg")
    reports = chain(stream)
    source = tmp_path / "chain.ogg"
    source.write_bytes(stream_bytes(reports, stream.id))
    command = ["ffmpeg", "-v", "error", "-i", str(source), "-f", "s16le", "-ac", "1", "-"]
    done = subprocess.run(command, capture_output=True, timeout=20, check=True)
    packets = packets_of(reports, stream.id)
    links = len(titles(reports))
    expected = packets[-1].end - packets[0].at + surplus * (links - 1)
    assert len(done.stdout) // 2 == expected
    # Of its demuxer's trouble at links see `Framing._wants_encoder`.
    known = b"failed to create or replace stream"
    assert all(known in line for line in done.stderr.splitlines()), done.stderr


def test_a_sine_goes_on_over_the_links_of_vorbis() -> None:
    heard = decode(chain(VORBIS), VORBIS)
    assert phase_error(heard, RATE // 2, 4 * RATE) < 2.0


def pages() -> list[bytes]:
    muxer = OggMuxer(7, "flac", [b"\x7fFLAC\x01\x00\x00\x01fLaC\x00\x00\x00\x22" + bytes(34)])
    muxer.link()
    events = [event for _ in range(30) for event in muxer.add(b"packet", 4608)]
    events += muxer.close()
    return [event.data for event in events if isinstance(event, Frame)]


def test_a_link_is_ended_by_an_empty_page() -> None:
    last = pages()[-2]
    before, end = parse_page(last), parse_page(end_page(last))
    assert before is not None
    assert end is not None
    assert end.eos
    assert end.lacing == b""
    assert (end.serial, end.sequence, end.granule) == (
        before.serial,
        before.sequence + 1,
        before.granule,
    )
    assert end_page(last[:27]) == end.data
    assert end_page(pages()[-1]) == b"", "it is ended"
    assert end_page(b"\xff\xfb\x90\x64" + bytes(400)) == b"", "not Ogg"
    assert end_page(b"") == b""


@pytest.mark.parametrize("given", [True, False])
def test_a_link_that_was_broken_off_is_ended_before_the_next_begins(given: bool) -> None:
    playout = Playout()
    page = pages()[-2]
    began = StreamBegan(4800, "a", "flac", RATE, 2, None, b"OggS")
    playout.put(Packets.of(0, 4800, "a", [Frame(page, 4800)]))
    if given:
        playout.due(0)
    playout.put(began)
    *_, end, again = playout.due(4800)
    assert isinstance(end, Packets)
    assert end.frames() == [Frame(end_page(page), 0, entry=False)]
    assert again == began
