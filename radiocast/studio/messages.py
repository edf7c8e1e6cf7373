"""Commands and reports as messages of the wire, and back: by their fields, checked by type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from radiocast.errors import RadiocastError
from radiocast.studio.commands import COMMANDS, Command
from radiocast.studio.reports import REPORTS, Report
from radiocast.studio.wire import Message

_BY_NAME: dict[str, type] = {each.__name__: each for each in (*COMMANDS, *REPORTS)}


class WireError(RadiocastError):
    """A message that means nothing, or not what it should."""


def to_message(value: Command | Report) -> Message:
    """A command or report as a message."""
    head, tail = {"type": type(value).__name__}, b""
    for field in fields(value):
        member = getattr(value, field.name)
        if isinstance(member, bytes):
            tail = member
        else:
            head[field.name] = _plain(member)
    return Message(head, tail)


def to_command(message: Message) -> Command:
    """The command in a message. Raises WireError if there is none."""
    return cast(Command, _from_message(message, COMMANDS))


def to_report(message: Message) -> Report:
    """The report in a message. Raises WireError if there is none."""
    return cast(Report, _from_message(message, REPORTS))


def _from_message(message: Message, known: Sequence[type]) -> object:
    name = message.head.get("type")
    kind = _BY_NAME.get(name) if isinstance(name, str) else None
    if kind is None or kind not in known:
        raise WireError(f"there is no message {name!r:.40}")
    return _build(kind, message.head, message.tail)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: type, members: dict[str, Any], tail: bytes = b"") -> Any:
    hints = _hints(kind)
    unknown = members.keys() - hints.keys() - {"type"}
    if unknown:
        raise WireError(f"{kind.__name__} has no {min(unknown)!r:.40}")
    values = {
        name: tail if hint is bytes else _typed(hint, members[name])
        for name, hint in hints.items()
        if hint is bytes or name in members
    }
    try:
        return kind(**values)
    except TypeError as error:
        raise WireError(str(error)) from None


def _typed(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        if value is None and NoneType in get_args(hint):
            return None
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
        return _typed(hint, value)
    if origin is tuple and isinstance(value, list):
        element = get_args(hint)[0]
        return tuple(_typed(element, each) for each in value)
    if origin is Literal and value in get_args(hint):
        return value
    if isinstance(hint, type):
        if is_dataclass(hint) and isinstance(value, dict):
            return _build(hint, value)
        if issubclass(hint, Enum):
            try:
                return hint(value)
            except ValueError:
                raise WireError(f"{value!r:.40} is no {hint.__name__}") from None
        if hint is float and type(value) is int:
            return float(value)
        if type(value) is hint:
            return value
    raise WireError(f"{value!r:.40} is not what was expected")
