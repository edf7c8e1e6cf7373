"""Files as the auto-DJ hears them: to the sample, whoever encoded them, however broken."""

from __future__ import annotations

import struct
import threading
import wave
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from mutagen.mp4 import MP4

from radiocast.codecs.audio import LOUDEST, RATE, Audio, silence
from radiocast.codecs.container import MAX_FAILURES, PACKETS, ContainerReader
from radiocast.codecs.decode import FileDecoder
from radiocast.codecs.errors import CodecError
from radiocast.mux.adts import adts_header
from tests.codecs.signals import GAPLESS_SAMPLES, decibels, error, sine, tones
from tests.media import MEDIA, media

GAPLESS = MEDIA / "gapless"


def whole(source: str | Path, block: int = 960) -> Audio:
    """All of it, block by block; each but the last one is full."""
    decoder = FileDecoder(source)
    pieces = [silence(0)]
    while len(piece := decoder.read(block)):
        pieces.append(piece)
    decoder.close()
    assert decoder.problem is None
    assert all(len(piece) == block for piece in pieces[1:-1])
    return np.concatenate(pieces)


def write_wav(path: Path, values: Audio, rate: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(values.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((values * 32767).astype("<i2").tobytes())
    return path


@pytest.mark.parametrize("path", sorted(GAPLESS.iterdir()), ids=lambda path: path.name)
def test_a_file_is_as_long_as_what_was_encoded_and_in_its_place_to_the_sample(path: Path) -> None:
    rate = 48000 if "48000" in path.name else 44100
    heard = whole(path)
    assert len(heard) == round(GAPLESS_SAMPLES * RATE / rate)
    meant = tones(len(heard))
    errors = {lag: error(np.roll(heard, lag, axis=0)[9:-9], meant[9:-9]) for lag in range(-4, 5)}
    assert min(errors, key=errors.__getitem__) == 0
    assert errors[0] < -23
    for edge in (slice(240), slice(-240, None)):  # 5 ms that sound, not fade
        assert decibels(heard[edge]) == pytest.approx(decibels(meant[edge]), abs=1)


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000, 96000])
def test_a_wav_of_any_rate_is_in_its_place_to_the_sample(tmp_path: Path, rate: int) -> None:
    path = write_wav(tmp_path / "tones.wav", tones(rate // 2, rate), rate)
    heard = whole(path, block=777)
    assert len(heard) == RATE // 2
    assert error(heard[960:-960], tones(RATE // 2)[960:-960]) < -40


def test_mono_is_as_loud_as_it_was_on_both_sides(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "mono.wav", tones(9600)[:, :1], RATE)
    heard = whole(path)
    assert np.array_equal(heard[:, 0], heard[:, 1])
    assert error(heard[:, :1], tones(9600)[:, :1]) < -80


@pytest.mark.parametrize("channels", [3, 6, 8])
def test_more_channels_are_mixed_to_two(tmp_path: Path, channels: int) -> None:
    path = write_wav(tmp_path / "many.wav", np.repeat(sine(0.1)[:, :1], channels, axis=1), RATE)
    assert whole(path).shape == (4800, 2)


def test_what_itunes_says_of_the_length_of_an_m4a_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "tagged.m4a"
    path.write_bytes((GAPLESS / "aac-48000.m4a").read_bytes())
    tags = MP4(path)  # type: ignore[no-untyped-call]
    smpb = f" 00000000 00000400 00000000 {15000:016X} 00000000"
    tags["----:com.apple.iTunes:iTunSMPB"] = smpb.encode()
    tags.save()  # type: ignore[no-untyped-call]
    assert len(whole(path)) == 15000


def test_a_file_that_changes_rate_and_channels_in_the_middle_plays_to_its_end(
    tmp_path: Path,
) -> None:
    path = tmp_path / "joined.mp3"
    path.write_bytes(media("cbr128.mp3") + media("mpeg2-mono32.mp3"))
    heard = whole(path)
    apart = [len(whole(MEDIA / name)) for name in ("cbr128.mp3", "mpeg2-mono32.mp3")]
    assert abs(len(heard) - sum(apart)) <= 3 * 1152  # the frames around the join


def test_a_chained_ogg_file_of_two_rates_plays_both_links_to_the_sample(tmp_path: Path) -> None:
    path = tmp_path / "chained.ogg"
    names = ["vorbis-44100.ogg", "vorbis-48000.ogg"]
    path.write_bytes(b"".join((GAPLESS / name).read_bytes() for name in names))
    assert len(whole(path)) == sum(len(whole(GAPLESS / name)) for name in names)


def test_the_duration_is_what_the_file_says() -> None:
    for name, seconds in {"vbr-info-id3.mp3": 2.007, "fixed.flac": 3.007}.items():
        duration = FileDecoder(MEDIA / name).duration
        assert duration == pytest.approx(seconds, abs=0.001)
    assert FileDecoder(MEDIA / "live.flac").duration is None


def test_what_was_decoded_can_be_read_after_close() -> None:
    decoder = FileDecoder(MEDIA / "fixed.flac")
    decoder.close()
    first = decoder.read(100)
    assert len(first) == 100
    assert 0 < len(decoder.read(10**6)) < 144_336 - 100  # what there was, not the rest


def test_a_name_that_looks_like_a_protocol_is_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_wav(Path("concat:a|b.wav"), tones(4800), RATE)
    assert len(whole("concat:a|b.wav")) == 4800


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("gone.mp3", None, "No such file or directory"),
        ("empty.mp3", b"", "Invalid data|no sound|End of file"),
        ("text.mp3", b"This is not sound. " * 100, "Invalid data"),
        ("list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\na.wav\n", "not a kind of"),
        ("list.ffconcat", b"ffconcat version 1.0\nfile a.wav\n", "not a kind of file"),
        ("film.ogv", media("theora.ogv")[:4000], "."),
        ("only-header.ogg", media("vorbis.ogg")[:3000], "."),
    ],
)
def test_what_cannot_be_played_is_an_error_with_a_reason(
    tmp_path: Path, name: str, content: bytes | None, why: str
) -> None:
    write_wav(tmp_path / "a.wav", tones(4800), RATE)
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CodecError, match=why):
        FileDecoder(tmp_path / name)


@pytest.mark.parametrize("rate", [1, 3999, 2_000_000])
def test_a_sample_rate_nobody_means_is_no_day_of_sound(tmp_path: Path, rate: int) -> None:
    with pytest.raises(CodecError, match=f"sample rate of {rate} Hz"):
        FileDecoder(write_wav(tmp_path / "slow.wav", silence(4800), rate))


def test_numbers_that_are_none_never_reach_the_bus(tmp_path: Path) -> None:
    values = np.full((4800, 2), np.nan, "<f4")
    values[1000:] = 1e30
    header = struct.pack("<HHIIHH", 3, 2, RATE, RATE * 8, 8, 32)
    body = b"WAVEfmt " + struct.pack("<I", len(header)) + header
    body += b"data" + struct.pack("<I", values.nbytes) + values.tobytes()
    path = tmp_path / "nan.wav"
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    heard = whole(path)
    assert not heard[:1000].any()
    assert (heard[1000:] == LOUDEST).all()


def test_a_file_cut_short_plays_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "half.flac"
    data = (GAPLESS / "flac-48000.flac").read_bytes()
    path.write_bytes(data[: len(data) // 2])
    decoder = FileDecoder(path)
    heard = decoder.read(10**6)
    assert 4096 <= len(heard) < GAPLESS_SAMPLES
    assert error(heard[:4096], tones(4096)) < -50


def test_where_nothing_can_be_decoded_any_more_the_rest_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "then-noise.aac"
    noise = adts_header(b"\x12\x10", 200) + b"\xa5" * 200
    path.write_bytes(media("lc.aac") + noise * 2000)
    reader, reads = ContainerReader(path), 0
    with suppress(CodecError):
        while reader.read() is not None:
            reads += 1
    reader.close()
    good = 89  # frames of lc.aac
    assert good // PACKETS < reads <= (good + MAX_FAILURES) // PACKETS + 1


@pytest.fixture
def web() -> Iterator[str]:
    """The address of a web server that serves tests/media, and `/elsewhere?FILE` a redirection
    to that file on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = MEDIA / self.path.lstrip("/")
            content = path.read_bytes() if path.is_file() else b""
            _, elsewhere, file = self.path.partition("/elsewhere?")
            self.send_response(302 if elsewhere else 200 if content else 404)
            if elsewhere:
                self.send_header("Location", f"file:{file}")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_url_plays_like_a_file(web: str) -> None:
    assert np.array_equal(
        whole(f"{web}/gapless/opus-48000.opus"), whole(GAPLESS / "opus-48000.opus")
    )
    with pytest.raises(CodecError, match="404"):
        FileDecoder(f"{web}/gone.mp3")


def test_a_web_server_cannot_make_us_play_a_file_of_ours(web: str) -> None:
    with pytest.raises(CodecError):
        FileDecoder(f"{web}/elsewhere?{GAPLESS / 'flac-48000.flac'}")
