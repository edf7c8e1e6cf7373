"""`<authentication>` of the server: the passwords of sources, administrators, slaves. Pure."""

from __future__ import annotations

from radiocast.config.icecast_xml.draft import Draft
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.icecast_xml.values import (
    Section,
    meaningless,
    secret,
    taken,
    text,
    unsupported,
)
from radiocast.config.keys import Path

SHIPPED = "hackme"
"""What the icecast.xml that comes with Icecast has for all passwords."""

_WHOSE = {"source": "send, but to mounts with a <password>", "admin": "administrate"}


def source_password(draft: Draft, base: Path, element: Element) -> None:
    """The password of all sources. Icecast never had one of a mount's here, and says so, too."""
    if "mount" in element.attributes:
        draft.warn(
            element,
            "a mount's password is not read here, by Icecast neither: "
            "write <password> into the <mount>",
        )
    else:
        secret("passwords", "source")(draft, base, element)


def warn_of_passwords(draft: Draft, base: Path, element: Element) -> None:
    """Everybody knows the passwords of the file that Icecast comes with; none is for nobody."""
    for key, whose in _WHOSE.items():
        if draft.get(("passwords", key)) is None:
            draft.warn(element, f"there is no <{key}-password>: nobody may {whose}")
    for who in ("source", "admin", "relay"):
        if draft.get(("passwords", who)) == SHIPPED:
            said = draft.origin(("passwords", who))
            draft.warn(said, f"{SHIPPED} is what everybody tries first")


_ROLE = Section(
    {"option": taken, "http-headers": taken},
    end=unsupported("there are no roles: who may do what is as in Icecast 2.4"),
)

PASSWORDS = Section(
    {
        "source-password": source_password,
        "admin-user": text("passwords", "admin_user"),
        "admin-password": secret("passwords", "admin"),
        "relay-user": text("passwords", "relay_user"),
        "relay-password": secret("passwords", "relay"),
        # 2.5
        "shoutcast-user": meaningless("SHOUTcast sources give no name, and need none"),
        "role": _ROLE,
    },
)
