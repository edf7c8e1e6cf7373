"""What an administrator asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from radiocast.mounts.statistics import StationStatistics
from radiocast.protocols.text import decode_text
from radiocast.server.broadcast import Broadcast


@dataclass(frozen=True, slots=True)
class Asked:
    """A command and what it is about."""

    broadcast: Broadcast
    said: Mapping[str, bytes]
    """The parameters of the query and the form."""
    peer: str
    """The address it came from."""
    where: str
    """How it reached us, as `http://radio.example:8000`."""

    def text(self, name: str) -> str:
        """A parameter; empty: it is not there."""
        return decode_text(self.said.get(name, b""))

    def statistics(self) -> StationStatistics:
        """What there is to say of the station, to whoever asks from there."""
        return self.broadcast.statistics(site=self.where)
