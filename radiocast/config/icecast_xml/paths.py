"""`<paths>`, and what depends on them: certificate, files, addresses let in, other names. Pure."""

from __future__ import annotations

import re

from radiocast.config.fields import SettingError
from radiocast.config.files import path_of_alias
from radiocast.config.icecast_xml.draft import Draft
from radiocast.config.icecast_xml.sockets import trust
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.icecast_xml.values import (
    Section,
    meaningless,
    taken,
    text,
    truth,
    unsupported,
)
from radiocast.config.keys import Path

_ALIAS = {"source", "destination", "dest", "port", "bind-address"}
_SOME_OCTETS = re.compile(r"((?:[0-9]{1,3}\.){1,3})\*")


def alias(draft: Draft, base: Path, element: Element) -> None:
    """Another name for a path. Those on other ports than the first of that name are not kept."""
    given = element.attributes
    source, to = given.get("source", ""), given.get("destination", given.get("dest", ""))
    if not source or not to:
        draft.note(element, "has no source or no destination, and so no meaning")
        return
    try:
        path_of_alias(source)
    except SettingError as exc:
        draft.warn(element, f"cannot be honoured: {source[:80]!r}: {exc.problem}")
        return
    if unknown := sorted(set(given) - _ALIAS - {"id"}):
        draft.warn(element, f"cannot be honoured: {unknown[0][:40]!r}")
    table = ("aliases", source)
    if draft.get(table) is not None:
        draft.warn(element, f"cannot be honoured: {source[:80]!r} has another destination already")
        return
    draft.put((*table, "to"), to, element)
    if given.get("port", "-1") not in ("-1", ""):
        _put_port(draft, (*table, "port"), element)
    if given.get("bind-address"):
        draft.put((*table, "host"), given["bind-address"], element)


def _put_port(draft: Draft, path: Path, element: Element) -> None:
    if element.attributes["port"].isascii() and element.attributes["port"].isdigit():
        draft.put(path, int(element.attributes["port"][:9]), element)
    else:
        draft.refuse(element, "port must be a whole number")


def proxy(draft: Draft, base: Path, element: Element) -> None:
    """KH: a proxy, or all that begin alike, as `10.0.*`."""
    written = element.text
    if found := _SOME_OCTETS.fullmatch(written):
        known = found[1].count(".")
        written = f"{found[1]}{'0.' * (3 - known)}0/{8 * known}"
    trust(draft, element, written)


def settle_root(draft: Draft, base: Path, root: Element) -> None:
    """With `<fileserve>` off, no file is served, those of fallbacks neither."""
    for element in root.named("fileserve"):
        if truth(draft, element) is False and draft.get(("files", "root")):
            draft.put(("files", "root"), "", element)
            draft.warn(element, "no file is served then, as a fallback neither")


_root = text("files", "root")


def webroot(draft: Draft, base: Path, element: Element) -> None:
    """The operator's files. Debian's are links to /etc, which Icecast follows."""
    _root(draft, base, element)
    draft.put(("files", "links"), True, element)


PATHS = Section(
    {
        "basedir": taken,
        "logdir": taken,
        "pidfile": text("process", "pid_file"),
        "allow-ip": text("access", "allow_file"),
        "deny-ip": text("access", "deny_file"),
        "ssl-certificate": text("tls", "certificate"),
        "ssl-allowed-ciphers": text("tls", "ciphers"),
        "webroot": webroot,
        "adminroot": meaningless("the pages of the administration are our own"),
        "alias": alias,
        # 2.5
        "resource": alias,
        "tls-certificate": text("tls", "certificate"),
        "tls-allowed-ciphers": text("tls", "ciphers"),
        "mime-types": text("files", "types"),
        "nulldevice": meaningless("it is not needed"),
        "reportxmldb": meaningless("our errors are our own"),
        "geoipdb": unsupported("listeners are not looked up by country"),
        # KH
        "ssl-private-key": text("tls", "key"),
        "ssl-cafile": unsupported("the chain belongs into the certificate's file"),
        "x-forwarded-for": proxy,
        "banfile": text("access", "deny_file"),
        "deny-agents": unsupported("nobody is kept out for the name of a player"),
    }
)
