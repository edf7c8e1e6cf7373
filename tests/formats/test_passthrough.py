from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from radiocast.formats import Frame, StreamStart
from radiocast.formats.passthrough import PassthroughFramer
from tests.formats.conformance import check_events, frames, run


@given(st.lists(st.binary()))
def test_bytes_come_out_as_they_went_in(pieces: list[bytes]) -> None:
    events = run(PassthroughFramer(), pieces)
    check_events(events, b"".join(pieces))
    assert [frame.data for frame in frames(events)] == [piece for piece in pieces if piece]


def test_nothing_is_claimed_about_them() -> None:
    framer = PassthroughFramer()
    assert framer.feed(b"") == []
    assert framer.feed(b"\x89PNG") == [StreamStart("", 0, 0), Frame(b"\x89PNG", 0)]
    assert framer.feed(b"more") == [Frame(b"more", 0)]
    assert framer.close() == []
