"""What an MPD server says no with: `ACK [code@index] {command} text`."""

from __future__ import annotations

from enum import IntEnum

from radiocast.errors import PeerError, RadiocastError


class Ack(IntEnum):
    """The numbers of the protocol: programs look at these, people at the text."""

    NOT_LIST = 1
    ARGUMENT = 2
    PASSWORD = 3
    PERMISSION = 4
    UNKNOWN = 5
    NO_EXIST = 50
    PLAYLIST_MAX = 51
    SYSTEM = 52
    PLAYER_SYNC = 55


class MpdError(RadiocastError):
    """A command is refused; the conversation goes on. Says why."""

    def __init__(self, ack: Ack, problem: str) -> None:
        self.ack = ack
        super().__init__(problem)


class NotMpdError(PeerError):
    """This is no MPD client, or one out of its mind: hang up without an answer."""
