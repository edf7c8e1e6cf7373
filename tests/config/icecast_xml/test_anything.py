"""Whatever the bytes are: a configuration or a ConfigError, and soon."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from contextlib import suppress
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from radiocast.config.icecast_xml.auth import HTPASSWD, URL
from radiocast.config.icecast_xml.read import Imported, read_icecast_xml
from radiocast.config.icecast_xml.remarks import IcecastXmlError
from radiocast.config.icecast_xml.root import ICECAST
from radiocast.config.icecast_xml.tree import MAX_ELEMENTS
from radiocast.config.icecast_xml.values import Reader
from radiocast.config.load import load
from radiocast.errors import ConfigError
from tests.config.icecast_xml.reading import HERE, as_toml_and_back
from tests.config.test_reference import REFERENCE

STATION = (HERE / "station.xml").read_bytes()

TEXTS = [
    "",
    "0",
    "1",
    "-1",
    "65535",
    "65536",
    "999999999999999",
    "0x10",
    "1.5",
    "yes",
    "off",
    "all",
    "/",
    "/live",
    "/a*",
    "live",
    "/admin/x",
    "a\nb\n\u2028",
    "utf-8",
    "klingon",
    "127.0.0.1",
    "::1",
    "10.*",
    "http://a/",
    "http://[",
    "htpasswd",
    "url",
    "default",
    "\x85",
]
VALUES = st.sampled_from([*TEXTS, "x" * 501]) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), max_size=8
)
NAMES = st.sampled_from(
    ["type", "name", "value", "status", "source", "dest", "port", "mount", "url"]
)
ATTRIBUTES = st.dictionaries(NAMES, VALUES, max_size=3)
OPTIONS = st.builds(
    lambda name, value: f"<option name={quoteattr(name)} value={quoteattr(value)}/>",
    st.sampled_from([*HTPASSWD, *URL, "filname"]),
    VALUES,
)


def opened(name: str, attributes: Mapping[str, str], inner: str) -> str:
    given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{given}>{inner}</{name}>"


def elements(readers: Mapping[str, Reader], depth: int = 3) -> st.SearchStrategy[str]:
    """Elements of these names, with others in them that belong there, or text."""

    def inside(name: str) -> st.SearchStrategy[str]:
        inner = getattr(readers[name], "readers", {})
        content = elements(inner, depth - 1) if inner and depth else VALUES.map(escape)
        return st.builds(opened, st.just(name), ATTRIBUTES, content)

    some = st.sampled_from(sorted(readers)).flatmap(inside) | OPTIONS
    return st.lists(some, max_size=6).map("".join)


def read_if_it_can_be(data: bytes) -> Imported | None:
    try:
        return read_icecast_xml(data)
    except IcecastXmlError as exc:
        located = exc.located
    lines = data.count(b"\n") + data.count(b"\r") + 1
    assert located
    assert all(1 <= line <= lines for line, _ in located)
    return None


@given(elements(ICECAST.readers))
@example("<mount><mount-name>/default</mount-name><authentication type='url'/></mount>")
def test_elements_in_any_order_with_any_text_are_read_and_written_back(inner: str) -> None:
    found = read_if_it_can_be(f"<icecast>{inner}</icecast>".encode())
    if found is not None:
        assert as_toml_and_back(found) == found.config
        assert list(found.remarks) == sorted(found.remarks, key=lambda each: each.line)


@given(st.binary(max_size=200), st.sampled_from([b"", b"<", b"<icecast>", b"<?xml version='1.0'"]))
def test_bytes_are_read_or_refused(data: bytes, begin: bytes) -> None:
    read_if_it_can_be(begin + data)


@given(st.integers(0, 2**32))
def test_a_real_file_with_some_of_it_changed_is_read_or_refused(seed: int) -> None:
    for source in (STATION, REFERENCE.encode()):
        data = mutated(source, random.Random(seed))
        if source is STATION:
            read_if_it_can_be(data)
        else:
            load_if_it_can_be(data.decode(errors="replace"))


def mutated(data: bytes, chance: random.Random) -> bytes:
    """`data` with some pieces of it removed, doubled, or made something else."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data))
        end = min(len(data), start + chance.choice([1, 1, 2, 20, 300]))
        new = chance.choice([b"", data[start:end] * 2, chance.randbytes(2), b"<", b"0", b"=", b'"'])
        data = data[:start] + new + data[end:]
    return data


def load_if_it_can_be(text: str) -> None:
    with suppress(ConfigError):
        load(text)


@pytest.mark.parametrize(
    "inner",
    [
        "<qqq/>",
        "<relay><local-mount>/a</local-mount></relay>",
        "<directory><yp-url>a</yp-url></directory>",
        "<listen-socket><port>0</port></listen-socket>",
        "<http-headers><header name='X' value='1'/></http-headers>",
        "<paths><x-forwarded-for>10.0.0.1</x-forwarded-for></paths>",
        "<mount type='default'><queue-size>1</queue-size></mount>",
        "<limits><clients>x</clients></limits>",
    ],
)
def test_no_file_takes_long(inner: str) -> None:
    # Ten seconds of this process, where the worst takes less than one: so that it is no matter
    # how much else the machine does.
    text = f"<icecast>{inner * ((MAX_ELEMENTS - 1) // inner.count('/'))}</icecast>"
    before = time.process_time()
    read_if_it_can_be(text.encode())
    assert time.process_time() - before < 10
