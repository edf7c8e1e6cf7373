"""What listeners get before the stream: `intro`. Read once, held once, sent to everybody.

An intro is frames like the stream's, without the file's tags. In Ogg it is a link of its own, and
the stream the next link of the chain. Reads the disk.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from radiocast.config.mount import MountConfig
from radiocast.errors import FormatError
from radiocast.formats import Frame, StreamStart
from radiocast.mounts.mount import Mount
from radiocast.mux.relink import end_link
from radiocast.sources.file_frames import FileFrames
from radiocast.units import MIB, format_size

logger = logging.getLogger(__name__)

MAX_SIZE = 8 * MIB
"""Bytes of an intro."""


@dataclass(frozen=True, slots=True)
class Intro:
    """Frames, and what their decoder needs first."""

    stream: StreamStart
    data: bytes = b""

    def fits(self, mount: Mount) -> bool:
        """Whether players go on from it to what the mount sends."""
        epoch = mount.log.epoch
        if epoch is None or not mount.chains:
            return False
        ours, theirs = self.stream, epoch.stream
        if bool(ours.header) != bool(theirs.header):
            return False
        return (ours.codec, ours.sample_rate, ours.channels) == (
            theirs.codec,
            theirs.sample_rate,
            theirs.channels,
        )


class Intros:
    """The intros of all mounts."""

    def __init__(self, mounts: Iterable[MountConfig]) -> None:
        self._intros: dict[str, Intro] = {}
        self._told: set[tuple[str, str]] = set()
        self.configure(mounts)

    def configure(self, mounts: Iterable[MountConfig]) -> None:
        """Read those there are now. What cannot be played is told, and is none."""
        self._intros.clear()
        self._told.clear()
        for name in {mount.intro for mount in mounts if mount.intro is not None}:
            try:
                self._intros[name] = read_intro(Path(name))
            except (OSError, FormatError) as exc:
                logger.warning("no intro: %s: %s", name, exc)

    def of(self, mount: Mount) -> bytes:
        """What somebody who comes to the mount gets first; empty: nothing."""
        name = mount.config.intro
        intro = self._intros.get(name or "")
        if name is None or intro is None:
            return b""
        if not intro.fits(mount):
            if (mount.path, name) not in self._told:
                self._told.add((mount.path, name))
                logger.warning("%s: no intro: players cannot go on from %s", mount.path, name)
            return b""
        return intro.data


def read_intro(path: Path) -> Intro:
    """Raises OSError, and FormatError for what is no audio, or too much of it."""
    start: StreamStart | None = None
    frames: list[bytes] = []
    size = 0
    with FileFrames(path, None) as file:
        while events := file.read():
            for event in events:
                if isinstance(event, Frame):
                    frames.append(event.data)
                    size += len(event.data)
                elif start is None:
                    start = event
                else:
                    raise FormatError("there is more than one stream in it")
            if size > MAX_SIZE:
                raise FormatError(f"it is longer than {format_size(MAX_SIZE)}")
    if start is None or not frames:
        raise FormatError("there is nothing in it")
    if start.header:
        frames[-1] = end_link(frames[-1])
    return Intro(start, start.header + b"".join(frames))
