"""Titles that come beside the stream."""

from __future__ import annotations

from dataclasses import replace

from radiocast.config.model import Config
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.replies import Refusal, Reply
from radiocast.protocols.title_update import DEFAULT_USER, TitleUpdate
from radiocast.server.broadcast import Broadcast
from radiocast.server.passwords import Standing, Stranger, may_administrate, refusal, standing


async def update_title(head: RequestHead, body: bytes, broadcast: Broadcast, peer: str) -> Reply:
    """Set a mount's title.

    Icecast also wants the request to come from the source's own address, which
    cuts off every encoder that has two (IPv4 and IPv6); the password is enough.
    """
    read = (
        TitleUpdate.from_admin_cgi if head.path == "/admin.cgi" else TitleUpdate.from_admin_metadata
    )
    update = read(head, body)
    path = update.mount
    if path is None and head.path == "/admin.cgi":
        path = broadcast.registry.sids.meant(update.sid)
    who = Stranger(update.credentials, peer, head.header("user-agent") or "")
    proved = Standing.NOBODY
    if not (
        may_administrate(broadcast.config, update.credentials)
        or (head.path == "/admin.cgi" and _is_admin_by_pass(broadcast.config, update.credentials))
        or (
            proved := await standing(broadcast.config, broadcast.guard, path or "", who, admin=True)
        ).may_send
    ):
        if update.credentials is None and update.problem is not None and head.path == "/admin.cgi":
            return update.problem
        return refusal(broadcast.config, proved, update.credentials).value
    if update.problem is not None:
        return update.problem
    if charset := broadcast.config.mount(path or "").charset:
        update = read(head, body, charset=charset)
    mount = broadcast.registry.get(path) if path is not None else None
    if path is None:
        return Refusal.MISSING_PARAMETER.value
    if mount is None:
        return Refusal.NO_SUCH_SOURCE.value
    mount.dj = update.dj
    is_live = broadcast.set_title(mount, update.title)
    return update.success if is_live else Refusal.NO_SUCH_SOURCE.value


def _is_admin_by_pass(config: Config, credentials: Credentials | None) -> bool:
    """Whether it is the administrator, who in SHOUTcast proves it by `pass` and no name."""
    if credentials is None or credentials.user != DEFAULT_USER:
        return False
    return may_administrate(config, replace(credentials, user=config.passwords.admin_user))
