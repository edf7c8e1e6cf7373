"""Files that tell a player where the stream is: `/live.m3u`, `.pls`, `.xspf`, `.vclt`."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.formats import Title
from radiocast.protocols.source_info import SourceInfo
from radiocast.protocols.text import one_line, xml_text


@dataclass(frozen=True, slots=True)
class PlaylistFile:
    """A file of one entry."""

    content_type: str
    body: bytes


def m3u(url: str, name: str = "") -> PlaylistFile:
    """Extended M3U; without a name just the address, as Icecast answers."""
    shown = one_line(name)
    head = f"#EXTM3U\r\n#EXTINF:-1,{shown}\r\n" if shown else ""
    return PlaylistFile("audio/x-mpegurl", f"{head}{one_line(url)}\r\n".encode())


def pls(url: str, name: str = "") -> PlaylistFile:
    """SHOUTcast's PLS, version 2."""
    shown = one_line(name)
    title = f"Title1={shown}\r\n" if shown else ""
    text = (
        f"[playlist]\r\nNumberOfEntries=1\r\nFile1={one_line(url)}\r\n"
        f"{title}Length1=-1\r\nVersion=2\r\n"
    )
    return PlaylistFile("audio/x-scpls", text.encode())


def vclt(url: str, info: SourceInfo, title: Title | None = None, codec: str = "") -> PlaylistFile:
    """VCLT, as Icecast writes it. `codec` is its name for what an Ogg stream holds."""
    fields = (
        ("STREAMURL", url),
        ("ARTIST", title.artist if title else ""),
        ("TITLE", title.title or title.text if title else ""),
        ("SERVER_NAME", info.name),
        ("DESCRIPTION", info.description),
        ("SIGNALINFO", f"codec:ogg_{codec}" if codec else None),
        ("GENRE", info.genre),
    )
    lines = [f"{name}={one_line(value or '')}\n" for name, value in fields if value != ""]
    text = "".join([*lines, "==\n"])
    return PlaylistFile("audio/x-vclt; charset=UTF-8", text.encode(errors="replace"))


def xspf(url: str, info: SourceInfo, title: Title | None = None) -> PlaylistFile:
    """XSPF with what is known about the stream, in the shape Icecast gives it."""
    artist, name = (title.artist, title.title or title.text) if title else ("", "")
    elements = (
        ("location", url),
        ("creator", artist),
        ("title", name or info.name),
        ("annotation", info.description),
        ("info", info.url),
    )
    track = "".join(
        f"      <{element}>{xml_text(text)}</{element}>\n" for element, text in elements if text
    )
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<playlist xmlns="http://xspf.org/ns/0/" version="1">\n'
        f"  <title>{xml_text(info.name)}</title>\n"
        "  <creator/>\n"
        "  <trackList>\n"
        f"    <track>\n{track}    </track>\n"
        "  </trackList>\n"
        "</playlist>\n"
    )
    return PlaylistFile("application/xspf+xml; charset=UTF-8", document.encode())
