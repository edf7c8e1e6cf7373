"""What the muxer writes, read by our framer, by libogg, libvorbis and libopus, and by ffmpeg."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.codecs.audio import RATE, Audio
from radiocast.codecs.decode import StreamDecoder
from radiocast.codecs.encode import Encoder, make_encoder
from radiocast.codecs.pyogg_guard import import_pyogg
from radiocast.codecs.spec import Codec, OutputSpec
from radiocast.formats import Event, Frame, StreamStart, Title
from radiocast.formats.ogg.framer import OggFramer
from radiocast.formats.ogg.page import NO_GRANULE, Page
from radiocast.mux.comments import MAX_TEXT
from radiocast.mux.ogg import LEAD_IN, OggMuxer
from tests.codecs.signals import blocks, by_ffmpeg, error, tones
from tests.mux.streams import as_bytes, pages

CODECS: list[Codec] = ["opus", "vorbis", "flac"]
LIMITS = {"opus": -20, "vorbis": -20, "flac": -70}
"""dB of error: what the codec does to `tones`, with something to spare."""

OPUS_HEAD = b"OpusHead\x01\x02\x38\x01" + (48000).to_bytes(4, "little") + bytes(3)
OPUS_20_MS = b"\xf8"  # the first byte of a packet of one frame (RFC 6716 section 3.1)


def spec(codec: Codec) -> OutputSpec:
    return OutputSpec(codec, 0 if codec == "flac" else 128_000)


def mux(codec: Codec, audio: Audio, cuts: list[int], *, restart: bool = False) -> list[Event]:
    """A stream with a new title at each of the `cuts`, in blocks of the bus.

    `restart`: with a new encoder for each title, instead of one for all.
    """
    encoder = make_encoder(spec(codec))
    muxer = OggMuxer(7, codec, encoder.headers)
    events = muxer.link(Title("first", title="first"))
    for number, block in enumerate(blocks(audio)):
        if number in cuts and restart:
            events += add(muxer, encoder, None)
            encoder = make_encoder(spec(codec))
            events += muxer.link(Title("next"), encoder.headers)
        elif number in cuts:
            events += muxer.link(Title("next"))
        events += add(muxer, encoder, block)
    return [*events, *add(muxer, encoder, None), *muxer.close()]


def add(muxer: OggMuxer, encoder: Encoder, block: Audio | None) -> list[Event]:
    packets = encoder.flush() if block is None else encoder.encode(block)
    return [event for packet in packets for event in muxer.add(packet.data, packet.samples)]


def framed(data: bytes) -> list[Event]:
    framer = OggFramer()
    return framer.feed(data) + framer.close()


def heard(data: bytes) -> Audio:
    decoder = StreamDecoder("audio/ogg")
    sound = np.concatenate([decoder.feed(data), decoder.close()])
    assert decoder.failures == 0
    return sound


AUDIO = tones(2 * RATE + 123)


@pytest.mark.parametrize("cuts", [[], [30, 71]], ids=["one link", "three links"])
@pytest.mark.parametrize("codec", CODECS)
def test_our_framer_says_of_the_bytes_what_the_muxer_said(codec: Codec, cuts: list[int]) -> None:
    events = mux(codec, AUDIO, cuts)
    assert framed(as_bytes(events)) == events
    assert sum(event.samples for event in events if isinstance(event, Frame)) == len(AUDIO)


@pytest.mark.parametrize("restart", [False, True], ids=["one encoder", "an encoder per link"])
@pytest.mark.parametrize("codec", CODECS)
def test_a_new_title_costs_no_sample_and_is_not_heard(codec: Codec, restart: bool) -> None:
    sound = heard(as_bytes(mux(codec, AUDIO, [30, 71], restart=restart)))
    assert len(sound) == len(AUDIO)
    for cut in (30, 71):
        around = slice(cut * 960 - 2400, cut * 960 + 4800)
        assert error(sound[around], AUDIO[around]) < LIMITS[codec]


@pytest.mark.parametrize(("codec", "decoder"), [("opus", "OpusFile"), ("vorbis", "VorbisFile")])
def test_libopusfile_and_libvorbisfile_hear_every_link_to_the_sample(
    codec: Codec, decoder: str, tmp_path: Path
) -> None:
    pyogg = import_pyogg()
    assert pyogg is not None
    path = tmp_path / "chained.ogg"
    path.write_bytes(as_bytes(mux(codec, AUDIO, [30, 71])))
    file = getattr(pyogg, decoder)(str(path))
    samples = np.frombuffer(ctypes.string_at(file.buffer, file.buffer_length), "<i2")
    sound = samples.reshape(-1, 2).astype(np.float32) / np.float32(32768)
    assert len(sound) == len(AUDIO)
    assert error(sound, AUDIO) < LIMITS[codec]


@pytest.mark.clients
@pytest.mark.parametrize("codec", CODECS)
def test_ffmpeg_and_ogginfo_find_nothing_to_complain_of(codec: Codec, tmp_path: Path) -> None:
    data = as_bytes(mux(codec, AUDIO, []))
    sound, complaint = by_ffmpeg(data)
    assert (len(sound), complaint) == (len(AUDIO), "")
    path = tmp_path / "chained.ogg"
    path.write_bytes(as_bytes(mux(codec, AUDIO, [30, 71])))
    tool = "opusinfo" if codec == "opus" else "ogginfo"
    done = subprocess.run([tool, str(path)], capture_output=True, text=True, timeout=30, check=True)
    assert "WARNING" not in done.stdout + done.stderr
    assert done.stdout.count("TITLE=next") == 2


@pytest.mark.clients
@pytest.mark.parametrize("codec", ["opus", "flac"])
def test_ffmpeg_hears_a_chain_without_a_gap(codec: Codec) -> None:
    sound, _ = by_ffmpeg(as_bytes(mux(codec, AUDIO, [30, 71])))
    assert len(sound) == len(AUDIO)
    assert error(sound, AUDIO) < LIMITS[codec]


@pytest.mark.parametrize("codec", CODECS)
def test_pages_are_numbered_and_marked_as_rfc_3533_wants_them(codec: Codec) -> None:
    links: dict[int, list[Page]] = {}
    for page in pages(as_bytes(mux(codec, AUDIO, [30, 71]))):
        links.setdefault(page.serial, []).append(page)
    assert list(links) == [7, 8, 9]
    for link in links.values():
        assert [page.sequence for page in link] == list(range(len(link)))
        assert [page.bos for page in link] == [True] + [False] * (len(link) - 1)
        assert [page.eos for page in link] == [False] * (len(link) - 1) + [True]
        assert sum(1 for _ in link[0].packets()) == 1
        granules = [page.granule for page in link]
        assert granules == sorted(granules)


@pytest.mark.parametrize("codec", CODECS)
def test_no_page_holds_more_than_a_fifth_of_a_second(codec: Codec) -> None:
    for event in mux(codec, AUDIO, [30]):
        if isinstance(event, Frame):
            assert event.samples <= RATE // 5
            assert event.entry


def test_the_title_stands_in_the_header_and_is_bounded() -> None:
    muxer = OggMuxer(1, "opus", [OPUS_HEAD])
    [start] = muxer.link(Title("Ärtist - 標題", "Ärtist", "標題"))
    assert isinstance(start, StreamStart)
    assert start.title == Title("Ärtist - 標題", "Ärtist", "標題")
    [_, start] = muxer.link(Title("only text"))
    assert isinstance(start, StreamStart)
    assert start.title == Title("only text", title="only text")
    [_, start] = muxer.link()
    assert isinstance(start, StreamStart)
    assert start.title is None
    [_, start] = muxer.link(Title("x" * 10**6, "\ud800" * 10**6, "y" * 10**6))
    assert isinstance(start, StreamStart)
    assert len(start.header) < 8 * MAX_TEXT


@given(st.lists(st.integers(0, 3000) | st.text(max_size=20), max_size=60))
@settings(max_examples=60, deadline=None)
def test_whatever_the_packets_and_titles_the_pages_are_whole_and_in_order(
    steps: list[int | str],
) -> None:
    """A number is a packet of so many bytes, text a title."""
    muxer = OggMuxer(2**32 - 2, "opus", [OPUS_HEAD])
    events, sent = muxer.link(), list[bytes]()
    for step in steps:
        if isinstance(step, str):
            events += muxer.link(Title(step))
        else:
            sent.append(OPUS_20_MS + bytes(step))
            events += muxer.add(sent[-1], 960)
    data = as_bytes([*events, *muxer.close()])
    assert framed(data)[: len(events)] == events
    assert received(data, LEAD_IN["opus"]) == sent


@given(st.lists(st.integers(0, 1000) | st.integers(60_000, 140_000), max_size=6))
@settings(max_examples=30, deadline=None)
def test_packets_longer_than_a_page_go_on_on_the_next(sizes: list[int]) -> None:
    muxer = OggMuxer(1, "flac", make_encoder(spec("flac")).headers)
    events, sent = muxer.link(), [bytes([number]) * size for number, size in enumerate(sizes)]
    for packet in sent:
        events += muxer.add(packet, 4608)
    events += muxer.close()
    data = as_bytes(events)
    assert framed(data) == events
    assert received(data, 0) == sent
    assert [page.eos for page in pages(data)][-2:] == [False, True]


def received(data: bytes, lead_in: int) -> list[bytes]:
    """The packets of all links, without the headers and what was repeated."""
    packets: list[bytes] = []
    packet, to_skip = b"", 0
    for page in pages(data):
        if page.bos:
            to_skip = 2 + min(lead_in, len(packets))
        ends = 0
        for part, ended in page.packets():
            packet += part
            ends += ended
            if ended:
                if to_skip:
                    to_skip -= 1
                else:
                    packets.append(packet)
                packet = b""
        assert (page.granule == NO_GRANULE) == (ends == 0 and bool(page.lacing))
    return packets
