"""Files measured, against the signals of EBU Tech 3341 and against what the decoder gives."""

from __future__ import annotations

import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from radiocast.codecs import loudness
from radiocast.codecs.audio import RATE, Audio, silence
from radiocast.codecs.decode import FileDecoder
from radiocast.codecs.errors import CodecError
from radiocast.codecs.loudness import NOTHING, measure
from radiocast.codecs.ogg_file import OggReader
from tests.codecs.signals import sine
from tests.media import MEDIA

FILES = sorted(path for path in MEDIA.rglob("*.*") if path.suffix not in {".sh", ".py", ".pyc"})


def write_wav(path: Path, audio: Audio, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(audio.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((audio * 32767).astype("<i2").tobytes())
    return path


def tone(*parts: tuple[float, float], channels: int = 2) -> Audio:
    """1 kHz at these peak levels in dBFS, for so many seconds each."""
    pieces = [sine(seconds, 1000.0, 10 ** (level / 20)) for level, seconds in parts]
    return np.concatenate(pieces)[:, :1].repeat(channels, axis=1)


def heard(path: Path) -> Audio:
    decoder = FileDecoder(path)
    audio = decoder.read(1 << 30)
    decoder.close()
    return audio


@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        ([(-23, 20)], -23),
        ([(-33, 20)], -33),
        ([(-36, 10), (-23, 60), (-36, 10)], -23),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
    ],
    ids=["case 1", "case 2", "case 3", "case 4", "case 5"],
)
def test_the_signals_of_ebu_tech_3341_are_measured_as_it_says(
    tmp_path: Path, parts: list[tuple[float, float]], lufs: float
) -> None:
    assert measure(write_wav(tmp_path / "a.wav", tone(*parts))).loudness == pytest.approx(
        lufs, abs=0.1
    )


def test_mono_is_measured_as_it_is_heard_on_both_sides(tmp_path: Path) -> None:
    found = measure(write_wav(tmp_path / "a.wav", tone((-23, 5), channels=1)))
    assert found.loudness == pytest.approx(-23, abs=0.1)
    assert found.peak == pytest.approx(10 ** (-23 / 20), abs=0.001)


@pytest.mark.parametrize("channels", [3, 6, 8])
def test_more_channels_are_measured_as_they_are_mixed_to_two(tmp_path: Path, channels: int) -> None:
    path = write_wav(tmp_path / "many.wav", tone((-30, 3), channels=channels))
    found = measure(path)
    mixed = measure(write_wav(tmp_path / "two.wav", heard(path)))
    assert found.loudness == pytest.approx(mixed.loudness, abs=0.05)
    assert found.peak == pytest.approx(mixed.peak, abs=0.002)


def test_the_highest_sample_is_found_wherever_it_is(tmp_path: Path) -> None:
    audio = tone((-40, 3))
    audio[100, 1] = -0.75
    assert measure(write_wav(tmp_path / "a.wav", audio)).peak == pytest.approx(0.75, abs=0.001)


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 48000, 96000])
def test_times_are_those_of_the_decoder_at_any_rate(tmp_path: Path, rate: int) -> None:
    audio = np.zeros((8 * rate + 17, 2), np.float32)
    begin, end = 3 * rate // 2, 5 * rate
    audio[begin:end] = sine(7)[: end - begin]
    found = measure(write_wav(tmp_path / "a.wav", audio, rate))
    assert found.cue_in == pytest.approx(1.45, abs=0.051)
    assert found.cue_out == found.start_next == pytest.approx(5.05, abs=0.051)


def test_unsigned_samples_are_no_click_at_the_beginning_and_the_end(tmp_path: Path) -> None:
    path = tmp_path / "u8.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(1)
        file.setframerate(RATE)
        audio = np.zeros((5 * RATE, 2), np.float32)
        audio[RATE : 2 * RATE] = tone((-20, 1))
        file.writeframes((audio * 127 + 128).astype(np.uint8).tobytes())
    found = measure(path)
    assert found.cue_in == 1
    assert found.cue_out == pytest.approx(2.05, abs=0.051)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_whatever_can_be_played_can_be_measured_and_to_its_end(path: Path) -> None:
    try:
        played = len(heard(path)) / RATE
    except CodecError as error:
        with pytest.raises(CodecError, match=str(error)):
            measure(path)
        return
    found = measure(path)
    assert found.start_next is not None
    assert found.cue_out is not None
    assert 0 <= found.cue_in < found.start_next <= found.cue_out <= played + 1 / RATE
    if path.parent.name == "gapless":  # these sound up to their last sample
        assert found.cue_out == pytest.approx(played, abs=1 / RATE)


def test_a_file_that_changes_its_rate_in_the_middle_goes_on_in_its_time(tmp_path: Path) -> None:
    names = ("vorbis-44100.ogg", "opus-48000.opus", "vorbis-48000.ogg")
    path = tmp_path / "chain.ogg"
    path.write_bytes(b"".join((MEDIA / "gapless" / name).read_bytes() for name in names))
    found = measure(path)
    assert found.cue_in == 0
    assert found.cue_out == pytest.approx(len(heard(path)) / RATE, abs=0.11)
    assert found.loudness == pytest.approx(measure(MEDIA / "gapless" / names[1]).loudness, abs=2)


def test_silence_has_no_loudness(tmp_path: Path) -> None:
    found = measure(write_wav(tmp_path / "a.wav", np.zeros((RATE, 2), np.float32)))
    assert (found.loudness, found.peak) == (None, 0)
    assert (found.cue_in, found.start_next, found.cue_out) == (0, 1, 1)


def test_what_ends_in_the_middle_is_measured_as_far_as_it_plays(tmp_path: Path) -> None:
    path = tmp_path / "half.flac"
    path.write_bytes((MEDIA / "gapless" / "flac-44100.flac").read_bytes()[:30_000])
    assert measure(path).cue_out == pytest.approx(len(heard(path)) / RATE, abs=1 / RATE)


def test_an_endless_file_is_left_where_the_bound_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loudness, "MAX_DURATION", 5.0)
    path = write_wav(tmp_path / "a.wav", tone((-23, 5.5)))
    path.write_bytes(path.read_bytes() + bytes(60 * RATE))
    found = measure(path)
    assert found.loudness == pytest.approx(-23, abs=0.2)
    assert (found.cue_in, found.start_next, found.cue_out) == (0, None, None)


def test_of_samples_that_are_no_numbers_nothing_is_said(tmp_path: Path) -> None:
    values = tone((-20, 3)).astype("<f4")
    values[RATE // 2] = np.nan
    data = values.tobytes()
    header = b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVE"
    header += b"fmt " + struct.pack("<IHHIIHH", 16, 3, 2, RATE, 8 * RATE, 8, 32)
    path = tmp_path / "nan.wav"
    path.write_bytes(header + b"data" + struct.pack("<I", len(data)) + data)
    assert measure(path) == NOTHING
    path.write_bytes(path.read_bytes().replace(np.float32(np.nan).tobytes(), bytes(4)))
    assert measure(path).loudness == pytest.approx(-20, abs=0.1)


@pytest.mark.parametrize("data", [b"", b"a letter to the editor" * 999], ids=["empty", "text"])
def test_what_is_no_sound_is_said_so(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(data)
    with pytest.raises(CodecError):
        measure(path)
    with pytest.raises(CodecError):
        measure(tmp_path / "gone.mp3")


def test_a_reader_that_fails_in_the_middle_has_told_how_far_it_plays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = MEDIA / "gapless" / "vorbis-44100.ogg"
    read = OggReader.read
    reads = 0

    def fail(reader: OggReader) -> Audio | None:
        nonlocal reads
        reads += 1
        if reads == 3:
            raise CodecError("Input/output error")
        return read(reader)

    monkeypatch.setattr(OggReader, "read", fail)
    found = measure(path)
    assert found.loudness is not None
    assert 0 < (found.cue_out or 0) < len(heard(path)) / RATE
    monkeypatch.setattr(OggReader, "read", lambda reader: fail(reader) and silence(0))
    reads = 2
    with pytest.raises(CodecError, match="Input/output"):
        measure(path)
