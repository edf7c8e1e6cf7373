"""`<logging>`: what is written down. Pure."""

from __future__ import annotations

import posixpath

from radiocast.config.icecast_xml.draft import Draft
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.icecast_xml.values import (
    Section,
    flag,
    meaningless,
    number,
    taken,
    unsupported,
)
from radiocast.config.keys import Path
from radiocast.config.model import LogLevel
from radiocast.units import GIB, KIB, format_size

MAX_ROTATE = 64 * GIB

_LEVELS = [LogLevel.ERROR, LogLevel.ERROR, LogLevel.WARNING, LogLevel.INFO, LogLevel.DEBUG]
_WORDS = {"debug": 4, "info": 3, "information": 3, "warn": 2, "warning": 2, "error": 1}

_FILES = {
    "accesslog": ("access", "access.log"),
    "errorlog": ("file", "error.log"),
    "playlistlog": ("playlist", ""),
}
"""By element: our setting, and what the file is called if nobody says so; empty: none."""

_KH = (
    "ip",
    "type",
    "archive",
    "exclude_ext",
    "display",
    "history",
    "querystr",
    "size",
    "duration",
)

_TERMINAL = {"access": "-", "file": "", "playlist": ""}
"""What `-` means for each. The log of titles has no such place, in ours."""


def level(draft: Draft, base: Path, element: Element) -> None:
    """1 to 4, or in 2.5 a word."""
    word = element.text.lower()
    value = _WORDS[word] if word in _WORDS else number(draft, element)
    if value is not None:
        draft.put(("logs", "level"), str(_LEVELS[min(max(value, 0), 4)]), element)


def log_size(draft: Draft, base: Path, element: Element) -> None:
    """In KiB; 0: no end."""
    value = number(draft, element)
    if value is not None:
        size = min(max(value, 0) * KIB, MAX_ROTATE)
        draft.put(("logs", "rotate"), format_size(size), element)


def settle_logs(draft: Draft, base: Path, root: Element) -> None:
    """Logs are in the directory of logs, which `<paths>` names."""
    directory = _directory(root)
    for name, (key, usual) in _FILES.items():
        said = _said(root, name)
        if said is not None and said.text == "-":
            draft.put(("logs", key), _TERMINAL[key], said)
            if key == "playlist":
                draft.warn(said, "cannot be honoured: the log of titles has to be a file")
        elif directory is not None and (file := said.text if said is not None else usual):
            path = posixpath.join(directory.text, file)
            draft.put(("logs", key), path, directory if said is None else said)
        elif said is not None:
            draft.warn(said, "cannot be honoured: <paths> has no <logdir>")


def _directory(root: Element) -> Element | None:
    """Where logs are; None: where Icecast was compiled to have them, which nobody knows."""
    said = [each for paths in root.named("paths") for each in paths.named("logdir") if each.text]
    return said[-1] if said else None


def _said(root: Element, log: str) -> Element | None:
    """The element with the name of a log: KH has it in one more."""
    logs = [each for logging in root.named("logging") for each in logging.named(log)]
    said = [name for each in logs for name in (each, *each.named("name")) if name.text]
    return said[-1] if said else None


_LOG = Section(
    {
        "name": taken,
        # KH
        **dict.fromkeys(_KH, unsupported("all logs are written alike")),
    }
)

LOGGING = Section(
    {
        "accesslog": _LOG,
        "errorlog": _LOG,
        "playlistlog": _LOG,
        "loglevel": level,
        "logsize": log_size,
        "logarchive": flag("logs", "archive"),
        # 2.5
        "memorybacklog": meaningless("logs are in their files"),
    }
)
