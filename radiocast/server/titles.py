"""Titles that come beside the stream."""

from __future__ import annotations

import logging

from radiocast.mounts.sids import FIRST
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.replies import Refusal, Reply
from radiocast.protocols.title_update import TitleUpdate
from radiocast.server.broadcast import Broadcast
from radiocast.server.passwords import may_set_title

logger = logging.getLogger(__name__)


def update_title(head: RequestHead, body: bytes, broadcast: Broadcast) -> Reply:
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
        path = broadcast.registry.sids.path(FIRST if update.sid is None else update.sid) or ""
    if not may_set_title(broadcast.config, path or "", update.credentials):
        if update.credentials is None and update.problem is not None and head.path == "/admin.cgi":
            return update.problem
        return Refusal.WRONG_PASSWORD.value
    if update.problem is not None:
        return update.problem
    if charset := broadcast.config.mount(path or "").charset:
        update = read(head, body, charset=charset)
    mount = broadcast.registry.get(path) if path is not None else None
    if path is None:
        return Refusal.MISSING_PARAMETER.value
    if mount is None:
        return Refusal.NO_SUCH_SOURCE.value
    autodj = broadcast.autodj
    if autodj is not None and path in autodj.paths:
        is_live = autodj.title_live(path, update.title)
        return update.success if is_live else Refusal.NO_SUCH_SOURCE.value
    mount.dj = update.dj
    if mount.set_title(update.title):
        logger.info("%s: now playing %s", path, update.title.text if update.title else "(nothing)")
    return update.success
