"""Who may do what: passwords compared without telling how much of them was right."""

from __future__ import annotations

import hmac

from radiocast.config.live import DjConfig
from radiocast.config.model import Config
from radiocast.protocols.basic_auth import Credentials


def _same(given: str, expected: str | None) -> bool:
    return expected is not None and hmac.compare_digest(given.encode(), expected.encode())


def may_source(config: Config, path: str, credentials: Credentials | None) -> bool:
    """Whether these credentials may send to the mount at `path`.

    A mount's own password replaces the general one, as with Icecast. DJs may send to every mount.
    """
    return dj_of(config, credentials) is not None or is_source_of(config, path, credentials)


def is_source_of(config: Config, path: str, credentials: Credentials | None) -> bool:
    """Whether these credentials are those of the mount's source itself, and no DJ's."""
    if credentials is None:
        return False
    mount, general = config.mount(path), config.passwords
    user = general.source_user if mount.user is None else mount.user
    password = general.source if mount.password is None else mount.password
    return _same(credentials.user, user) & _same(credentials.password, password)


def dj_of(config: Config, credentials: Credentials | None) -> DjConfig | None:
    """The DJ who proves to be one; None: it is nobody with a `[djs]` table."""
    dj = config.djs.get(credentials.user) if credentials is not None else None
    if dj is None or credentials is None or not _same(credentials.password, dj.password):
        return None
    return dj


def priority_of(config: Config, credentials: Credentials | None) -> int:
    """How much more than others these credentials let a source take the air."""
    dj = dj_of(config, credentials)
    return 0 if dj is None else dj.priority


def may_administrate(config: Config, credentials: Credentials | None) -> bool:
    """Whether these credentials are the administrator's."""
    if credentials is None:
        return False
    general = config.passwords
    return _same(credentials.user, general.admin_user) & _same(credentials.password, general.admin)


def may_relay(config: Config, credentials: Credentials | None) -> bool:
    """Whether these credentials are those of a server that relays us."""
    if credentials is None:
        return False
    general = config.passwords
    return _same(credentials.user, general.relay_user) & _same(credentials.password, general.relay)


def may_set_title(config: Config, path: str, credentials: Credentials | None) -> bool:
    """Whether these credentials may say what plays: the mount's source, or the administrator."""
    return may_source(config, path, credentials) or may_administrate(config, credentials)
