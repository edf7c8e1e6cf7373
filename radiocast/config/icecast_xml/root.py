"""`<icecast>`: what stands in it, in the order in which it can be understood. Pure."""

from __future__ import annotations

from radiocast.config.icecast_xml.directories import DIRECTORY, YP_DIRECTORY
from radiocast.config.icecast_xml.draft import Draft
from radiocast.config.icecast_xml.headers import headers
from radiocast.config.icecast_xml.limits import LIMITS, settle_connections, settle_queues
from radiocast.config.icecast_xml.logs import LOGGING, settle_logs
from radiocast.config.icecast_xml.mounts import MOUNTS, is_default
from radiocast.config.icecast_xml.passwords import PASSWORDS, source_password, warn_of_passwords
from radiocast.config.icecast_xml.paths import PATHS, settle_root
from radiocast.config.icecast_xml.relays import MASTER, RELAY, settle_master
from radiocast.config.icecast_xml.security import SECURITY, settle_chroot
from radiocast.config.icecast_xml.sockets import LISTEN_SOCKET, place_sockets
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.icecast_xml.values import (
    Later,
    Section,
    meaningless,
    taken,
    text,
    unsupported,
)
from radiocast.config.keys import Path

ROOT = "icecast"

DEFAULT_ADMIN = "icemaster@localhost"
"""Published by an Icecast that is not told better."""


def read_root(draft: Draft, root: Element) -> None:
    """Read a whole file."""
    ICECAST(draft, (), root)


def _end(draft: Draft, base: Path, root: Element) -> None:
    if draft.get(("station", "admin")) is None:
        draft.put(("station", "admin"), DEFAULT_ADMIN, root)
    # Icecast has no such thing; and behind a proxy that it does not know of, one listener with a
    # wrong password would keep all others out.
    draft.put(("access", "ban_after"), 0, root)
    warn_of_passwords(draft, base, root)
    settle_root(draft, base, root)
    settle_chroot(draft, base, root)
    settle_logs(draft, base, root)
    place_sockets(draft, base, root)
    settle_master(draft, base, root)
    # Mounts need what is said of all of them, and relays whether they are on demand.
    for each in sorted(root.named("mount"), key=is_default, reverse=True):
        MOUNTS(draft, base, each)
    for each in root.named("relay"):
        RELAY(draft, base, each)
    if not draft.get(("master", "url")):
        draft.document.pop("master", None)
    settle_queues(draft, base, root)
    settle_connections(draft, base, root)


ICECAST = Section(
    {
        "location": text("station", "location"),
        "admin": text("station", "admin"),
        "hostname": text("station", "host"),
        "server-id": text("icecast", "server_id"),
        "limits": LIMITS,
        "authentication": PASSWORDS,
        "source-password": source_password,
        "icelogin": meaningless("such sources are always understood"),
        "fileserve": taken,
        "mime-types": text("files", "types"),
        "listen-socket": LISTEN_SOCKET,
        "port": taken,
        "bind-address": taken,
        "shoutcast-mount": taken,
        **MASTER,
        "http-headers": headers("icecast", "headers"),
        "relay": Later(RELAY.readers),
        "mount": Later(MOUNTS.readers),
        "directory": DIRECTORY,
        "paths": PATHS,
        "logging": LOGGING,
        "security": SECURITY,
        # 2.5
        "yp-directory": YP_DIRECTORY,
        "event-bindings": unsupported("there are no events but on-connect and on-disconnect"),
        # KH
        "include": unsupported("put it all into one file"),
    },
    _end,
)
