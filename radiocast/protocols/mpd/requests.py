"""What a client sends: lines, one command in each, alone or in command lists."""

from __future__ import annotations

import re
from dataclasses import dataclass

from radiocast.protocols.mpd.errors import Ack, MpdError, NotMpdError

MAX_LINE = 16 * 1024
"""Bytes of a line."""

MAX_LIST = 5000
"""Commands in a command list: five times what our queue holds."""

MAX_LIST_BYTES = 2 * 1024 * 1024
"""Bytes of a command list: MPD's own limit."""

MAX_ARGUMENTS = 64
"""Arguments of a command: twice the tags there are to switch on and off."""

_BEGIN = {b"command_list_begin": False, b"command_list_ok_begin": True}
_END = b"command_list_end"

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SPACE = re.compile(r"[ \t\r]+")
_BARE = re.compile(r"[^\x00-\x20\"']+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Request:
    """What is answered as a whole."""

    lines: tuple[bytes, ...]
    """One command in each, not looked at yet: each is answered before the next is read."""
    is_list: bool = False
    confirm_each: bool = False
    """Whether each command of the list is confirmed by itself (`list_OK`)."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command."""

    name: str
    arguments: tuple[str, ...] = ()


class RequestReader:
    """Cuts what comes in into requests."""

    def __init__(self) -> None:
        self._rest = b""
        self._list: list[bytes] | None = None
        self._list_bytes = 0
        self._confirm_each = False

    def feed(self, data: bytes) -> list[Request]:
        """The requests that are complete now. Raises NotMpdError: never feed it again.

        A line that does not begin with a lower-case letter is no command. A browser that was
        talked into sending one in the body of a request gives itself away by its first line.
        """
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE:
            raise NotMpdError("a line without end")
        requests: list[Request] = []
        for line in lines:
            requests += self._take(line)
        return requests

    def _take(self, line: bytes) -> list[Request]:
        if not b"a" <= line[:1] <= b"z":
            raise NotMpdError("no MPD command")
        if len(line) > MAX_LINE:
            raise NotMpdError("a line too long")
        word = line.rstrip(b" \t\r")
        if self._list is None:
            if word not in _BEGIN:
                return [Request((line,))]
            self._list, self._list_bytes = [], 0
            self._confirm_each = _BEGIN[word]
            return []
        if word == _END:
            commands, self._list = tuple(self._list), None
            return [Request(commands, is_list=True, confirm_each=self._confirm_each)]
        self._list_bytes += len(line)
        if len(self._list) >= MAX_LIST or self._list_bytes > MAX_LIST_BYTES:
            raise NotMpdError("a command list too long")
        self._list.append(line)
        return []


def parse_command(line: bytes) -> Command:
    """The command in a line. Raises MpdError."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise MpdError(Ack.ARGUMENT, "not UTF-8") from None
    text = text.strip(" \t\r")
    name = _NAME.match(text)
    if name is None:
        raise MpdError(Ack.UNKNOWN, "Letter expected")
    arguments: list[str] = []
    at = name.end()
    while at < len(text):
        space = _SPACE.match(text, at)
        if space is None:
            after = "closing '\"'" if arguments else "the command"
            raise MpdError(Ack.UNKNOWN, f"Space expected after {after}")
        argument, at = _argument(text, space.end())
        arguments.append(argument)
        if len(arguments) > MAX_ARGUMENTS:
            raise MpdError(Ack.ARGUMENT, "Too many arguments")
    return Command(name[0], tuple(arguments))


def quote(argument: str) -> str:
    """An argument as a client writes it. It cannot hold a line feed.

    >>> quote('say "hello"')
    '"say \\\\"hello\\\\""'
    """
    return '"' + argument.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _argument(text: str, at: int) -> tuple[str, int]:
    """The argument that begins there, and where it ends."""
    if text[at] == '"':
        quoted = _QUOTED.match(text, at)
        if quoted is None:
            raise MpdError(Ack.UNKNOWN, "Missing closing '\"'")
        return _ESCAPED.sub(r"\1", quoted[1]), quoted.end()
    bare = _BARE.match(text, at)
    end = bare.end() if bare else at
    if bare is None or (end < len(text) and not _SPACE.match(text, end)):
        raise MpdError(Ack.UNKNOWN, "Invalid unquoted character")
    return bare[0], end
