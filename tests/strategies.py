"""Hypothesis strategies that more than one test tier needs."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st


@st.composite
def chunked(draw: st.DrawFn, data: bytes, max_cuts: int = 20) -> list[bytes]:
    """`data` cut at random places, empty pieces included: what a socket may give us."""
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=max_cuts)))
    return [data[start:end] for start, end in pairwise([0, *cuts, len(data)])]


@st.composite
def damaged(draw: st.DrawFn, data: bytes, max_edits: int = 6) -> bytes:
    """`data` with bytes changed, inserted and deleted here and there, and perhaps cut short."""
    broken = bytearray(data)
    for _ in range(draw(st.integers(1, max_edits))):
        at = draw(st.integers(0, len(broken)))
        match draw(st.sampled_from(["change", "insert", "delete", "truncate"])):
            case "change":
                new = draw(st.binary(min_size=1, max_size=4))
                broken[at : at + len(new)] = new
            case "insert":
                broken[at:at] = draw(st.binary(min_size=1, max_size=600))
            case "delete":
                del broken[at : at + draw(st.integers(1, 3000))]
            case _:
                del broken[max(at, len(broken) // 2) :]
    return bytes(broken)


def babble(words: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Arbitrary bytes, mixed with a format's own magic `words` so that they reach its branches."""
    noise = st.binary(max_size=300)
    if not words:
        return st.lists(noise, max_size=8).map(b"".join)
    return st.lists(noise | st.sampled_from(words), max_size=24).map(b"".join)
