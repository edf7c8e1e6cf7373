"""`<authentication>` of a mount: who may listen. Pure.

What we cannot do is refused here, not left out: the mount would be open to everybody.
"""

from __future__ import annotations

from radiocast.config.auth import AuthKind
from radiocast.config.icecast_xml.draft import Draft
from radiocast.config.icecast_xml.options import options_of
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.icecast_xml.values import (
    Reader,
    Section,
    flag,
    meaningless,
    number,
    seconds,
    secret,
    taken,
    text,
    unsupported,
)
from radiocast.config.keys import Path

OF_DEFAULT = "default"
"""The table of the default mount's. The others are named after their mounts, which begin with /."""


def forwarded(draft: Draft, base: Path, element: Element) -> None:
    """Headers that are passed on, with commas between."""
    names = [name.strip() for name in element.text.split(",")]
    draft.put((*base, "forward"), [name for name in names if name], element)


def per_user(draft: Draft, base: Path, element: Element) -> None:
    """2.5: how often a name may listen at one time."""
    value = None if element.text == "unlimited" else number(draft, element)
    draft.put((*base, "duplicates"), value != 1, element)
    if value is not None and value > 1:
        draft.warn(element, "cannot be honoured: a name may listen once, or as often as it likes")


def refused(draft: Draft, base: Path, element: Element) -> None:
    """Read an option that would let more in if it were left out."""
    draft.refuse(element, "cannot be honoured, and without it more could listen")


HTPASSWD: dict[str, Reader] = {
    "filename": text("file"),
    "allow_duplicate_users": flag("duplicates"),
    "connections-per-user": per_user,
    # KH
    "realm": unsupported("the realm is our own"),
    "drop_existing_listener": unsupported("the listener who is there stays"),
}

URL: dict[str, Reader] = {
    "listener_add": text("listener_add"),
    "listener_remove": text("listener_remove"),
    "mount_add": text("mount_add"),
    "mount_remove": text("mount_remove"),
    "stream_auth": text("stream_auth"),
    "username": text("user"),
    "password": secret("password"),
    "auth_header": text("allow_header"),
    "timelimit_header": text("time_header"),
    "headers": forwarded,
    "header_prefix": text("forward_prefix"),
    # 2.5
    "client_add": refused,
    "client_remove": unsupported("listener_remove tells of listeners that go"),
    # KH
    "timeout": seconds("timeout", least=1, most=600),
    "allow_duplicate_users": refused,
    "realm": unsupported("the realm is our own"),
    "rejected_mount": unsupported("who is refused is not sent elsewhere"),
    "presume_innocent": unsupported("where the web server says nothing, the answer is no"),
    "handlers": meaningless("all are asked at once"),
    "redirect_limit": meaningless("redirects are not followed"),
    "on_error_wait": meaningless("the next listener asks again"),
}

_KINDS = {AuthKind.HTPASSWD.value: HTPASSWD, AuthKind.URL.value: URL}


def _put_kind(draft: Draft, base: Path, element: Element, kind: str) -> None:
    """Make the `[auth]` table that an element describes, and let the mount name it."""
    name = base[-1] if len(base) > 1 else OF_DEFAULT
    table = ("auth", name)
    draft.put((*table, "kind"), kind, element)
    draft.put((*base, "auth"), name, element)
    options_of(draft, table, element, _KINDS[kind])
    if (limit := element.attributes.get("connections-per-user")) is not None:
        said = Element("connections-per-user", element.where, element.line, {}, parts=[limit])
        per_user(draft, table, said)


def _read(draft: Draft, base: Path, element: Element) -> None:
    kind = element.attributes.get("type", "")
    roles = list(element.named("role"))
    if kind in _KINDS:
        _put_kind(draft, base, element, kind)
    elif kind or not roles:
        draft.refuse(element, f"the type {kind[:40]!r} is not known here", "htpasswd or url")
    for role in roles:
        _read_role(draft, base, role)


def _read_role(draft: Draft, base: Path, role: Element) -> None:
    """2.5: what a role does for sources and listeners, which are all that 2.4 has."""
    kind = role.attributes.get("type", "")
    if kind in _KINDS and "auth" not in draft.get(base, {}):
        _put_kind(draft, base, role, kind)
    elif kind in ("static", "legacy-password"):
        options_of(draft, base, role, {"username": text("user"), "password": secret("password")})
    elif kind == "anonymous" and "deny-method" in role.attributes:
        draft.note(role, "has no meaning here: who is not let in by name is not let in")
    else:
        draft.refuse(role, f"a role of the type {kind[:40]!r} cannot be honoured")


AUTHENTICATION = Section({"option": taken, "role": Section({"option": taken})}, _read)
