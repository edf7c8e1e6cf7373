from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from radiocast.errors import PeerError
from radiocast.protocols.chunked import Dechunker
from tests.protocols.recorded import cuttings
from tests.strategies import babble, chunked


def dechunk(pieces: list[bytes]) -> tuple[bytes, bool]:
    dechunker = Dechunker()
    return b"".join(dechunker.feed(piece) for piece in pieces), dechunker.finished


def test_framing_is_taken_off_however_it_is_cut() -> None:
    body = (
        b"4\r\nab\r\n\r\n"
        b"00A;name=value;other\n0123456789\n"
        b"1 \r\n\xff\r\n"
        b"0\r\nTrailer: x\r\nAnother: y\n\r\n"
        b"thrown away" + b"x" * 5000
    )
    for pieces in cuttings(body):
        assert dechunk(pieces) == (b"ab\r\n0123456789\xff", True)


@given(st.data(), st.lists(st.binary(min_size=1, max_size=50), max_size=8))
@settings(max_examples=100)
def test_what_goes_in_comes_out(data: st.DataObject, chunks: list[bytes]) -> None:
    end = data.draw(st.sampled_from([b"\r\n", b"\n"]))
    body = b"".join(b"%x" % len(chunk) + end + chunk + end for chunk in chunks)
    assert dechunk(data.draw(chunked(body))) == (b"".join(chunks), False)
    assert dechunk(data.draw(chunked(body + b"0" + end + end))) == (b"".join(chunks), True)


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfb\x90\x64\n",
        b"\r\n",
        b"-4\r\n",
        b"0x4\r\n",
        b"4_0\r\n",
        b"4 4\r\n",
        b"f" * 16 + b"\r\n",
        b"2\r\nabc\r\n",
        b"1\r\na1\r\n",
    ],
)
def test_what_is_no_chunk_is_refused(body: bytes) -> None:
    for pieces in cuttings(body):
        with pytest.raises(PeerError):
            dechunk(pieces)


@pytest.mark.parametrize(
    "body", [b"4;" + b"x" * 5000, b"0\r\n" + b"x: y\r\n" * 1000, b"0\r\nx: " + b"y" * 5000]
)
def test_lines_without_end_are_refused_at_the_bound(body: bytes) -> None:
    for pieces in cuttings(body):
        with pytest.raises(PeerError, match="longer than 4096"):
            dechunk(pieces)
    most = Dechunker()
    most.feed(body[:4096])
    assert not most.finished


@given(st.data(), babble((b"4\r\n", b"\r\n", b"\n", b"0\r\n", b";", b"ab")))
@settings(max_examples=200)
@example(None, b"0\n\n")
def test_no_bytes_raise_anything_but_peer_error(data: st.DataObject | None, noise: bytes) -> None:
    def outcome(pieces: list[bytes]) -> object:
        try:
            return dechunk(pieces)
        except PeerError:
            return None

    whole = outcome([noise])
    assert outcome([noise[i : i + 1] for i in range(len(noise))]) == whole
    if data is not None:
        assert outcome(data.draw(chunked(noise))) == whole
