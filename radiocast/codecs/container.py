"""Files and URLs of any container FFmpeg knows and we allow."""

from __future__ import annotations

from pathlib import Path

import av

from radiocast.codecs.audio import Audio, silence
from radiocast.codecs.errors import CodecError
from radiocast.codecs.mp4_padding import Mp4Padding
from radiocast.codecs.resample import Sink, ToBus

MAX_FAILURES = 250
"""Packets in a row that cannot be decoded before the rest is given up; some five seconds."""
PACKETS = 8
"""Decoded in one go: all that is done once for all of them is dear in Python."""
OPEN_TIMEOUT, READ_TIMEOUT = 10.0, 5.0
"""Seconds a URL may take to answer, and to go on."""

_CONTAINERS = (
    "aac,ac3,aiff,ape,asf,au,avi,caf,dsf,eac3,flac,flv,iff,m4v,matroska,webm,mov,mp4,m4a,mp3,"
    "mpc,mpc8,mpeg,mpegts,ogg,oma,rm,spx,tak,tta,w64,wav,wv"
)
"""What may be a track. Not among them: formats that name other files or hosts (HLS, concat), by
which a file in the music folder could reach what it has no business to reach."""
_ERRORS = (av.FFmpegError, OSError, ValueError)


class ContainerReader:
    """The best audio stream of a container, packet by packet. Raises CodecError if there is none.

    FFmpeg cuts off what the encoder added, as LAME's tag, an edit list or a pre-skip tell it.
    """

    def __init__(self, source: str | Path, sink: Sink | None = None) -> None:
        """`sink`: where the sound goes, if not to the bus."""
        self._sink = sink or ToBus()
        self._over = False
        self._failures = 0  # in a row
        self._problem = ""  # of what came last; empty: there was none
        self._container = _open(source)
        stream = self._container.streams.best("audio")
        if not isinstance(stream, av.AudioStream):
            self._container.close()
            raise CodecError("there is no sound in it")
        self.duration = _duration(self._container, stream)
        """In seconds, as the container says; None: it does not. A guess for MP3 and ADTS
        without any index."""
        self._padding = Mp4Padding(self._container)
        self._packets = self._container.demux(stream)

    def read(self) -> Audio | None:
        """What the next packets make audible, which may be nothing; None: that was all.

        Raises CodecError where nothing more can be had, though it should be there.
        """
        frames: list[av.AudioFrame] = []
        for _ in range(PACKETS):
            if not self._over:
                frames += self._decode_next()
        if not frames and self._over:
            if self._problem:
                raise CodecError(self._problem)
            return None
        try:
            return self._sink.push(frames)
        except CodecError as error:
            self._fail(error)
            return silence(0)

    def flush(self) -> Audio:
        """What is still inside. The end."""
        return self._sink.flush()

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    def _decode_next(self) -> list[av.AudioFrame]:
        try:
            packet = next(self._packets, None)
        except _ERRORS as error:
            self._over, self._problem = True, reason(error)
            return []
        if packet is None:
            self._over = True
            return []
        try:
            frames = self._padding.cut(packet, packet.decode())
        except _ERRORS as error:
            self._fail(error)
            return []
        if frames:
            self._failures, self._problem = 0, ""
        return frames

    def _fail(self, error: Exception) -> None:
        self._failures += 1
        self._problem = reason(error)
        self._over = self._failures == MAX_FAILURES


def reason(error: Exception) -> str:
    """Why FFmpeg refuses, in words for the operator."""
    if isinstance(error, av.ArgumentError):
        return "not a kind of file that is played"
    if isinstance(error, av.ExitError):
        return "nothing came for too long"
    if isinstance(error, av.FFmpegError):
        return error.strerror or str(error)
    return str(error)


def _open(source: str | Path) -> av.container.InputContainer:
    source = str(source)
    remote = source.startswith(("http://", "https://"))
    try:
        return av.open(
            source if remote else f"file:{source}",  # else a colon in a name would end a scheme
            options={"format_whitelist": _CONTAINERS},
            metadata_errors="replace",
            timeout=(OPEN_TIMEOUT, READ_TIMEOUT) if remote else None,
        )
    except _ERRORS as error:
        raise CodecError(reason(error)) from error


def _duration(container: av.container.InputContainer, stream: av.AudioStream) -> float | None:
    seconds = 0.0
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    elif container.duration is not None:
        seconds = container.duration / av.time_base
    return seconds if seconds > 0 else None
