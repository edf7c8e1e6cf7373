"""Listeners with a name and a password, from a file: `kind = "htpasswd"`."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Sequence

import trio

from radiocast.access.asking import Admitted, Caller, Denied, listener_credentials
from radiocast.access.hashes import NOBODY, SALT, is_cheap, is_right, make_hash
from radiocast.access.password_file import PasswordFile

THREADS = 2
"""Passwords checked at one time: each costs a core, and 16 MiB."""

REMEMBERED = 600.0
"""Seconds a right password is known without being checked again. It is only ever known for the
hash it was right for: when the file says another one, it counts no more."""

MOST_REMEMBERED = 20_000


class RightPasswords:
    """Which passwords were right lately: ten thousand listeners who come back after a restart
    shall not cost a hash each time one of them reconnects.

    What is kept is a digest under a key that only this process has ever had; no password.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._until: OrderedDict[bytes, float] = OrderedDict()

    def _mark(self, password: str, stored: str) -> bytes:
        said = f"{stored}\n{password}".encode(errors="surrogatepass")
        return hashlib.blake2b(said, key=self._key, digest_size=16).digest()

    def knows(self, password: str, stored: str, *, now: float) -> bool:
        """Whether this was right for that hash, not long ago."""
        return self._until.get(self._mark(password, stored), 0.0) > now

    def remember(self, password: str, stored: str, *, now: float) -> None:
        """It was right."""
        mark = self._mark(password, stored)
        self._until[mark] = now + REMEMBERED
        self._until.move_to_end(mark)
        while len(self._until) > MOST_REMEMBERED:
            self._until.popitem(last=False)


class Htpasswd:
    """The users of a file, and who of them listens."""

    def __init__(self, path: str, *, duplicates: bool) -> None:
        self.file = PasswordFile(path)
        self._duplicates = duplicates
        self._right = RightPasswords()
        self._threads = trio.CapacityLimiter(THREADS)
        self._listening: Counter[tuple[str, str]] = Counter()

    def refresh(self) -> None:
        """Read the file again if it has changed. Blocks on the disk."""
        self.file.refresh()

    async def admit(self, caller: Caller) -> Admitted | Denied:
        credentials = listener_credentials(caller.head, caller.credentials)
        if credentials is None:
            return Denied("no name and no password")
        user = credentials.user
        if not await self._is_right(user, credentials.password):
            return Denied(f"wrong password of {user!r}", wrong_password=True)
        # No checkpoint from here on: two who come at once shall not both be the only one.
        key = (caller.mount, user)
        if self._listening[key] and not self._duplicates:
            return Denied(f"{user!r} listens already")
        self._listening[key] += 1
        return Admitted(user, left=lambda _: self._leave(key))

    async def add(self, user: str, password: str) -> bool:
        """Add a user; false: there is one of this name. Raises OSError."""
        stored = await trio.to_thread.run_sync(
            make_hash, password, secrets.token_bytes(SALT), limiter=self._threads
        )
        return await trio.to_thread.run_sync(self.file.add, user, stored, limiter=self._threads)

    async def delete(self, user: str) -> bool:
        """Delete a user; false: there was none. Raises OSError."""
        return await trio.to_thread.run_sync(self.file.delete, user, limiter=self._threads)

    def names(self) -> Sequence[str]:
        """The users, in the order of the file."""
        return tuple(self.file.users)

    async def _is_right(self, user: str, password: str) -> bool:
        stored = self.file.users.get(user, NOBODY)
        if is_cheap(stored):
            return is_right(password, stored)
        if self._right.knows(password, stored, now=time.monotonic()):
            return True
        async with self._threads:
            # Again: whoever waited for a thread may have waited for this very answer.
            if self._right.knows(password, stored, now=time.monotonic()):
                return True
            right = await trio.to_thread.run_sync(is_right, password, stored)
        if right:
            self._right.remember(password, stored, now=time.monotonic())
        return right

    def _leave(self, key: tuple[str, str]) -> None:
        self._listening[key] -= 1
        if not self._listening[key]:
            del self._listening[key]
