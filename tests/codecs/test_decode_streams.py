"""Live sources as the bus hears them."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.codecs.audio import RATE, Audio, silence
from radiocast.codecs.decode import FileDecoder, StreamDecoder
from radiocast.codecs.encode import make_encoder
from radiocast.codecs.errors import CodecError
from radiocast.codecs.link import MAX_FAILURES, MAX_SECONDS
from radiocast.codecs.spec import OutputSpec
from radiocast.mux.ogg import OggMuxer
from tests.codecs.signals import GAPLESS_SAMPLES, decibels, error, tones
from tests.media import MEDIA, media
from tests.mux.streams import as_bytes
from tests.strategies import chunked

STREAMS = {
    # Content type and name: samples at 48,000 Hz. What FFmpeg says, or more: a live MP3 has no end
    # at which padding could be cut, and live WebM does not say where it is.
    "cbr128.mp3": ("audio/mpeg", 97802),
    "mpeg25-mono8.mp3": ("audio/mpeg", 152064),
    "layer2.mp2": ("audio/mpeg", 58752),
    "lc.aac": ("audio/aac", 98081),
    "vorbis.ogg": ("application/ogg", 96335),
    "vorbis-skeleton.ogg": ("audio/ogg", 144335),
    "opus.opus": ("audio/ogg", 57936),
    "opus-long-pages.ogg": ("audio/ogg", 96336),
    "flac.oga": ("audio/ogg", 144336),
    "flac-ffmpeg.oga": ("audio/ogg", 144336),
    "speex.ogg": ("audio/ogg", 144531),
    "theora.ogv": ("video/ogg", 96335),
    "live.flac": ("audio/flac", 144336),
    "opus-live.webm": ("audio/webm", 58248),
    "vorbis.webm": ("audio/webm", 96758),
    "aac.mka": ("audio/x-matroska", 98081),
    "video.webm": ("video/webm", 96648),
}
FLAC = OutputSpec("flac", 0)
LEADS = (0, 1024, 1115)
"""Samples that a container tells FFmpeg to cut off, at 48,000 Hz: AAC's delay in Matroska."""


def decoded(pieces: list[bytes], content_type: str = "application/ogg") -> Audio:
    decoder = StreamDecoder(content_type)
    sound = np.concatenate([*map(decoder.feed, pieces), decoder.close()])
    assert decoder.failures == 0
    return sound


@pytest.mark.parametrize("name", STREAMS)
def test_every_live_format_is_heard_in_full_and_sounds_like_the_file(name: str) -> None:
    content_type, samples = STREAMS[name]
    heard = decoded([media(name)], content_type)
    assert len(heard) == samples
    decoder = FileDecoder(MEDIA / name)
    file = decoder.read(10**6)
    decoder.close()
    same = len(file) - 2048
    assert min(error(heard[lead:][:same], file[:same]) for lead in LEADS) < -40


@pytest.mark.parametrize(
    "name", ["cbr128.mp3", "vorbis.ogg", "opus.opus", "opus-live.webm", "lc.aac"]
)
@given(data=st.data())
@settings(max_examples=6, deadline=None)
def test_however_the_bytes_come_the_sound_is_the_same(name: str, data: st.DataObject) -> None:
    stream = media(name)
    pieces = data.draw(chunked(stream))
    assert np.array_equal(decoded(pieces, ""), decoded([stream], ""))


@pytest.mark.parametrize("kind", ["vorbis-{}.ogg", "opus-{}.opus"])
def test_links_of_a_chain_follow_each_other_without_a_gap_even_at_another_rate(kind: str) -> None:
    files = [(MEDIA / "gapless" / kind.format(rate)).read_bytes() for rate in (44100, 48000)]
    lengths = [round(GAPLESS_SAMPLES * RATE / rate) for rate in (44100, 48000)]
    heard = decoded([b"".join(files)])
    assert len(heard) == sum(lengths)
    for start, length in zip(accumulate([0, *lengths]), lengths, strict=False):
        assert error(heard[start : start + length], tones(length)) < -25


def test_a_source_that_changes_rate_and_channels_goes_on() -> None:
    joined = media("cbr128.mp3") + media("mpeg2-mono32.mp3") + media("cbr128.mp3")
    apart = [decoded([media(name)], "audio/mpeg") for name in ("cbr128.mp3", "mpeg2-mono32.mp3")]
    assert len(decoded([joined], "audio/mpeg")) == len(apart[0]) * 2 + len(apart[1])


def test_an_mp3_cut_out_of_the_middle_begins_clean_where_its_reservoir_is_whole() -> None:
    whole, middle = media("cbr320.mp3"), media("cbr320.mp3")[20_000:]
    heard, meant = decoded([middle], "audio/mpeg"), decoded([whole], "audio/mpeg")
    skipped = len(meant) - len(heard)
    assert error(heard[1152:], meant[skipped + 1152 :]) < -40  # behind the first overlap
    assert decibels(heard[:1152]) < decibels(meant[skipped : skipped + 1152]) + 1


def test_less_than_is_needed_to_know_a_format_is_no_sound() -> None:
    decoder = StreamDecoder("audio/mpeg")
    assert len(decoder.feed(b"\xff\xfb\x90")) == 0
    assert len(decoder.close()) == 0
    assert len(StreamDecoder("audio/mpeg").close()) == 0


@pytest.mark.parametrize(
    ("content_type", "data", "why"),
    [
        ("audio/x-unheard-of", bytes(100), "this kind of stream"),
        ("audio/mpeg", media("free-format.mp3"), "free format"),
        ("audio/x-matroska", media("aac.mka").replace(b"A_AAC", b"A_DTS"), "dts cannot be"),
    ],
)
def test_what_can_never_be_decoded_is_an_error(content_type: str, data: bytes, why: str) -> None:
    with pytest.raises(CodecError, match=why):
        StreamDecoder(content_type).feed(data)


def test_damage_is_left_out_and_counted() -> None:
    data = bytearray(media("lc.aac"))
    for at in range(4000, 12_000, 400):
        data[at : at + 20] = bytes(20)
    decoder = StreamDecoder("audio/aac")
    heard = np.concatenate([decoder.feed(bytes(data)), decoder.close()])
    assert decoder.failures > 0
    assert RATE < len(heard) < 98081


def ogg(spec: OutputSpec, packets: list[bytes], samples: int) -> bytes:
    """A whole Ogg stream of these packets."""
    muxer = OggMuxer(1, spec.codec, make_encoder(spec).headers)
    events = muxer.link()
    for packet in packets:
        events += muxer.add(packet, samples)
    return as_bytes([*events, *muxer.close()])


def test_a_stream_of_which_nothing_can_be_decoded_is_given_up() -> None:
    spec, broken = OutputSpec("opus", 64_000), b"\xff"  # a count of frames that is not there
    decoder = StreamDecoder("audio/ogg")
    assert len(decoder.feed(ogg(spec, [broken] * (MAX_FAILURES - 1), 960))) == 0
    assert decoder.failures == MAX_FAILURES - 1
    with pytest.raises(CodecError, match="nothing in it can be decoded"):
        StreamDecoder("audio/ogg").feed(ogg(spec, [broken] * MAX_FAILURES, 960))


def test_an_empty_packet_is_nothing_and_not_the_end() -> None:
    [packet, *_] = make_encoder(FLAC).encode(tones(RATE))
    stream = ogg(FLAC, [packet.data, b"", packet.data], packet.samples)
    assert len(decoded([stream])) == 2 * packet.samples


def silent_flac(seconds: int) -> bytes:
    """So much digital silence in Ogg, of which FLAC makes next to nothing."""
    [packet, *_] = make_encoder(FLAC).encode(silence(RATE))
    return ogg(FLAC, [packet.data] * (seconds * RATE // packet.samples + 1), packet.samples)


def test_more_sound_than_a_live_source_can_send_at_once_fills_no_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert len(silent_flac(MAX_SECONDS)) < 64_000  # bytes, which a socket may give at once
    monkeypatch.setattr("radiocast.codecs.stream.MAX_SECONDS", 20)
    assert len(StreamDecoder("audio/ogg").feed(silent_flac(19))) >= 19 * RATE
    with pytest.raises(CodecError, match="seconds of sound at once"):
        StreamDecoder("audio/ogg").feed(silent_flac(21))


def test_one_page_with_minutes_of_sound_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radiocast.mux.ogg.PAGES_PER_SECOND", 0.001)
    monkeypatch.setattr("radiocast.codecs.link.MAX_SECONDS", 20)
    with pytest.raises(CodecError, match="seconds of sound in one frame"):
        StreamDecoder("audio/ogg").feed(silent_flac(24))
