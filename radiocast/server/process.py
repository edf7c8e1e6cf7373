"""What the process is to the system: whom it runs as, what it sees, where its number stands.

Theory of operation. Only root may open a port below 1024, read a key that others may not, and
become somebody else. A station that is to run as a user is started as root. It acts as that user
from the beginning (`prepare`), so that logs and state are the user's and no link that the user has
left for us leads root anywhere; it is root once more to open ports and to read certificates
(`regain_root`), and then the user for good. Who that is, the kernel remembers meanwhile.
"""

from __future__ import annotations

import grp
import logging
import os
import pwd
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from radiocast.config.process import ProcessConfig
from radiocast.errors import ConfigError, Mistake

logger = logging.getLogger(__name__)


def prepare(config: ProcessConfig) -> None:
    """Act as `config.user`, and see `config.chroot` alone: all paths are within it from now on.

    Raises ConfigError.
    """
    ids = _whom_to_become(config)
    if ids is not None or config.chroot:
        _load_charsets()
    groups = os.getgrouplist(config.user, ids[1]) if ids is not None else []
    _change_root(config.chroot)
    if ids is not None:
        uid, gid = ids
        os.setgroups(groups)  # in this order: the user may do neither
        os.setegid(gid)
        os.seteuid(uid)


def regain_root() -> Callable[[], None]:
    """Be root again, if `prepare` made us act as somebody else. Gives back what to call to be that
    user for good."""
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0 or os.getuid() != 0:
        return lambda: None
    os.seteuid(0)

    def give_up() -> None:
        os.setgid(gid)
        os.setuid(uid)
        logger.info("running as user %d and group %d", uid, gid)

    return give_up


@contextmanager
def pid_file(path: str) -> Iterator[None]:
    """Have the process's number in a file; one of before is replaced. Raises ConfigError."""
    if not path:
        yield
        return
    file = Path(path)
    try:
        _write_at_once(file, f"{os.getpid()}\n")
    except OSError as exc:
        raise ConfigError(Mistake("process.pid_file", f"{path}: {exc.strerror}")) from None
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


def _load_charsets() -> None:
    """Python looks for these when they are needed first. It would not find them in a chroot, nor
    as a user who may not read where it is installed, such as root's home."""
    for charset in ("idna", "punycode", "cp1252", "latin-1", "utf-16", "unicode_escape"):
        "a".encode(charset)


def find_user(config: ProcessConfig) -> tuple[int, int] | None:
    """The numbers of user and group; None if none is named. Raises ConfigError."""
    if not config.user:
        return None
    try:
        user = pwd.getpwnam(config.user)
    except KeyError:
        raise ConfigError(Mistake("process.user", f"there is no user {config.user}")) from None
    try:
        gid = grp.getgrnam(config.group).gr_gid if config.group else user.pw_gid
    except KeyError:
        raise ConfigError(Mistake("process.group", f"there is no group {config.group}")) from None
    return user.pw_uid, gid


def _whom_to_become(config: ProcessConfig) -> tuple[int, int] | None:
    """As `find_user`; None also if that is who we are."""
    ids = find_user(config)
    if ids is None or os.getuid() == ids[0]:
        return None
    _need_root("process.user", f"cannot become {config.user}")
    return ids


def _change_root(directory: str) -> None:
    if not directory:
        return
    _need_root("process.chroot", f"cannot enter {directory}")
    try:
        os.chroot(directory)
        os.chdir("/")
    except OSError as exc:
        raise ConfigError(Mistake("process.chroot", f"{directory}: {exc.strerror}")) from None


def _need_root(key: str, what: str) -> None:
    if os.geteuid() != 0:
        raise ConfigError(Mistake(key, f"{what}: only root can", "start as root, or leave it out"))
