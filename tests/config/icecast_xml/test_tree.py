"""XML itself: lines, encodings, bounds, and what is refused."""

from __future__ import annotations

import codecs

import pytest

from radiocast.config.icecast_xml.read import is_icecast_xml
from radiocast.config.icecast_xml.remarks import IcecastXmlError
from radiocast.config.icecast_xml.tree import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_NAME,
    Element,
    parse,
)
from tests.config.icecast_xml.reading import mistakes


def test_elements_know_their_lines_and_where_they_are() -> None:
    root = parse(
        b"<icecast>\n <limits>\n  <clients a='1'> 5 <!-- no -->0 </clients>\n</limits></icecast>"
    )
    (limits,) = root.children
    (clients,) = limits.named("clients")
    assert (root.line, limits.line, clients.line) == (1, 2, 3)
    assert (root.where, limits.where, clients.where) == ("icecast", "limits", "limits/clients")
    assert (clients.text, clients.verbatim) == ("5 0", " 5 0 ")
    assert clients.attributes == {"a": "1"}


def test_cdata_and_the_five_entities_of_xml_are_text() -> None:
    assert parse(b"<a><![CDATA[<&>]]>&amp;&lt;&#228;</a>").text == "<&><\u00e4".replace("><", ">&<")


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16", "windows-1252"])
def test_encodings_that_a_file_names_are_understood(encoding: str) -> None:
    text = f"<?xml version='1.0' encoding='{encoding}'?><icecast>\u00e4</icecast>"
    assert parse(text.encode(encoding)).text == "\u00e4"


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert parse(codecs.BOM_UTF8 + b"<icecast/>").name == "icecast"


@pytest.mark.parametrize(
    ("name", "data", "xml"),
    [
        ("a.conf", b"<icecast/>", True),
        ("a.conf", b"\n\t <icecast/>", True),
        ("a.conf", codecs.BOM_UTF8 + b" <icecast/>", True),
        ("a.conf", "<icecast/>".encode("utf-16"), True),
        ("a.conf", codecs.BOM_UTF16_BE + "<icecast/>".encode("utf-16-be"), True),
        ("ICECAST.XML", b"", True),
        ("radiocast.toml", b"[listen]", False),
        ("radiocast.toml", b"", False),
    ],
)
def test_a_file_is_xml_by_its_first_character_or_its_name(
    name: str, data: bytes, xml: bool
) -> None:
    assert is_icecast_xml(name, data) is xml


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "1: not XML: no element found (xmllint tells more)"),
        (b"<icecast>\n<limits>\n</icecast>", "3: not XML: mismatched tag"),
        (b"<icecast>\n&nbsp;</icecast>", "2: not XML: undefined entity"),
        (b"<icecast>\xff</icecast>", "1: not XML: not well-formed"),
        (b"<icecast/><icecast/>", "1: not XML: junk after document element"),
        (b"<?xml version='1.0' encoding='klingon'?><icecast/>", "1: "),
        (b"<?xml version='1.0' encoding='shift_jis'?><icecast/>", "1: "),
        (b"<shoutcast/>", "1: begins with <shoutcast> (an icecast.xml begins with <icecast>)"),
    ],
)
def test_what_is_no_icecast_xml_is_a_mistake_with_its_line(data: bytes, said: str) -> None:
    (mistake,) = mistakes(data)
    assert mistake.startswith(said), mistake


LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE icecast [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<icecast>&b;</icecast>"""


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        b"\n<!DOCTYPE icecast SYSTEM 'file:///etc/passwd'><icecast/>",
        b"\n<!DOCTYPE i [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/'> %x;]><icecast/>",
    ],
)
def test_no_entity_is_expanded_and_nothing_is_fetched(data: bytes) -> None:
    assert mistakes(data) == ["2: has a <!DOCTYPE> (leave it out)"]


def refused(data: bytes) -> str:
    with pytest.raises(IcecastXmlError) as caught:
        parse(data)
    return str(caught.value)


def nested(depth: int) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


def test_size_depth_number_and_names_are_bounded() -> None:
    assert parse(nested(MAX_DEPTH)).name == "a"
    assert "deeper" in refused(nested(MAX_DEPTH + 1))
    assert len(parse(b"<a>" + b"<b/>" * (MAX_ELEMENTS - 1) + b"</a>").children) == MAX_ELEMENTS - 1
    assert "more" in refused(b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>")
    assert isinstance(parse(b"<" + b"a" * MAX_NAME + b"/>"), Element)
    assert "longer" in refused(b"<" + b"a" * (MAX_NAME + 1) + b"/>")
    assert parse(b"<a>" + b" " * (MAX_BYTES - 7) + b"</a>").text == ""
    assert refused(b"<a>" + b" " * (MAX_BYTES - 6) + b"</a>") == "is larger than 4MiB"
