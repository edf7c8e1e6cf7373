"""What is said of a mount, element by element. Pure."""

from __future__ import annotations

from radiocast.config.fields import Parser, SettingError, path_of_mount
from radiocast.config.icecast_xml.auth import AUTHENTICATION
from radiocast.config.icecast_xml.draft import Draft
from radiocast.config.icecast_xml.headers import headers
from radiocast.config.icecast_xml.limits import burst_size
from radiocast.config.icecast_xml.relays import MOUNT_RELAY
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.icecast_xml.values import (
    Reader,
    Section,
    flag,
    if_set,
    meaningless,
    number,
    seconds,
    secret,
    size,
    taken,
    text,
    truth,
    unsupported,
    within,
)
from radiocast.config.keys import Path
from radiocast.config.mount import charset_name
from radiocast.units import GIB, KIB, MIB, format_size

MOUNT_NAME = "mount-name"


def if_fit(key: str, parse: Parser[str]) -> Reader:
    """Text that has to be fit for its setting; Icecast lives with other, so we do, without it."""

    def read(draft: Draft, base: Path, element: Element) -> None:
        if not element.text:
            return
        try:
            draft.put((*base, key), parse(element.text), element)
        except SettingError as exc:
            draft.warn(element, f"cannot be honoured: {exc.problem}")

    return read


fallback = if_fit("fallback", path_of_mount)


def fallback_override(draft: Draft, base: Path, element: Element) -> None:
    """Whether listeners come back; 2.5 tells whose own they have to be."""
    word = element.text.lower()
    if word == "own":
        draft.warn(element, "all listeners come back, not only those who came from here")
    if word in ("own", "all") or (word != "none" and truth(draft, element)):
        draft.put((*base, "fallback_override"), True, element)


def max_listeners(draft: Draft, base: Path, element: Element) -> None:
    """Below 0: no limit."""
    value = number(draft, element)
    if value == 0:
        draft.note(element, "nobody may listen then: it is taken for <no-mount>")
        draft.put((*base, "direct"), False, element)
    elif value is not None and value > 0:
        value = within(draft, element, value, 1, 1_000_000)
        draft.put((*base, "max_listeners"), value, element)


def no_mount(draft: Draft, base: Path, element: Element) -> None:
    """Nobody may ask for it."""
    if truth(draft, element):
        draft.put((*base, "direct"), False, element)


def metaint(draft: Draft, base: Path, element: Element) -> None:
    """Below 0: the custom."""
    value = number(draft, element)
    if value == 0:
        draft.put((*base, "metaint"), 0, element)
    elif value is not None and value > 0:
        value = within(draft, element, value, 256, MIB)
        draft.put((*base, "metaint"), format_size(value), element)


def public(draft: Draft, base: Path, element: Element) -> None:
    """Below 0: as the source says."""
    if not element.text.startswith("-"):
        flag("public")(draft, base, element)


def no_yp(draft: Draft, base: Path, element: Element) -> None:
    """What `<public>` was called, the other way round."""
    if truth(draft, element):
        draft.put((*base, "public"), False, element)


def intro(draft: Draft, base: Path, element: Element) -> None:
    """A file in the webroot."""
    root = draft.get(("files", "root"), "")
    if element.text:
        path = f"{root.rstrip('/')}/{element.text.lstrip('/')}" if root else element.text
        draft.put((*base, "intro"), path, element)


def if_not_0(reader: Reader) -> Reader:
    """A number of which 0 says nothing, so that it does not undo that of the default mount."""

    def read(draft: Draft, base: Path, element: Element) -> None:
        if number(draft, element):
            reader(draft, base, element)

    return read


def kh_fallback(draft: Draft, base: Path, element: Element) -> None:
    """KH: the fallback is in an element of its own, beside the rate of files."""
    for child in (element, *element.named("mount")):
        fallback(draft, base, child)


MOUNT: dict[str, Reader] = {
    MOUNT_NAME: taken,
    "username": text("user"),
    "password": secret("password"),
    "dump-file": text("record"),
    "intro": intro,
    "fallback-mount": fallback,
    "fallback-override": fallback_override,
    "fallback-when-full": if_set("fallback_when_full"),
    "max-listeners": max_listeners,
    "max-listener-duration": if_not_0(seconds("listener_time", least=0, most=31 * 86_400)),
    "charset": if_fit("charset", charset_name),
    "mp3-metadata-interval": metaint,
    "no-mount": no_mount,
    "no-yp": no_yp,
    "hidden": if_set("hidden"),
    "authentication": AUTHENTICATION,
    "on-connect": text("on_connect"),
    "on-disconnect": text("on_disconnect"),
    "queue-size": if_not_0(size("queue", least=16 * KIB, most=GIB)),
    "source-timeout": if_not_0(seconds("source_timeout", least=1, most=3600)),
    "burst-size": burst_size,
    "cluster-password": secret("cluster_password"),
    "stream-name": text("name"),
    "stream-description": text("description"),
    "stream-url": text("url"),
    "genre": text("genre"),
    "bitrate": text("bitrate"),
    "public": public,
    "type": text("content_type"),
    "subtype": text("subtype"),
    "http-headers": headers("headers"),
    # 2.5
    "icy-metadata-interval": metaint,
    "allow-direct-access": flag("direct"),
    "relay": MOUNT_RELAY,
    "max-history": meaningless("the auto-DJ remembers what was played"),
    "dump-file-size-limit": unsupported("a recording ends with its source"),
    "dump-file-time-limit": unsupported("a recording ends with its source"),
    "event-bindings": unsupported("there are no events but on-connect and on-disconnect"),
    # KH
    "hijack": if_set("takeover"),
    "fallback": Section(
        {"mount": taken, "rate": meaningless("files are sent as fast as they are heard")},
        kh_fallback,
    ),
    "allow-chunked": meaningless("chunks are always understood"),
    "allow-url-ogg-metadata": meaningless("it is always allowed"),
    "ogg-passthrough": meaningless("Ogg is passed on in whole packets"),
    "min-queue-size": meaningless("the queue is as large as the burst and the slowest need"),
    "so-sndbuf": meaningless("ports have it: <listen-socket>"),
    "wait-time": meaningless("listeners are kept for some seconds, as by `grace`"),
    "linger-for": meaningless("listeners are kept for some seconds, as by `grace`"),
    "max-send-size": meaningless("it is chosen by how many listen"),
    "priority": unsupported("sources have priorities with the auto-DJ only, as [djs]"),
    "max-bandwidth": unsupported("bandwidth is not limited"),
    "limit-rate": unsupported("bandwidth is not limited"),
    "filter-theora": unsupported("streams are passed on as they are"),
    "admin_comments_only": unsupported("streams are passed on as they are"),
    "file-seekable": unsupported("files are always seekable, and streams never"),
    "skip-accesslog": unsupported("every listener is in the log"),
    "accesslog": unsupported("there is one log for all mounts"),
    "preroll-log": unsupported("there is one log for all mounts"),
    "intro-skip-replay": unsupported("the intro is for everybody who comes"),
    "max-stream-duration": unsupported("a source may stay"),
    "redirect": unsupported("listeners are not sent to other servers"),
    "redirect-to": unsupported("listeners are not sent to other servers"),
    "ban-client": unsupported("[access] tells who is banned, and for how long"),
    "listenurl": unsupported("addresses are made of <hostname>"),
}
