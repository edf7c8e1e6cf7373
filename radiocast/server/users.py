"""`/admin/manageauth`: the users of a mount's password file, in Icecast's words."""

from __future__ import annotations

import logging

from radiocast.access.htpasswd import Htpasswd
from radiocast.admin.icecast.results import Result, Users
from radiocast.protocols.replies import Refusal, Reply
from radiocast.protocols.text import has_controls

logger = logging.getLogger(__name__)

LONGEST = 200
"""Characters of a name or a password that is written into a file."""


async def manage_users(
    users: Htpasswd, mount: str, action: str, name: str, password: str, *, by: str
) -> Result | Reply:
    """List, add or delete, for whoever has the right to, who asks from `by`."""
    told: str | None = None
    if (action == "add" and not (name and password)) or (action == "delete" and not name):
        return Refusal.NO_USERS.value
    try:
        match action:
            case "add":
                told = await _add(users, mount, name, password, by)
            case "delete":
                if await users.delete(name):
                    logger.info("%s: %s has deleted the user %r", mount, by, name)
                told = "User deleted"  # as in Icecast, also when there was none
            case _:
                pass  # Icecast lists the users for whatever it does not know
    except OSError as exc:
        logger.error("%s: the users cannot be changed: %s", mount, exc)
        told = f"The users cannot be changed: {exc.strerror}"
    return Users(mount, tuple(users.names()), told)


async def _add(users: Htpasswd, mount: str, name: str, password: str, by: str) -> str:
    if ":" in name or name.startswith("#") or has_controls(name + password):
        return "User not added - a name has no colon, and does not begin with #"
    if max(len(name), len(password)) > LONGEST:
        return f"User not added - name and password have at most {LONGEST} characters"
    if not await users.add(name, password):
        return "User already exists - not added"
    logger.info("%s: %s has added the user %r", mount, by, name)
    return "User added"
