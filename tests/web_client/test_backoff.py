from __future__ import annotations

from radiocast.web_client.backoff import FIRST, LONGEST, Backoff


def test_each_wait_is_twice_the_one_before_up_to_a_minute() -> None:
    backoff = Backoff(lambda: 1.0)
    assert [backoff.pause() for _ in range(9)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    backoff.reset()
    assert backoff.pause() == FIRST


def test_chance_makes_half_of_it() -> None:
    backoff = Backoff(lambda: 0.0)
    assert [backoff.pause() for _ in range(8)][-1] == LONGEST / 2
