"""Names and passwords in a file: `name:hash` lines, as htpasswd of Icecast and Apache has them."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from radiocast.access.hashes import is_known
from radiocast.access.watched_file import WatchedFile

logger = logging.getLogger(__name__)

MAX_USERS = 100_000


def parse_users(text: str) -> Mapping[str, str]:
    """Hashes by name. Of two lines with one name the first counts, as in Icecast."""
    users: dict[str, str] = {}
    for line in text.split("\n")[:MAX_USERS]:
        name, colon, stored = line.rstrip("\r").rpartition(":")
        if colon and name and not line.startswith("#"):
            users.setdefault(name, stored.strip())
    strange = [name for name, stored in users.items() if not is_known(stored)]
    if strange:
        logger.warning(
            "%d of %d passwords are kept in a way that is not known here, as of %r: those users"
            " cannot come in (make them anew with: htpasswd -B)",
            *(len(strange), len(users), strange[0]),
        )
    return users


class PasswordFile:
    """The users of a file. `refresh`, `add` and `delete` block on the disk."""

    def __init__(self, path: str) -> None:
        self._file = WatchedFile[Mapping[str, str]](path, parse_users, {})

    @property
    def users(self) -> Mapping[str, str]:
        """Hashes by name, in the order of the file."""
        return self._file.value

    def refresh(self) -> None:
        """Read it again if it has changed."""
        self._file.refresh()

    def add(self, name: str, stored: str) -> bool:
        """Add a user; false: there is one of this name. Raises OSError, and changes nothing."""
        self.refresh()
        if name in self.users:
            return False
        text = self._read()
        end = "" if not text or text.endswith("\n") else "\n"
        self._replace(f"{text}{end}{name}:{stored}\n")
        return True

    def delete(self, name: str) -> bool:
        """Delete a user; false: there was none. Raises OSError, and changes nothing."""
        self.refresh()
        if name not in self.users:
            return False
        kept = [line for line in self._read().splitlines(keepends=True) if not _is_of(line, name)]
        self._replace("".join(kept))
        return True

    def _read(self) -> str:
        try:
            return self._file.path.read_text(encoding="utf-8", errors="surrogateescape")
        except FileNotFoundError:
            return ""  # as Icecast: the first user makes the file

    def _replace(self, text: str) -> None:
        """Write it whole beside the old one and then put it in its place: whoever reads, and
        whatever fails, there is one or the other."""
        path = self._file.path.resolve()
        number, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(number, "w", encoding="utf-8", errors="surrogateescape") as file:
                with suppress(FileNotFoundError):
                    before = path.stat()
                    os.fchmod(file.fileno(), before.st_mode & 0o7777)
                    with suppress(PermissionError):
                        os.fchown(file.fileno(), before.st_uid, before.st_gid)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        self.refresh()


def _is_of(line: str, name: str) -> bool:
    return not line.startswith("#") and line.rpartition(":")[0] == name
