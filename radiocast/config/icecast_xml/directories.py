"""`<directory>`, `<yp-directory>`: public lists of stations. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from radiocast.config.icecast_xml.draft import Draft
from radiocast.config.icecast_xml.options import options_of
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.icecast_xml.values import Section, meaningless, seconds, taken
from radiocast.config.keys import Path

_TIMEOUT = seconds("timeout", least=1, most=600)
_TOUCH = seconds("touch", least=1, most=86_400)


def _end(draft: Draft, base: Path, element: Element) -> None:
    """2.4: everything is an element."""
    urls = [child for child in element.named("yp-url") if child.text]
    if not urls:
        draft.note(element, "has no yp-url, and so no meaning")
        return
    table = _table(draft, urls[-1].text)
    draft.put((*table, "url"), urls[-1].text, urls[-1])
    for child in element.named("yp-url-timeout"):
        _TIMEOUT(draft, table, child)
    for child in element.named("touch-interval"):
        _TOUCH(draft, table, child)


def _end_of_yp(draft: Draft, base: Path, element: Element) -> None:
    """2.5: an attribute and options."""
    url = element.attributes.get("url", "")
    if not url:
        draft.note(element, "has no url, and so no meaning")
        return
    table = _table(draft, url)
    draft.put((*table, "url"), url, element)
    options_of(draft, table, element, {"timeout": _TIMEOUT, "touch-interval": _TOUCH})


def _table(draft: Draft, url: str) -> Path:
    """A table named after the host, and no other."""
    try:
        host = urlsplit(url).hostname or "directory"
    except ValueError:
        host = "directory"
    return ("directories", draft.free_name("directories", host))


DIRECTORY = Section(
    {
        "yp-url": taken,
        "yp-url-timeout": taken,
        "touch-interval": taken,
        "server": meaningless("Icecast has no use for it either"),
    },
    _end,
)

YP_DIRECTORY = Section({"option": taken}, _end_of_yp)
