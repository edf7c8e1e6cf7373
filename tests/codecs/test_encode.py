"""Every encoder, heard by somebody else: the ffmpeg on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

from radiocast.codecs import encode
from radiocast.codecs.audio import RATE, Audio
from radiocast.codecs.encode import Encoder, Packet, make_encoder
from radiocast.codecs.encode_av import AvEncoder
from radiocast.codecs.lame import LameEncoder, lame_library
from radiocast.codecs.spec import OutputSpec
from radiocast.codecs.vorbis import VorbisEncoder
from radiocast.formats.mpeg_audio import MpegAudioFramer
from radiocast.mux.ogg import OggMuxer
from tests.codecs.signals import blocks, by_ffmpeg, decibels, error, pitch, sine, tones
from tests.formats.conformance import frames, run
from tests.mux.streams import as_bytes

Make = Callable[[OutputSpec], Encoder]

MP3, AAC = OutputSpec("mp3", 128_000), OutputSpec("aac", 128_000)
OPUS, VORBIS, FLAC = (
    OutputSpec("opus", 128_000),
    OutputSpec("vorbis", 128_000),
    OutputSpec("flac", 0),
)
ENCODERS: dict[str, tuple[Make, OutputSpec]] = {
    "system lame": (LameEncoder, MP3),
    "mp3 by PyAV": (AvEncoder, MP3),
    "aac": (make_encoder, AAC),
    "aac at 64 kbit/s": (make_encoder, OutputSpec("aac", 64_000)),
    "opus": (make_encoder, OPUS),
    "vorbis": (make_encoder, VORBIS),
    "flac": (make_encoder, FLAC),
}
OTHERS: dict[str, tuple[Make, OutputSpec]] = {
    "system lame, 44.1 kHz mono": (LameEncoder, OutputSpec("mp3", 64_000, 44_100, 1)),
    "mp3 by PyAV, 44.1 kHz mono": (AvEncoder, OutputSpec("mp3", 64_000, 44_100, 1)),
    "mp3 of MPEG-2": (LameEncoder, OutputSpec("mp3", 64_000, 24_000)),
    "aac, 44.1 kHz mono": (make_encoder, OutputSpec("aac", 64_000, 44_100, 1)),
    "opus, mono": (make_encoder, OutputSpec("opus", 48_000, channels=1)),
    "vorbis, 44.1 kHz mono": (make_encoder, OutputSpec("vorbis", 64_000, 44_100, 1)),
    "flac, 44.1 kHz mono": (make_encoder, OutputSpec("flac", 0, 44_100, 1)),
}


@pytest.fixture(autouse=True)
def _needs_lame(request: pytest.FixtureRequest) -> None:
    if "lame" in request.node.name and lame_library() is None:
        pytest.skip("libmp3lame is not installed")


def encoded(encoder: Encoder, audio: Audio) -> list[Packet]:
    packets = [packet for block in blocks(audio) for packet in encoder.encode(block)]
    return packets + encoder.flush()


def framed(spec: OutputSpec, encoder: Encoder, packets: list[Packet]) -> bytes:
    """As a listener gets it."""
    if not encoder.headers:
        return b"".join(packet.data for packet in packets)
    muxer = OggMuxer(1, spec.codec, encoder.headers)
    events = muxer.link()
    for packet in packets:
        events += muxer.add(packet.data, packet.samples)
    return as_bytes([*events, *muxer.close()])


def heard(make: Make, spec: OutputSpec, audio: Audio) -> tuple[Audio, list[Packet], Encoder]:
    """What ffmpeg hears, without a word of complaint; what the encoder delays is cut off."""
    encoder = make(spec)
    packets = encoded(encoder, audio)
    sound, complaint = by_ffmpeg(framed(spec, encoder, packets), spec.channels)
    assert complaint == ""
    return sound[round(encoder.delay * RATE / spec.sample_rate) :], packets, encoder


@pytest.mark.clients
@pytest.mark.parametrize(("make", "spec"), (ENCODERS | OTHERS).values(), ids=ENCODERS | OTHERS)
def test_ffmpeg_hears_the_sound_at_its_level_pitch_and_place(make: Make, spec: OutputSpec) -> None:
    audio = sine(1.5)
    sound, packets, encoder = heard(make, spec, audio)
    total = sum(packet.samples for packet in packets) * RATE / spec.sample_rate
    if encoder.headers:
        assert len(sound) == pytest.approx(len(audio), abs=2)
        skipped = 312 if spec.codec == "opus" else 0
        assert total - skipped == pytest.approx(len(audio), abs=2)
    else:  # whole frames, enough of them
        assert len(audio) <= len(sound) < len(audio) + 3 * 1152 * RATE / spec.sample_rate
    middle = slice(RATE // 4, RATE + RATE // 4)
    assert decibels(sound[middle]) == pytest.approx(decibels(audio[middle]), abs=0.6)
    assert pitch(sound[middle]) == pytest.approx(440, abs=1)
    shifts = {lag: error(np.roll(sound, lag, axis=0)[middle], audio[middle]) for lag in (-2, 0, 2)}
    assert min(shifts, key=shifts.__getitem__) == 0


@pytest.mark.clients
@pytest.mark.parametrize(("make", "spec"), ENCODERS.values(), ids=ENCODERS)
def test_left_stays_left_and_right_stays_right(make: Make, spec: OutputSpec) -> None:
    audio = tones(RATE)
    sound, _, _ = heard(make, spec, audio)
    assert error(sound[4800:43200], audio[4800:43200]) < -17


@pytest.mark.parametrize(("make", "spec"), ENCODERS.values(), ids=ENCODERS)
def test_ten_seconds_are_encoded_in_less_than_one_of_cpu(make: Make, spec: OutputSpec) -> None:
    audio = sine(10) + np.random.default_rng(1).normal(0, 0.2, (10 * RATE, 2)).astype(np.float32)
    for _ in range(3):  # other processes share the core's caches
        encoder = make(spec)
        start = time.thread_time()
        packets = encoded(encoder, audio)
        took = time.thread_time() - start
        if took < 1:
            break
    assert took < 1
    assert sum(packet.samples for packet in packets) >= 10 * RATE
    if spec.bitrate:
        bits = 8 * sum(len(packet.data) for packet in packets)
        assert bits / 10 == pytest.approx(spec.bitrate, rel=0.1)


def test_opus_keeps_to_its_bitrate_where_it_would_like_twice_as_much() -> None:
    packets = encoded(make_encoder(OPUS), tones(3 * RATE))
    assert 8 * sum(len(packet.data) for packet in packets) / 3 < 1.1 * OPUS.bitrate


@pytest.mark.parametrize(("make", "spec"), ENCODERS.values(), ids=ENCODERS)
def test_block_sizes_do_not_matter(make: Make, spec: OutputSpec) -> None:
    audio, whole, pieces = tones(20_000), make(spec), make(spec)
    packets = [p for block in blocks(audio, 333) for p in pieces.encode(block)] + pieces.flush()
    at_once = whole.encode(audio) + whole.flush()
    if spec.codec == "vorbis":  # libvorbis looks for attacks in what it has got so far
        assert sum(p.samples for p in packets) == sum(p.samples for p in at_once)
    else:
        assert packets == at_once


@pytest.mark.parametrize("make", [LameEncoder, AvEncoder], ids=["system lame", "PyAV"])
def test_mp3_packets_are_the_frames_our_framer_finds(make: Make) -> None:
    packets = encoded(make(MP3), tones(RATE))
    found = frames(run(MpegAudioFramer(), [b"".join(packet.data for packet in packets)]))
    assert [(f.data, f.samples) for f in found] == [(p.data, p.samples) for p in packets]


def test_the_systems_lame_is_chosen_if_there_is_one_and_ffmpegs_if_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert isinstance(make_encoder(MP3), LameEncoder if lame_library() else AvEncoder)
    monkeypatch.setattr(encode, "lame_library", lambda: None)
    assert isinstance(make_encoder(MP3), AvEncoder)
    assert isinstance(make_encoder(VORBIS), VorbisEncoder)


def test_flac_at_48_khz_loses_nothing_but_what_16_bits_cannot_hold() -> None:
    from radiocast.codecs.decode import StreamDecoder

    encoder, audio = make_encoder(FLAC), tones(RATE)
    decoder = StreamDecoder("audio/ogg")
    data = framed(FLAC, encoder, encoded(encoder, audio * 2))  # louder than full scale: clipped
    sound = np.concatenate([decoder.feed(data), decoder.close()])
    assert np.abs(sound - np.clip(audio * 2, -1, 1)).max() < 1e-4
