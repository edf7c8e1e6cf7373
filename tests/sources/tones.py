"""Files by ffmpeg's encoders, sources that send them, and a decoder that listens."""

from __future__ import annotations

import itertools
import re
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import trio

ENCODERS = {
    "mp3": ("-c:a libmp3lame -b:a 128k", "mp3"),
    "aac": ("-c:a aac -b:a 128k", "aac"),
    "vorbis": ("-c:a libvorbis -b:a 128k", "ogg"),
    "opus": ("-c:a libopus -b:a 96k", "opus"),
    "flac": ("-c:a flac -sample_fmt s16", "oga"),
}


class Tones:
    """Files with a tone on the left and noise on the right, which keeps MP3's reservoir busy."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def __call__(
        self, codec: str, hertz: int, seconds: float, *, rate: int = 48_000, suffix: str = ""
    ) -> Path:
        """Such a file; each is made once."""
        options, usual = ENCODERS[codec]
        return self.encoded(options, suffix or usual, hertz, seconds, rate=rate)

    def encoded(
        self, options: str, suffix: str, hertz: int, seconds: float, *, rate: int = 48_000
    ) -> Path:
        """The same with any options of ffmpeg."""
        name = re.sub("[^a-z0-9]+", "-", options)
        path = self._directory / f"{hertz}-{seconds}-{rate}{name}.{suffix}"
        if not path.exists():
            left, right = f"0.3*sin(2*PI*{hertz}*t)", "0.2*(random(1)-0.5)*(1+sin(3*t))"
            sound = f"-f lavfi -i aevalsrc={left}|{right}:s={rate}:d={seconds}"
            command = f"ffmpeg -nostdin -v error {sound} {options} -metadata title=x {path}"
            subprocess.run(command.split(), check=True)
        return path


def said_by_decoder(stream: bytes) -> tuple[str, int]:
    """What ffmpeg says of a stream (all that it can say), and how many samples it hears."""
    command = "ffmpeg -nostdin -v error -i - -af asetpts=N/SR/TB -f s16le -ac 1 -"
    done = subprocess.run(command.split(), input=stream, capture_output=True, check=False)
    return done.stderr.decode(), len(done.stdout) // 2


def stream_of(
    data: bytes, seconds: float, *, piece: float = 0.1, speed: float = 1.0
) -> Callable[[], Awaitable[bytes]]:
    """A source that sends `data` in the time it lasts, or faster, and then leaves."""
    began = trio.current_time()
    size = round(len(data) * piece / seconds)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    numbers = itertools.count()

    async def receive() -> bytes:
        number = next(numbers)
        await trio.sleep_until(began + number * piece / speed)
        return pieces[number] if number < len(pieces) else b""

    return receive


def silent_after(receive: Callable[[], Awaitable[bytes]]) -> Callable[[], Awaitable[bytes]]:
    """The same source, which stalls instead of leaving."""

    async def stalling() -> bytes:
        data = await receive()
        if not data:
            await trio.sleep_forever()
        return data

    return stalling
