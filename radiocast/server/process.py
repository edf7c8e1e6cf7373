"""What the process is to the system: whom it runs as, what it sees, where its number stands.

Theory of operation. Only root may open a port below 1024, read a key that others may not, and
become somebody else. So a station that is to run as a user is started as root; it is that user
(`acting_as`) while it opens logs and the state directory, root while it opens ports and reads
certificates, and then the user for good (`become`). Nothing that root opens is written to, so
no link that the user has left for us can lead root anywhere.
"""

from __future__ import annotations

import grp
import logging
import os
import pwd
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from radiocast.config.process import ProcessConfig
from radiocast.errors import ConfigError, Mistake

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom the process is to run as."""

    name: str
    uid: int
    gid: int
    groups: tuple[int, ...]
    """All that it belongs to."""


def find_owner(config: ProcessConfig) -> Owner | None:
    """Whom to become; None: whoever we are. Raises ConfigError, if that cannot be, too."""
    if not config.user:
        return None
    try:
        user = pwd.getpwnam(config.user)
    except KeyError:
        raise ConfigError(Mistake("process.user", f"there is no user {config.user}")) from None
    gid = user.pw_gid
    if config.group:
        try:
            gid = grp.getgrnam(config.group).gr_gid
        except KeyError:
            problem = f"there is no group {config.group}"
            raise ConfigError(Mistake("process.group", problem)) from None
    if os.getuid() == user.pw_uid:
        return None
    _need_root("process.user", f"cannot become {config.user}")
    return Owner(config.user, user.pw_uid, gid, tuple(os.getgrouplist(config.user, gid)))


def change_root(config: ProcessConfig) -> None:
    """See nothing but `config.chroot` from now on: every other path is one within it.

    Raises ConfigError.
    """
    if not config.chroot:
        return
    _need_root("process.chroot", "cannot be entered")
    _load_what_is_loaded_late()
    try:
        os.chroot(config.chroot)
        os.chdir("/")
    except OSError as exc:
        raise ConfigError(Mistake("process.chroot", f"{config.chroot}: {exc.strerror}")) from None


@contextmanager
def acting_as(owner: Owner | None) -> Iterator[None]:
    """Open and make files as `owner`; root again afterwards. None: nothing changes."""
    if owner is None:
        yield
        return
    groups, gid, uid = os.getgroups(), os.getegid(), os.geteuid()
    try:
        os.setgroups(owner.groups)
        os.setegid(owner.gid)
        os.seteuid(owner.uid)
        yield
    finally:
        os.seteuid(uid)
        os.setegid(gid)
        os.setgroups(groups)


def become(owner: Owner | None) -> None:
    """Be `owner` for good. None: nothing changes."""
    if owner is None:
        return
    os.setgroups(owner.groups)  # in this order: the user may do neither
    os.setgid(owner.gid)
    os.setuid(owner.uid)
    logger.info("running as %s", owner.name)


@contextmanager
def pid_file(path: str) -> Iterator[None]:
    """Have the process's number in a file; one of before is replaced. Raises OSError."""
    if not path:
        yield
        return
    file = Path(path)
    _write_at_once(file, f"{os.getpid()}\n")
    try:
        yield
    finally:
        with suppress(OSError):  # its directory may be root's, who we are no more
            if file.read_text() == f"{os.getpid()}\n":  # or another station's by now
                file.unlink()


def _write_at_once(file: Path, text: str) -> None:
    """Whoever reads it finds the whole text, or that of before."""
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w") as out:
            out.write(text)
        Path(draft).chmod(0o644)
        Path(draft).rename(file)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _need_root(key: str, what: str) -> None:
    if os.geteuid() != 0:
        raise ConfigError(Mistake(key, f"{what}: only root can", "start as root, or leave it out"))


def _load_what_is_loaded_late() -> None:
    """Modules that Python would look for when they are needed first, outside by then."""
    for charset in ("idna", "cp1252", "latin-1", "utf-16", "unicode_escape"):
        "a".encode(charset)
