"""What an Icecast 2.5 says where it refuses something: a report, in the form that is accepted.

Programs know a report by its `definition`, whatever its text and its status.
"""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.markup import Element, compact, json_of, xml
from radiocast.protocols.text import xml_text

JSON_WARNING = ("Warning", '299 - "JSON rendering is experimental"')
"""What Icecast 2.5 says with every JSON; so it is known to be the same."""

_REPORT = "http://icecast.org/specs/reportxml-0.0.1"
_EXTENSION = "http://icecast.org/specs/legacy-icestats"
STATS = "http://icecast.org/specs/legacystats-0.0.1"


@dataclass(frozen=True, slots=True)
class Report:
    """A refusal as 2.5 knows it."""

    status: int
    text: str
    definition: str
    """Icecast's UUID for what is wrong, or one of ours for what it does not know."""


def written(report: Report, asked: RequestHead | None) -> tuple[str, bytes]:
    """Content type and body, in the form that whoever `asked` likes best; XML if it says nothing.

    Text is ours, never the peer's.
    """
    match preferred(asked.header("accept") if asked is not None else None):
        case "application/json":
            return "application/json; charset=utf-8", compact(json_of(document(_incident(report))))
        case "text/plain":
            text = f"Report:\n{report.text}\nError code: {report.definition}\n"
            return "text/plain; charset=UTF-8", text.encode()
        case "text/html":
            return "text/html; charset=utf-8", _html(report)
        case _:
            return "text/xml; charset=utf-8", xml_document(document(_incident(report)))


_FORMS = ("text/xml", "application/json", "text/plain", "text/html")


def preferred(accept: str | None) -> str:
    """Which of the forms an Accept header (RFC 9110 section 12.5.1) likes best: of equals the one
    named first, and XML where none is named.

    >>> preferred("text/html;q=0.5, application/json")
    'application/json'
    """
    best, most = _FORMS[0], 0.0
    for part in (accept or "").split(","):
        name, *parameters = (word.strip().lower() for word in part.split(";"))
        weight = next((_weight(word) for word in parameters if word.startswith("q=")), 1.0)
        if name in _FORMS and weight > most:
            best, most = name, weight
    return best


def _weight(parameter: str) -> float:
    try:
        return min(1.0, float(parameter[2:]))
    except ValueError:
        return 0.0


def document(*incidents: Element) -> Element:
    """A report of incidents."""
    stats = Element("icestats", (Element("modules"),), namespace=STATS)
    extension = Element("extension", (stats,), attributes={"application": _EXTENSION})
    return Element(
        "report", (extension, *incidents), attributes={"version": "0.0.1"}, namespace=_REPORT
    )


def xml_document(root: Element) -> bytes:
    """The whole document."""
    return f'<?xml version="1.0"?>\n{xml(root)}\n'.encode()


def _incident(report: Report) -> Element:
    text = Element("text", text=report.text)
    state = Element("state", (text,), attributes={"definition": report.definition})
    return Element("incident", (state,))


def _html(report: Report) -> bytes:
    text = xml_text(report.text)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n'
        f'<head><meta charset="utf-8"><title>{text}</title></head>\n'
        f"<body><h1>{text}</h1>\n<p>Error code: {report.definition}</p></body>\n</html>\n"
    ).encode()
