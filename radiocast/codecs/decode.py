"""Sound files and URLs, whatever is in them, as sound for the bus."""

from __future__ import annotations

from pathlib import Path

import av

from radiocast.codecs.audio import Audio, Fifo
from radiocast.codecs.errors import CodecError
from radiocast.codecs.resample import ToBus
from radiocast.codecs.stream import StreamDecoder

__all__ = ["FileDecoder", "StreamDecoder"]

MAX_FAILURES = 250
"""Packets in a row that cannot be decoded before the rest is given up; some five seconds."""
OPEN_TIMEOUT, READ_TIMEOUT = 10.0, 5.0
"""Seconds a URL may take to answer, and to go on."""

_CONTAINERS = (
    "aac,ac3,aiff,ape,asf,au,avi,caf,dsf,eac3,flac,flv,iff,m4v,matroska,webm,mov,mp4,m4a,mp3,"
    "mpc,mpc8,mpeg,mpegts,ogg,oma,rm,spx,tak,tta,w64,wav,wv"
)
"""What may be a track. Not among them: formats that name other files or hosts (HLS, concat), by
which a file in the music folder could reach what it has no business to reach."""
_FILE_ONLY = "file"
_WEB_ONLY = "http,https,tcp,tls"


class FileDecoder:
    """A file or an http(s) URL, decoded as it is read.

    Gapless: what the encoder added in front and behind (LAME's delay and padding, MP4's edit
    list, Opus' pre-skip, Ogg's last granule position) is cut off, to the sample. What is
    damaged inside is left out. Blocks: use it in a thread, and from one at a time.

    Raises CodecError if it cannot be played. Whoever opens it closes it.
    """

    def __init__(self, source: str | Path) -> None:
        self.problem: str | None = None
        """Why the sound ended before the file did; None: it did not."""
        self._fifo = Fifo()
        self._to_bus = ToBus()
        self._ended = False
        self._container = _open(str(source))
        try:
            stream = self._container.streams.best("audio")
            if not isinstance(stream, av.AudioStream):
                raise CodecError("there is no sound in it")
            self.duration = _duration(self._container, stream)
            """In seconds, as the file says; a guess for MP3 and ADTS that do not. None: unknown."""
            self._packets = self._container.demux(stream)
            self._fill(1)
            if not len(self._fifo):
                raise CodecError(self.problem or "there is no sound in it")
        except BaseException:
            self._container.close()
            raise

    def read(self, samples: int) -> Audio:
        """The next so many samples; fewer at the end, and then none."""
        self._fill(samples)
        return self._fifo.take(samples)

    def close(self) -> None:
        """Let go of the file. What has been decoded can still be read."""
        self._ended = True
        self._container.close()

    def _fill(self, samples: int) -> None:
        failures = 0
        while len(self._fifo) < samples and not self._ended:
            try:
                packet = next(self._packets)
            except StopIteration:
                self._end(None)
                return
            except (av.FFmpegError, OSError, ValueError) as error:
                self._end(_reason(error))
                return
            try:
                for frame in packet.decode():
                    self._fifo.push(self._to_bus.push(frame))
                    failures = 0
            except (av.FFmpegError, ValueError, CodecError) as error:
                failures += 1
                if failures == MAX_FAILURES:
                    self._end(_reason(error))

    def _end(self, problem: str | None) -> None:
        self._ended, self.problem = True, problem
        self._fifo.push(self._to_bus.flush())


def _open(source: str) -> av.container.InputContainer:
    remote = source.startswith(("http://", "https://"))
    options = {
        "protocol_whitelist": _WEB_ONLY if remote else _FILE_ONLY,
        "format_whitelist": _CONTAINERS,
    }
    # Without a scheme a colon in a file's name would be one.
    url = source if remote else f"file:{source}"
    try:
        return av.open(
            url,
            options=options,
            metadata_errors="replace",
            timeout=(OPEN_TIMEOUT, READ_TIMEOUT) if remote else None,
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise CodecError(_reason(error)) from error


def _duration(container: av.container.InputContainer, stream: av.AudioStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    if container.duration is not None:
        return container.duration / av.time_base
    return None


def _reason(error: Exception) -> str:
    if isinstance(error, av.FFmpegError):
        return error.strerror or str(error)
    return str(error)
