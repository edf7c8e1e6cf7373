from __future__ import annotations

import pytest
import trio

from radiocast.config.model import Config, LimitsConfig
from radiocast.config.mount import MountConfig
from radiocast.formats import Frame, Skipped, StreamStart, Title
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Refused, Registry
from radiocast.mounts.source import SourceEnding

from .made import make_mount, make_source, send


def test_frames_between_two_streams_go_where_they_belong() -> None:
    mount = make_mount()
    second = StreamStart("aac", 2000, 1, header=b"HH")
    mount.add([Frame(b"a", 10), Skipped(3), Frame(b"b", 10), second, Frame(b"c", 10)], now=1.0)
    blocks = mount.log.blocks_from(0)
    assert [(block.data, block.epoch.stream.sample_rate) for block in blocks] == [
        (b"ab", 1000),
        (b"HH", 2000),
        (b"c", 2000),
    ]
    assert mount.counts.bytes_skipped == 3


def test_a_streams_own_comments_set_the_title_where_it_starts() -> None:
    mount = make_mount()
    send(mount, b"a")
    mount.add([StreamStart("aac", 1000, 2, title=Title("New")), Frame(b"b", 10)], now=0.0)
    assert mount.log.titles.at(0) is None
    assert mount.log.titles.at(1) == Title("New")


def test_an_update_that_comes_before_the_audio_is_kept() -> None:
    mount = Mount("/live", MountConfig())
    mount.take(make_source(), now=0.0)
    assert mount.set_title(Title("First"))
    mount.announce("audio/aac", chains=True)
    mount.add([StreamStart("aac", 1000, 2), Frame(b"a", 10)], now=0.0)
    assert mount.log.titles.at(0) == Title("First")


def test_a_new_source_does_not_inherit_the_title_of_the_last() -> None:
    mount = make_mount()
    mount.set_title(Title("Old"))
    send(mount, b"a")
    mount.take(make_source(), now=0.0)
    send(mount, b"b")
    assert [mount.log.titles.at(position) for position in (0, 1)] == [Title("Old"), None]


def test_the_same_kind_of_audio_again_needs_no_new_start() -> None:
    mount = make_mount()
    send(mount, b"abc")
    mount.announce("audio/aac", chains=True)
    mount.add([StreamStart("aac", 1000, 2)], now=0.0)
    assert mount.floor == 0


def test_another_kind_of_audio_is_a_new_start_for_players() -> None:
    mount = make_mount()
    send(mount, b"abc")
    mount.announce("audio/mpeg", chains=True)
    assert mount.floor == 3


def test_a_second_stream_of_a_format_that_cannot_go_on_is_a_new_start() -> None:
    mount = Mount("/live", MountConfig())
    mount.take(make_source(), now=0.0)
    mount.announce("video/webm", chains=False)
    mount.add([StreamStart("opus", 48000, 2, b"EBML"), Frame(b"abc", 10)], now=0.0)
    assert mount.floor == 0
    mount.add([StreamStart("opus", 48000, 2, b"EBML"), Frame(b"abc", 10)], now=0.0)
    assert mount.floor == 7


def test_the_operators_words_come_before_the_sources() -> None:
    mount = Mount("/live", MountConfig(name="Ours", genre=""))
    mount.take(make_source(name="Theirs", genre="noise", url="http://x/"), now=0.0)
    assert (mount.info.name, mount.info.genre, mount.info.url) == ("Ours", "", "http://x/")


def test_a_source_that_was_replaced_does_not_take_the_new_one_with_it() -> None:
    mount = make_mount()
    first, second = mount.source, make_source("192.0.2.2")
    assert first is not None
    mount.take(second, now=0.0)
    assert first.ending is SourceEnding.REPLACED
    mount.leave(first)
    assert mount.source is second


async def test_a_mount_is_abandoned_after_its_grace(autojump_clock: trio.testing.MockClock) -> None:
    mount = make_mount(grace=5.0)
    source = mount.source
    assert source is not None

    async def come_and_go() -> None:
        await trio.sleep(10)
        mount.leave(source)
        await trio.sleep(4.9)
        mount.take(source, now=0.0)
        await trio.sleep(100)
        mount.leave(source)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(come_and_go)
        await mount.wait_abandoned()
    assert trio.current_time() == pytest.approx(10 + 4.9 + 100 + 5)


class TestRegistry:
    def test_a_mount_has_one_source(self) -> None:
        registry = Registry(Config())
        assert isinstance(registry.claim("/live", make_source(), now=0.0), Mount)
        assert registry.claim("/live", make_source(), now=0.0) is Refused.IN_USE

    def test_a_mount_may_let_a_new_source_take_over(self) -> None:
        registry = Registry(Config(mounts={"/live": MountConfig(takeover=True)}))
        first, second = make_source(), make_source()
        mount = registry.claim("/live", first, now=0.0)
        assert registry.claim("/live", second, now=0.0) is mount
        assert first.ending is SourceEnding.REPLACED

    def test_there_are_only_so_many_sources_but_a_takeover_adds_none(self) -> None:
        config = Config(
            limits=LimitsConfig(sources=1), mounts={"/live": MountConfig(takeover=True)}
        )
        registry = Registry(config)
        registry.claim("/live", make_source(), now=0.0)
        assert registry.claim("/other", make_source(), now=0.0) is Refused.TOO_MANY_SOURCES
        assert isinstance(registry.claim("/live", make_source(), now=0.0), Mount)

    def test_a_source_that_left_makes_room(self) -> None:
        registry = Registry(Config(limits=LimitsConfig(sources=1)))
        source = make_source()
        mount = registry.claim("/live", source, now=0.0)
        assert isinstance(mount, Mount)
        mount.leave(source)
        assert registry.claim("/live", make_source(), now=0.0) is mount

    def test_only_mounts_with_a_known_source_are_on_air(self) -> None:
        registry = Registry(Config())
        source = make_source()
        mount = registry.claim("/live", source, now=0.0)
        assert isinstance(mount, Mount)
        assert not registry.on_air
        mount.announce("audio/aac", chains=True)
        assert registry.on_air == [mount]
        mount.leave(source)
        assert not registry.on_air

    def test_new_settings_reach_the_mounts_there_are(self) -> None:
        registry = Registry(Config())
        mount = registry.claim("/live", make_source(), now=0.0)
        assert isinstance(mount, Mount)
        registry.configure(Config(mounts={"/live": MountConfig(queue=1 << 20, burst=100_000)}))
        assert mount.config.burst == 100_000
        assert mount.log.retention.max_bytes > (1 << 20) + 100_000


def test_which_mounts_a_player_can_go_on_with() -> None:
    here, there, empty = make_mount(), make_mount(), Mount("/empty", MountConfig())
    assert here.goes_on_with(there)
    assert not here.goes_on_with(empty), "nobody knows what it will send"
    assert not empty.goes_on_with(here)
    there.announce("audio/aacp", chains=True)
    assert not here.goes_on_with(there), "the player was told another type"
    there.announce("audio/aac", chains=False)
    assert not here.goes_on_with(there)
    assert not there.goes_on_with(here)
    there.announce("audio/aac", chains=True)
    there.add([StreamStart("aac", 44100, 2)], now=0.0)
    assert not here.goes_on_with(there), "another sample rate"
