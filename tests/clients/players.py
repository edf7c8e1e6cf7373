"""The players that listen. Each writes down what it would have sent to a loudspeaker."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.clients.processes import run, unprivileged


@dataclass(frozen=True, slots=True)
class Player:
    """A player that plays `{url}` into `{file}` and says nothing but what `usual` allows."""

    command: str
    usual: str = ""
    """A pattern: lines it prints even when all is well."""
    suffix: str = "wav"
    unprivileged: bool = False
    """Refuses to run as root."""

    @property
    def program(self) -> str:
        return self.command.split()[0]

    async def play(self, url: str, directory: Path) -> bytes:
        """Play until the station hangs up. Raises AssertionError if the player complains."""
        file = directory / f"played.{self.suffix}"
        done = await self._run(url, file)
        lines = (done.stdout + done.stderr).decode(errors="replace").splitlines()
        unusual = [line for line in lines if not self._is_usual(line)]
        assert (done.returncode, unusual) == (0, []), (done.returncode, unusual)
        return file.read_bytes()

    async def said(self, url: str, directory: Path) -> str:
        """What it prints while it plays."""
        done = await self._run(url, directory / f"played.{self.suffix}")
        return (done.stdout + done.stderr).decode(errors="replace")

    async def _run(self, url: str, file: Path) -> subprocess.CompletedProcess[bytes]:
        command = shlex.split(self.command.replace("{url}", url).replace("{file}", str(file)))
        if self.unprivileged:
            command = unprivileged(command)
        home = os.fspath(file.parent)
        return await run(command, env={"HOME": home, "DBUS_SESSION_BUS_ADDRESS": ""})

    def _is_usual(self, line: str) -> bool:
        return not line.strip() or bool(self.usual and re.search(self.usual, line))


PLAYERS = {
    "ffmpeg": Player("ffmpeg -nostdin -v error -xerror -i {url} -af asetpts=N/SR/TB -t 3 {file}"),
    "mpv": Player(
        "mpv --no-config --no-video --msg-level=all=warn --ao=pcm --ao-pcm-file={file} {url}",
        # In Ogg FLAC it learns the time from the second page on; and every stream ends too early
        usual="Invalid audio PTS|Stream ends prematurely",
    ),
    "VLC": Player(
        "vlc -I dummy --no-dbus --no-video --aout afile --audiofile-file={file} {url} vlc://quit",
        # It misses a desktop; its own WebM demuxer wants to seek, so another one plays; and at
        # the end of a FLAC stream it asks for more
        usual="^(?!.* error: )|interface error|interface .* failed"
        "|cannot find any cluster or chapter|HTTP/1.1 404 Not Found",
        unprivileged=True,
    ),
    "GStreamer": Player(
        "gst-launch-1.0 -q playbin3 uri={url}"
        " audio-sink='audioconvert ! wavenc ! filesink location={file}'"
    ),
    "curl": Player("curl -sS -o {file} {url}", suffix="audio"),
}

TITLE_SHOWERS = {
    "ffmpeg": Player("ffmpeg -nostdin -v info -i {url} -t 4 -f null -"),
    "mpv": Player("mpv --no-config --no-video --length=4 --ao=null {url}"),
    "VLC": Player(
        "vlc -I dummy --no-dbus --no-video -vv --aout adummy {url} vlc://quit", unprivileged=True
    ),
    "GStreamer": Player("gst-launch-1.0 -t playbin3 uri={url} audio-sink=fakesink"),
}
"""The same where they say which title they got."""
