"""`<relay>`, `<master-server>` and what is with it: streams of other servers. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.config.fields import SettingError, path_of_mount
from radiocast.config.icecast_xml.draft import Draft
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
    truth,
    unsupported,
)
from radiocast.config.keys import Path

DEFAULT_SERVER = "127.0.0.1"
DEFAULT_PORT = 8000
ON_DEMAND = "relays-on-demand"


@dataclass(slots=True)
class Place:
    """Where a stream is."""

    server: str = DEFAULT_SERVER
    port: int = DEFAULT_PORT
    mount: str = "/"
    uri: str = ""

    @property
    def url(self) -> str:
        """Its address."""
        return self.uri or f"{address(self.server, self.port)}{self.mount}"


def address(server: str, port: int) -> str:
    """The address of a server.

    >>> address("::1", 8000)
    'http://[::1]:8000'
    """
    return f"http://[{server}]:{port}" if ":" in server else f"http://{server}:{port}"


def _place(draft: Draft, element: Element) -> Place:
    place = Place()
    for child in element.children:
        if not child.text:
            continue
        match child.name:
            case "server" | "ip":
                place.server = child.text
            case "port":
                place.port = number(draft, child) or DEFAULT_PORT
            case "mount":
                place.mount = "/" + child.text.lstrip("/")
            case "uri":
                place.uri = child.text
            case _:
                pass
    return place


def _places(draft: Draft, element: Element) -> list[Place]:
    """The places of a relay, the best first: 2.5 calls them upstreams, KH masters or hosts."""
    others = [
        each
        for each in element.named("upstream", "master", "host")
        if each.attributes.get("type") != "default"
    ]
    said = [_place(draft, each) for each in others]
    direct = any(True for _ in element.named("server", "port", "mount", "uri"))
    return [_place(draft, element), *said] if direct or not said else said


def _read(draft: Draft, base: Path, element: Element) -> None:
    """Make a `[relays]` table, named after the mount it is heard at."""
    if any(truth(draft, each) is False for each in element.named("enable")):
        draft.note(element, "is not enabled")
        return
    places = _places(draft, element)
    local = [child.text for child in element.named("local-mount") if child.text]
    # A relay within a <mount> (2.5) is heard there.
    mount = base[-1] if len(base) > 1 else local[-1] if local else places[0].mount
    try:
        path_of_mount(mount)
    except SettingError as exc:
        draft.warn(element, f"is left out: {mount[:80]!r}: {exc.problem} (set <local-mount>)")
        return
    table = ("relays", mount)
    if draft.get(table) is not None:
        draft.warn(element, f"is left out: another one is heard at {mount} already")
        return
    draft.put((*table, "url"), places[0].url, element)
    draft.put((*table, "mount"), mount, element)
    if places[1:]:
        draft.put((*table, "backups"), [each.url for each in places[1:]], element)
    if draft.get(("master", "on_demand")):
        draft.put((*table, "on_demand"), True, element)
    for part in (element, *element.named("upstream", "master", "host")):
        for child in part.children:
            if (reader := _SETTINGS.get(child.name)) is not None:
                reader(draft, table, child)


def settle_master(draft: Draft, base: Path, root: Element) -> None:
    """A master is a server and a port; its password may be that of our sources."""
    servers = [each for each in root.named("master-server") if each.text]
    if not servers:
        return
    ports = [number(draft, each) for each in root.named("master-server-port")]
    if not ports or not ports[-1]:
        draft.warn(servers[-1], "nothing is relayed, as in Icecast: set <master-server-port>")
        return
    draft.put(("master", "url"), address(servers[-1].text, ports[-1]), servers[-1])
    source = draft.get(("passwords", "source"))
    if draft.get(("master", "password")) is None and source is not None:
        draft.put(("master", "password"), source, servers[-1])


_SETTINGS: dict[str, Reader] = {
    "relay-shoutcast-metadata": flag("titles"),
    "username": text("user"),
    "password": secret("password"),
    "on-demand": flag("on_demand"),
    "bind": text("bind"),
}

_PLACE: dict[str, Reader] = dict.fromkeys(("server", "port", "mount", "uri"), taken)

_OTHER_PLACE = Section(
    {
        **_PLACE,
        **dict.fromkeys(_SETTINGS, taken),
        # KH
        "ip": taken,
        "priority": meaningless("they are tried in turn"),
        "timeout": meaningless("it is as for every server that is asked"),
        "ssl": unsupported("write the address as <uri>https://...</uri>"),
    }
)

_RELAY: dict[str, Reader] = {
    **_PLACE,
    **dict.fromkeys(_SETTINGS, taken),
    "local-mount": taken,
    "upstream": _OTHER_PLACE,
    # KH
    "master": _OTHER_PLACE,
    "host": _OTHER_PLACE,
    "enable": taken,
    "run-on": unsupported("a relay on demand ends with its last listener"),
    "retry-delay": meaningless("it grows by itself"),
    "http-headers": unsupported("servers that are asked get no headers of yours"),
}

RELAY = Section(_RELAY, _read)

MOUNT_RELAY = Section({name: _RELAY[name] for name in _RELAY if name != "local-mount"}, _read)

MASTER: dict[str, Reader] = {
    "master-server": taken,
    "master-server-port": taken,
    "master-update-interval": seconds("master", "interval", least=1, most=86_400),
    "master-username": text("master", "user"),
    "master-password": secret("master", "password"),
    ON_DEMAND: flag("master", "on_demand"),
    # KH
    "master-bind": unsupported("the system chooses the address we come from"),
    "master-relay-auth": unsupported("a slave gets the list of mounts, and then listens"),
    "master-ssl-port": unsupported("masters are asked in the clear"),
    "master-redirect": unsupported("listeners are not sent to other servers"),
    "max-redirect-slaves": unsupported("listeners are not sent to other servers"),
    "redirect": unsupported("listeners are not sent to other servers"),
}
