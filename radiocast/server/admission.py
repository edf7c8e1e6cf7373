"""Whether somebody may listen to a mount: what its `auth` says."""

from __future__ import annotations

import logging
from dataclasses import replace

from radiocast.access.asking import Admitted, Caller, Denied
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.listen_request import ListenRequest
from radiocast.protocols.replies import Refusal
from radiocast.server.broadcast import Broadcast

logger = logging.getLogger(__name__)


async def admit(
    path: str, head: RequestHead, request: ListenRequest, ip: str, broadcast: Broadcast
) -> Admitted | Denied:
    """Whether a listener from `ip` may hear the mount it asked for by `path`."""
    guard = broadcast.guard
    authenticator = guard.of_mount(path)
    if authenticator is None:
        return Admitted()
    number = broadcast.registry.next_number()
    answer = await authenticator.admit(Caller(path, head, ip, request.credentials, number))
    if isinstance(answer, Admitted):
        return replace(answer, number=number)
    logger.info("%s: listener from %s refused: %s", path, ip, answer.reason)
    if answer.wrong_password:
        guard.note_wrong_password(ip)
    return answer


def refusal_of(denied: Denied) -> Refusal:
    """What is said to whom was denied."""
    return Refusal.WRONG_PASSWORD if denied.by_password else Refusal.BAD_LINK
