"""From one end to the other: what is heard when nothing of the rotation can be played."""

from __future__ import annotations

import logging
import wave
from pathlib import Path

import numpy as np
import pytest
import trio

from radiocast.codecs.audio import RATE
from radiocast.codecs.stream import StreamDecoder

from .made import Player, player, station, until

FIRST, SECOND, SONG = 500, 900, 1400
"""Hertz, by which a listener tells the files apart."""


def write_tone(file: Path, hertz: int, seconds: float) -> None:
    phase = np.arange(round(RATE * seconds)) * (2 * np.pi * hertz / RATE)
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((10_000 * np.sin(phase)).astype("<i2").tobytes())


class Ear:
    """Decodes what a listener gets, and notes which tone comes after which."""

    def __init__(self, listener: Player) -> None:
        self.tones: list[int] = []
        self._listener = listener
        self._decoder = StreamDecoder("audio/mpeg")
        self._sound = np.zeros(0, np.float32)

    async def hear_until(self, tone: int, times: int) -> None:
        while self.tones.count(tone) < times:
            data = await self._listener.peer.read_some(4096)
            self._sound = np.concatenate([self._sound, self._decoder.feed(data)[:, 0]])
            step = RATE // 5
            while len(self._sound) >= step:
                self._note(self._sound[:step])
                self._sound = self._sound[step:]

    def _note(self, piece: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
        spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece))))
        hertz = int(spectrum.argmax()) * RATE / len(piece)
        # Where one gives way to another there are both.
        tone = next((each for each in (FIRST, SECOND, SONG) if abs(each - hertz) < 10), None)
        if tone and self.tones[-1:] != [tone]:
            self.tones.append(tone)


def on_air(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [line for line in caplog.messages if line.startswith("on air: ")]


async def test_emergency_files_take_turns_until_the_rotation_is_mended(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    music, emergency = tmp_path / "music", tmp_path / "emergency"
    music.mkdir()
    emergency.mkdir()
    (music / "broken.mp3").write_bytes(b"this is no music" * 1000)
    write_tone(emergency / "1.wav", FIRST, 1.0)
    write_tone(emergency / "2.wav", SECOND, 1.0)
    settings = f"""
        [playlists.all]
        source = "{music}"
        [autodj]
        emergency = "{emergency}"
        settle = 0
        poll = 0.2
        analyse = false
        normalize = false
        [outputs."/live"]
        [mount]
        burst = 0
        burst_time = 0
    """
    async with station(settings, patience=60) as on:
        await until(lambda: on.registry.get("/live") is not None)
        async with player(on, "/live") as listener:
            ear = Ear(listener)
            await ear.hear_until(FIRST, 2)
            assert ear.tones[-3:] == [FIRST, SECOND, FIRST]
            write_tone(music / "song.part", SONG, 60.0)
            (music / "song.part").rename(music / "song.wav")
            with trio.fail_after(30):
                await ear.hear_until(SONG, 1)
                # Sound is sent a little before it is on air, and only what is on air is told.
                await until(lambda: on_air(caplog)[-1:] != on_air(caplog)[:1])
    assert on_air(caplog)[0].startswith("on air: emergency (")
    assert on_air(caplog)[-1] == "on air: rotation (a track is there again)"
    assert any("broken.mp3" in line for line in caplog.messages)
