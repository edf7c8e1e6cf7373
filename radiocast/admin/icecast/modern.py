"""Results as Icecast 2.5 writes them, in XML and in JSON.

What is not here it has no use for in a radiocast: roles, which we do not have, and the nodes that
it calls experimental itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import assert_never

from radiocast.admin.icecast.documents import mount_fields, station_fields
from radiocast.admin.icecast.results import (
    Banned,
    Listeners,
    Mounts,
    Public,
    Result,
    Shown,
    Statistics,
    TitleForm,
    Told,
    Users,
)
from radiocast.admin.status_json import modern_fields, modern_title
from radiocast.mounts.statistics import ListenerStatistics, MountStatistics, StationStatistics
from radiocast.protocols.markup import Element, compact, json_of
from radiocast.protocols.reports import STATS, document, xml_document

JSON = "application/json; charset=utf-8"
RESPONSE = "http://icecast.org/specs/legacyresponse-0.0.1"
XSPF = "http://xspf.org/ns/0/"

Fields = Mapping[str, object]
"""By name: a value, other fields, or a list of them. `source` has those of each mount by path."""

_PUBLIC = (
    *("display-title", "genre", "listeners", "listenurl", "server_description", "server_name"),
    *("stream_start_iso8601", "subtype"),
)


def in_xml(result: Result) -> bytes:
    """The whole document."""
    if isinstance(result, Shown):
        return xml_document(_report(result))
    if isinstance(result, Told):
        said = {"modules": {}, "message": result.message, "return": int(result.success)}
        return xml_document(Element("iceresponse", _elements(said)))
    return xml_document(Element("icestats", _elements({"modules": {}, **_fields(result)})))


def in_json(result: Result) -> bytes:
    """The same in JSON."""
    if isinstance(result, Shown):
        return compact(json_of(_report(result)))
    if isinstance(result, Told):
        told = {"modules": {}, "message": result.message, "success": result.success}
        return compact([{"name": "iceresponse", "ns": RESPONSE}, told])
    fields = _fields(result)
    whole = {**fields, "modules": {}, "source": _json(fields["source"])}
    return compact([{"name": "icestats", "ns": STATS}, whole])


def _fields(
    result: Statistics | Public | Mounts | Listeners | TitleForm | Users | Banned,
) -> dict[str, object]:
    match result:
        case Statistics(station):
            sources = {each.path: _source(station, each) for each in result.mounts}
            return {**_station(station), "source": sources}
        case Public(station):
            known = _station(station)
            names = ("admin", "host", "location", "server_id", "server_start_iso8601")
            shown = {each.path: _public(station, each) for each in result.mounts}
            return {**{name: known[name] for name in names}, "source": shown}
        case Mounts(mounts, now, moving_from):
            start = {} if moving_from is None else {"current_source": moving_from}
            return {**start, "source": {each.path: _mount(each, now) for each in mounts}}
        case Listeners(mount, listeners):
            found = [_listener(each) for each in listeners]
            return {"source": {mount: {"listeners": len(found), "listener": found}}}
        case TitleForm(mount, content_type):
            return {"source": {mount: {"content-type": content_type}}}
        case Users(mount, names, told):
            said = {} if told is None else {"message": told}
            return {**said, "source": {mount: {"user": [{"username": each} for each in names]}}}
        case Banned(bans, told):
            said = {} if told is None else {"message": told}
            listed = [
                {"ip": each.network, "wrong": each.wrong, "seconds_left": int(each.seconds_left)}
                for each in bans
            ]
            return {**said, "ban": listed, "source": {}}
        case _:
            assert_never(result)


def _station(station: StationStatistics) -> dict[str, object]:
    fields = {**station_fields(station), "instance_uuid": station.instance}
    return dict(sorted(fields.items()))


def _source(station: StationStatistics, mount: MountStatistics) -> dict[str, object]:
    fields = {**mount_fields(station, mount), **modern_fields(mount)}
    return {**dict(sorted(fields.items())), **_behind(mount)}


def _public(station: StationStatistics, mount: MountStatistics) -> dict[str, object]:
    known = {**mount_fields(station, mount), **modern_fields(mount)}
    return {**{name: known[name] for name in _PUBLIC if name in known}, **_behind(mount)}


def _behind(mount: MountStatistics) -> dict[str, object]:
    """What follows the other fields."""
    if mount.is_idle:
        return {}
    return {
        "playlist": [_track(each) for each in mount.played],
        "metadata": modern_title(mount),
        "content-type": mount.content_type,
    }


def _track(text: tuple[str, str]) -> dict[str, object]:
    title, artist = text
    return {"title": title, **({"creator": artist} if artist else {})}


def _mount(mount: MountStatistics, now: float) -> dict[str, object]:
    fields: dict[str, object] = {"fallback": mount.fallback, "listeners": mount.listeners}
    if not mount.is_idle:
        fields["Connected"] = max(0, int(now - mount.stream_start))
        fields["content-type"] = mount.content_type
    return fields


def _listener(listener: ListenerStatistics) -> dict[str, object]:
    agent = {"useragent": listener.user_agent} if listener.user_agent else {}
    return {
        "id": str(listener.number),
        "ip": listener.ip,
        **agent,
        "connected": int(listener.connected),
        **({"username": listener.user} if listener.user else {}),
    }


def _elements(fields: Fields) -> tuple[Element, ...]:
    return tuple(each for name, value in fields.items() for each in _element(name, value))


def _element(name: str, value: object) -> Iterable[Element]:
    match name, value:
        case "source", Mapping():
            for mount, fields in value.items():
                yield Element("source", _elements(fields), attributes={"mount": mount})
        case "listener", list():
            for each in value:
                yield Element("listener", _elements(each), attributes={"id": each["id"]})
        case "playlist", list():
            tracks = tuple(Element("track", _elements(each)) for each in value)
            found = Element("trackList", tracks)
            yield Element("playlist", (found,), attributes={"version": "1", "xmlns": XSPF})
        case _, list():
            for each in value:
                yield Element(name, _elements(each))
        case _, Mapping():
            yield Element(name, _elements(value))
        case _, bool():
            yield Element(name, text=str(value).lower())
        case _:
            yield Element(name, text=str(value))


def _json(sources: object) -> dict[str, object]:
    assert isinstance(sources, Mapping)
    return {mount: _json_source(fields) for mount, fields in sources.items()}


def _json_source(fields: Fields) -> dict[str, object]:
    """With null for no limit, and names in lower case."""
    found = {name.lower(): value for name, value in fields.items() if value != ""}
    if "max_listeners" in found and found["max_listeners"] == "unlimited":
        found["max_listeners"] = None
    if "public" in found:
        found["public"] = bool(found["public"])
    if "playlist" in found:
        found["playlist"] = {"playlist": {"track": found["playlist"]}}
    return found


def _report(shown: Shown) -> Element:
    return document(
        *(
            Element(
                "incident",
                (
                    Element("state", attributes={"definition": shown.definition}),
                    Element("resource", tuple(_values(each)), attributes={"type": "result"}),
                ),
            )
            for each in shown.incidents
        )
    )


def _values(fields: Fields) -> Iterable[Element]:
    return (_value(value, {"member": name}) for name, value in fields.items())


def _value(value: object, member: Mapping[str, str]) -> Element:
    said: dict[str, str] = {}
    children: tuple[Element, ...] = ()
    match value:
        case Mapping():
            kind, children = "structure", tuple(_values(value))
        case list():
            kind, children = "list", tuple(_value(each, {}) for each in value)
        case bool():
            kind, said = "boolean", {"value": str(value).lower()}
        case int():
            kind, said = "int", {"value": str(value)}
        case _:
            kind, said = "string", {"value": str(value)}
    return Element("value", children, attributes={"state": "set", "type": kind, **member, **said})
