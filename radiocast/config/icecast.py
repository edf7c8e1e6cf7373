"""How like an Icecast we are where Icecasts differ: `[icecast]`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from radiocast.config.fields import Header, Table, choice, header, setting, several, text


class Level(StrEnum):
    """Whose status codes and words we use."""

    V2_4 = "2.4"
    V2_5 = "2.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class IcecastConfig(Table):
    """What clients of an Icecast depend on."""

    version: Level = setting(Level.V2_4, choice(Level))
    """Whose status codes, protocol version and error reports clients get: those of Icecast 2.4
    (403, HTTP/1.0, text) or 2.5 (409 and 503, HTTP/1.1, XML or JSON)."""

    server_id: str = setting("", text)
    """Who we say we are in `Server:` and statistics; empty: radiocast and its version."""

    headers: tuple[Header, ...] = setting((), several(header, '["X-Name: value"]'))
    """What goes into every response besides."""
