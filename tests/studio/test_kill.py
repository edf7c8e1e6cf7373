"""A worker may be killed at any moment, and nobody hears it. With real workers."""

import os
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest
import trio

from radiocast.codecs.audio import RATE, Audio
from radiocast.studio.commands import LiveAudio, LiveOpen, Load, Rest, Skip, Wake
from radiocast.studio.cues import Cue, MixSettings, Transition
from radiocast.studio.events import LiveEnded, LiveStarted, NeedTrack, TrackEnded, TrackStarted
from radiocast.studio.recall import MAX_LATE
from radiocast.studio.reports import Packets, Problem, Resting, Spliced, StreamBegan
from radiocast.studio.supervisor import Studio
from tests.studio.fakes import longest_quiet, sine
from tests.studio.made import (
    AAC,
    FLAC,
    MP3,
    OPUS,
    assert_contiguous,
    decode,
    packets_of,
    plan,
    write_wav,
)
from tests.studio.test_supervisor import Listener

DJ, LIVE = 440, 550
CHUNK = 0.1


def show(arguments: str) -> bytes:
    """Twelve seconds of a live encoder."""
    source = f"sine={LIVE}:duration=12:sample_rate=48000,volume=12dB"
    command = f"ffmpeg -v error -f lavfi -i {source} -ac 2 {arguments} -"
    return subprocess.run(command.split(), check=True, capture_output=True).stdout


def level(audio: Audio, hertz: int) -> float:
    """The loudest 50 ms of a tone, in dBFS."""
    window = RATE // 20
    pieces = audio[: len(audio) // window * window, 0].reshape(-1, window)
    turn = np.exp(-2j * np.pi * hertz * np.arange(window) / RATE) * np.hanning(window)
    return float(20 * np.log10(np.abs(pieces @ turn).max() * 4 / window + 1e-9))


def kill(studio: Studio) -> None:
    assert studio.pid is not None
    os.kill(studio.pid, signal.SIGKILL)


async def send(studio: Studio, data: bytes, content_type: str, seconds: float) -> None:
    """What a DJ's encoder does."""
    studio.send(LiveOpen("dj", content_type))
    piece = round(len(data) * CHUNK / seconds)
    begun = trio.current_time()
    for number, at in enumerate(range(0, len(data), piece)):
        studio.send(LiveAudio("dj", data[at : at + piece]))
        await trio.sleep_until(begun + number * CHUNK)


@pytest.mark.parametrize(
    ("content_type", "arguments"),
    [
        ("audio/mpeg", "-b:a 128k -f mp3"),
        ("audio/ogg", "-c:a libopus -b:a 96k -page_duration 20000 -f ogg"),
        ("audio/flac", "-c:a flac -f flac"),
    ],
    ids=["mp3", "opus", "flac"],
)
async def test_live_goes_on_when_the_worker_is_killed(
    nursery: trio.Nursery, tmp_path: Path, content_type: str, arguments: str
) -> None:
    path = write_wav(tmp_path / "tune.wav", sine(0, 60 * RATE, DJ))
    data = show(arguments)
    studio = Studio(plan(MP3, FLAC))
    listener = Listener(studio)
    with trio.fail_after(30):
        nursery.start_soon(studio.run)
        studio.send(Load(Cue("1", path)))
        await listener.reach(3.0)
        nursery.start_soon(send, studio, data, content_type, 12.0)
        live = await listener.until(lambda each: isinstance(each, LiveStarted))
        studio.send(Load(Cue("2", path)))
        await listener.reach(live.at / RATE + 1.57)
        listener.shortest_lead = float("inf")
        killed = listener.reached
        kill(studio)
        await listener.reach(killed / RATE + 1.5)
        nursery.cancel_scope.cancel()
    heard = listener.heard
    assert [each.id for each in heard if isinstance(each, LiveStarted)] == ["dj"]
    assert not [each for each in heard if isinstance(each, LiveEnded)]
    assert [each.id for each in heard if isinstance(each, TrackStarted)] == ["1"]
    assert listener.shortest_lead > -MAX_LATE / RATE, "players have that much in hand"
    for stream in (MP3, FLAC):
        assert_contiguous(heard, stream)
        audio = decode(heard, stream)
        around = audio[killed - RATE : killed + RATE]
        assert longest_quiet(around) < 48
        assert level(around, DJ) < -40
        assert level(around, LIVE) > -20


@pytest.mark.parametrize("moment", [Skip, Spliced, TrackStarted], ids=lambda kind: kind.__name__)
async def test_a_skip_is_obeyed_whenever_the_worker_is_killed(
    nursery: trio.Nursery, tmp_path: Path, moment: type
) -> None:
    """Killed with the command on its way, right after the splice, and once the next has begun."""
    one = write_wav(tmp_path / "one.wav", sine(0, 60 * RATE, DJ))
    two = write_wav(tmp_path / "two.wav", sine(0, 60 * RATE, LIVE))
    studio = Studio(plan(MP3, AAC, OPUS, FLAC))
    listener = Listener(studio)
    with trio.fail_after(40):
        nursery.start_soon(studio.run)
        studio.send(Load(Cue("1", one)))
        await listener.reach(0.1)
        studio.send(Load(Cue("2", two)))
        await listener.reach(studio.on_air() / RATE + 2.8)
        studio.send(Skip())
        if moment is not Skip:
            await listener.until(lambda each: isinstance(each, moment))
        kill(studio)
        await listener.until(lambda each: isinstance(each, Problem))
        begun = await listener.until(lambda each: isinstance(each, TrackStarted))
        await listener.reach(begun.at / RATE + 1.5)
        nursery.cancel_scope.cancel()
    heard = listener.heard
    assert [each.id for each in heard if isinstance(each, TrackStarted)] == ["1", "2"]
    for stream in (MP3, AAC, OPUS, FLAC):
        assert_contiguous(heard, stream)
        audio = decode(heard, stream)
        assert longest_quiet(audio[4800:-4800]) < 0.02 * RATE
        assert level(audio[-RATE // 2 : -4800], DJ) < -40
        assert level(audio[-RATE // 2 : -4800], LIVE) > -20


async def test_a_worker_may_be_killed_while_one_track_fades_into_the_next(
    nursery: trio.Nursery, tmp_path: Path
) -> None:
    one = write_wav(tmp_path / "one.wav", sine(0, 6 * RATE, DJ))
    two = write_wav(tmp_path / "two.wav", sine(0, 60 * RATE, LIVE))
    mix = MixSettings(transition=Transition.FIXED, crossfade=1.5, tone=False)
    studio = Studio(plan(MP3, OPUS, FLAC, mix=mix))
    listener = Listener(studio)
    with trio.fail_after(40):
        nursery.start_soon(studio.run)
        studio.send(Load(Cue("1", one)))
        await listener.until(lambda each: isinstance(each, NeedTrack))
        studio.send(Load(Cue("2", two)))
        await listener.reach(5.1)
        kill(studio)
        await listener.until(lambda each: isinstance(each, Problem))
        await listener.reach(7.5)
        nursery.cancel_scope.cancel()
    heard = listener.heard
    assert [each.id for each in heard if isinstance(each, TrackStarted)] == ["1", "2"]
    assert [each.id for each in heard if isinstance(each, TrackEnded)] == ["1"]
    for stream in (MP3, OPUS, FLAC):
        assert_contiguous(heard, stream)
        audio = decode(heard, stream)
        assert longest_quiet(audio[4800:-4800]) < 0.005 * RATE
        assert level(audio[6 * RATE : 7 * RATE], LIVE) > -20


async def test_a_worker_that_is_lost_while_resting_comes_back_resting(
    nursery: trio.Nursery, tmp_path: Path
) -> None:
    path = write_wav(tmp_path / "tune.wav", sine(0, 60 * RATE, DJ))
    studio = Studio(plan(MP3, OPUS))
    listener = Listener(studio)
    with trio.fail_after(40):
        nursery.start_soon(studio.run)
        studio.send(Load(Cue("1", path)))
        await listener.reach(1.0)
        studio.send(Rest())
        rested = await listener.until(lambda each: isinstance(each, Resting))
        await listener.until(lambda each: isinstance(each, NeedTrack))
        studio.send(Load(Cue("2", path)))
        kill(studio)
        await listener.until(lambda each: isinstance(each, Problem))
        with trio.move_on_after(1.5):
            await listener.until(lambda each: isinstance(each, Packets | Resting | NeedTrack))
            raise AssertionError("it was to rest")
        woken_at = studio.on_air() + RATE
        studio.send(Wake(woken_at))
        await listener.reach(woken_at / RATE + 1.0)
        nursery.cancel_scope.cancel()
    heard = listener.heard
    for stream in (MP3, OPUS):
        packets = packets_of(heard, stream.id)
        assert all(each.at < rested.at or each.at >= woken_at for each in packets)
        assert woken_at in [each.at for each in packets]
        begun = [each for each in heard if isinstance(each, StreamBegan)]
        assert [each.at for each in begun if each.stream == stream.id][-1] == woken_at
    started = [each for each in heard if isinstance(each, TrackStarted)]
    assert started[-1] == TrackStarted(woken_at, "2")
