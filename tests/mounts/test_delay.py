"""How far behind the live edge somebody begins to hear."""

from __future__ import annotations

import pytest

from radiocast.config.mount import MountConfig
from radiocast.formats import Frame, StreamStart
from radiocast.mounts.delay import burst_delay
from radiocast.mounts.mount import Mount


def mount(burst: int, seconds: float = 0.0, rate: int = 1000) -> Mount:
    made = Mount("/live", MountConfig(burst=burst, burst_time=seconds))
    made.add([StreamStart("mp3", rate, 2)], now=0.0)
    return made


def frames(count: int, *, entry: bool = True) -> list[Frame]:
    return [Frame(b"x" * 10, 100, entry=entry) for _ in range(count)]


def test_it_is_the_length_of_the_burst() -> None:
    on = mount(burst=45)
    on.add(frames(20), now=1.0)
    assert burst_delay(on) == pytest.approx(0.5), "five whole frames are at least 45 bytes"
    for _ in range(20):
        on.add(frames(1), now=2.0)
    assert burst_delay(on) == pytest.approx(0.5)


def test_it_is_all_there_is_on_a_mount_that_has_just_begun() -> None:
    on = mount(burst=10_000)
    assert burst_delay(on) == 0.0
    on.add(frames(3), now=1.0)
    assert burst_delay(on) == pytest.approx(0.3)


def test_it_goes_back_to_where_a_decoder_can_begin() -> None:
    on = mount(burst=10)
    on.add([*frames(1), *frames(9, entry=False)], now=1.0)
    assert burst_delay(on) == pytest.approx(1.0)


def test_nobody_knows_how_long_unknown_frames_last() -> None:
    on = mount(burst=50, rate=0)
    on.add(frames(20), now=1.0)
    assert burst_delay(on) == 0.0
