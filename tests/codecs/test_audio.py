from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from radiocast.codecs.audio import LOUDEST, Fifo, silence, tame


def ramp(samples: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.stack([np.arange(samples), -np.arange(samples)], axis=1).astype(np.float32)


@given(st.lists(st.integers(0, 50), max_size=12), st.lists(st.integers(0, 50), max_size=12))
def test_what_goes_into_a_fifo_comes_out_in_order_whatever_the_pieces(
    pushed: list[int], taken: list[int]
) -> None:
    sound = ramp(sum(pushed))
    fifo, at = Fifo(), 0
    for samples in pushed:
        fifo.push(sound[at : at + samples])
        at += samples
    pieces = []
    for samples in taken:
        pieces.append(fifo.take(samples))
        assert len(pieces[-1]) <= samples
    left = len(fifo)
    pieces.append(fifo.take(left + 1))
    assert len(pieces[-1]) == left
    assert np.array_equal(np.concatenate(pieces), sound)


def test_an_empty_fifo_gives_no_samples_of_the_right_shape() -> None:
    assert Fifo().take(960).shape == (0, 2)
    assert Fifo(channels=1).take(960).shape == (0, 1)


def test_what_is_no_number_becomes_silence_and_what_is_far_too_loud_is_cut() -> None:
    sound = silence(4)
    sound[:, 0] = [np.nan, np.inf, -1e30, 0.5]
    assert tame(sound)[:, 0].tolist() == [0.0, LOUDEST, -LOUDEST, 0.5]


def test_sound_above_full_scale_but_not_absurd_is_left_alone() -> None:
    sound = silence(2) + np.float32(1.5)
    assert tame(sound) is sound
