"""Who may do what: passwords compared without telling how much of them was right."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import Enum

from radiocast.access.guard import Guard
from radiocast.config.live import DjConfig
from radiocast.config.model import Config
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.replies import Refusal


def _same(given: str, expected: str | None) -> bool:
    return expected is not None and hmac.compare_digest(given.encode(), expected.encode())


class Standing(Enum):
    """What somebody has proved to be towards a mount, or has not."""

    SOURCE = "the mount's source"
    DJ = "a DJ"
    SENT_BY_WEB_SERVER = "accepted by the web server"
    NOBODY = "no credentials"
    GUESSING = "wrong password"
    REFUSED_BY_WEB_SERVER = "refused by the web server"

    @property
    def may_send(self) -> bool:
        """Whether that is enough to feed the mount, and to say what plays."""
        return self in (Standing.SOURCE, Standing.DJ, Standing.SENT_BY_WEB_SERVER)

    @property
    def is_source_itself(self) -> bool:
        """Whether that is enough to administrate the mount: a DJ's is not, as he is one of many."""
        return self in (Standing.SOURCE, Standing.SENT_BY_WEB_SERVER)


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody who says who they are."""

    credentials: Credentials | None
    ip: str
    agent: str


async def standing(
    config: Config, guard: Guard, path: str, who: Stranger, *, admin: bool = False
) -> Standing:
    """What somebody has proved to be towards the mount at `path`: the one place that decides.

    First DJs, who may send to every mount. Then, where the mount's `auth` has a `stream_auth`,
    its web server alone, as with Icecast; otherwise the mount's own password, or the general one
    where it has none. `admin`: it is about more than sending.
    """
    if who.credentials is None:
        return Standing.NOBODY
    if dj_of(config, who.credentials) is not None:
        return Standing.DJ
    asked = guard.asked_of_sources(path)
    if asked is not None:
        yes = await asked.may_send(path, who.ip, who.credentials, agent=who.agent, admin=admin)
        return Standing.SENT_BY_WEB_SERVER if yes else Standing.REFUSED_BY_WEB_SERVER
    is_source = is_source_of(config, path, who.credentials)
    return Standing.SOURCE if is_source else Standing.GUESSING


def refusal(config: Config, proved: Standing, credentials: Credentials | None) -> Refusal:
    """What is said to whom has not proved enough. A web server's no is no guess at our passwords,
    but for the administrator's name it is one at his."""
    is_theirs = proved is Standing.REFUSED_BY_WEB_SERVER
    if is_theirs and credentials and credentials.user != config.passwords.admin_user:
        return Refusal.WEB_SERVER_SAYS_NO
    return Refusal.WRONG_PASSWORD


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
