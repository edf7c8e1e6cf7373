"""The log of titles: one line for each that a mount's listeners are shown."""

from __future__ import annotations

import time

from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.protocols.playlist_log import playlist_line
from radiocast.server.log_file import ConfiguredLog


class PlaylistLog(ConfiguredLog):
    """Where titles are written down."""

    setting = "playlist"

    def write(self, mount: Mount, title: Title) -> None:
        """Note that the mount has another title."""
        if not self.file.is_open:
            return
        line = playlist_line(
            mount.path,
            mount.counts.listeners,
            title.text,
            now=time.time(),
            utc_offset=time.localtime().tm_gmtoff,
        )
        self.file.write(line)
