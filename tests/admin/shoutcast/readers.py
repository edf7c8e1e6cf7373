"""How those who read SHOUTcast's pages take them apart: written after their sources.

AzuraCast's nowplaying library (PHP), the npm package node-internet-radio, butt, and the scripts
of two decades that Centova's and others' users put on their pages.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from xml.etree import ElementTree


@dataclass(frozen=True, slots=True)
class Playing:
    """What all of them want to know."""

    title: str
    listeners: int
    unique: int
    bitrate: int


def azuracast_1(page: bytes) -> Playing:
    """SHOUTcast1.php: `preg_match("/<body.*>(.*)<\\/body>/smU")`, then `explode(",", …, 7)`."""
    found = re.search(r"<body.*?>(.*?)</body>", page.decode(), re.DOTALL | re.MULTILINE)
    assert found
    listeners, _, _, _, unique, bitrate, title = found[1].split(",", 6)
    return Playing(title, int(listeners), int(unique), int(bitrate))


def azuracast_2(page: bytes) -> Playing:
    """SHOUTcast2.php: elements of the root, of `/stats` as of `admin.cgi?mode=viewxml&page=7`."""
    root = ElementTree.fromstring(page)
    title = (root.findtext("SONGTITLE") or "").replace("   ", " - ")
    numbers = ("CURRENTLISTENERS", "UNIQUELISTENERS", "BITRATE")
    return Playing(title, *(int(root.findtext(name) or "") for name in numbers))


def azuracast_clients(page: bytes) -> list[tuple[int, str, str, int]]:
    """SHOUTcast2.php, `getClients`: number, address, player, seconds."""
    return [
        (each["uid"], each["xff"] or each["hostname"], each["useragent"], each["connecttime"])
        for each in json.loads(page)
    ]


def node_internet_radio_1(page: bytes) -> Playing:
    """`parseV1Response`."""
    found = re.search(r"<body>(.*)</body>", page.decode(), re.IGNORECASE | re.MULTILINE)
    assert found
    values = found[1].split(",")
    return Playing(",".join(values[6:]), int(values[0]), int(values[4]), int(values[5]))


def node_internet_radio_2(page: bytes, url: str) -> Playing:
    """`parseV2Response`: the only stream there is, or the one whose SERVERURL it asked."""
    streams = ElementTree.fromstring(page).findall("STREAMSTATS/STREAM")
    if len(streams) > 1:
        streams = [each for each in streams if each.findtext("SERVERURL") == url]
    [stream] = streams
    numbers = ("CURRENTLISTENERS", "UNIQUELISTENERS", "BITRATE")
    return Playing(
        stream.findtext("SONGTITLE") or "", *(int(stream.findtext(each) or "") for each in numbers)
    )


def butt(page: bytes) -> int:
    """It looks for one element's number in the text of `/stats`."""
    text = page.decode()
    at = text.index("<CURRENTLISTENERS>") + len("<CURRENTLISTENERS>")
    return int(text[at : text.index("</CURRENTLISTENERS>")])


def script_that_cuts(page: bytes) -> list[str]:
    """PHP of 2005: what is round the values is known to the letter."""
    text = page.decode()
    text = text.replace('<HTML><meta http-equiv="Pragma" content="no-cache"></head><body>', "")
    return text.replace("</body></html>", "").split(",", 6)


def script_that_replaces(page: bytes, name: str) -> str:
    """PHP of 2005, with `ereg_replace`: all up to an element goes, and all behind it."""
    text = re.sub(rf".*<{name}>", "", page.decode(), flags=re.DOTALL)
    return re.sub(rf"</{name}>.*", "", text, flags=re.DOTALL)


def last_songs(page: bytes) -> list[tuple[str, str]]:
    """A "last ten songs" script: the time of day and the title, from `/played.html`."""
    return re.findall(r"<td>(\d\d:\d\d:\d\d)</td><td>(.*?)<", page.decode())
