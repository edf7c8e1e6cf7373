"""Listeners of a mount without a source hear another one, or a file, as the operator said."""

from __future__ import annotations

from pathlib import Path

import pytest
import trio
import trio.testing

from .audio import FRAME, frame, frames, numbers, runs
from .made import Player, encoder, mount_of, player, station, until, until_logged
from .talk import get
from .test_relays import relay

MEDIA = Path(__file__).parent.parent / "media"
AAC = b"\xff\xf1\x50\x80\x2e\x7f\xfc" + bytes(364)
FALLBACK = '[mounts."/live"]\nfallback = "/other"\n'
OVERRIDE = FALLBACK + "fallback_override = true\n"


async def until_heard(listener: Player, number: int) -> None:
    """Read until a frame of this number was heard."""
    while frame(number) not in listener.audio:
        listener.body += await listener.peer.read_some(65536)


@pytest.mark.parametrize("grace", ["5s", "0s"])
async def test_when_the_source_goes_its_listeners_go_on_with_the_fallback(grace: str) -> None:
    async with station(f'{FALLBACK}grace = "{grace}"\n') as on, encoder(on) as live:
        async with encoder(on, "/other", audio=frames(500, 510)) as other:
            await live.send(frames(0, 10))
            async with player(on) as listener:
                await listener.hear(9 * FRAME)
                await until_logged(on, 9 * FRAME, "/other")
                await live.close()
                await until(lambda: mount_of(on, "/other").counts.listeners == 1)
                await other.send(frames(510, 520))
                await listener.hear(20 * FRAME)
                first, second = runs(listener.body)
                assert first == range(10)
                assert second.start >= 508, "what is in the player's buffer is burst enough"
            assert on.registry.listeners == 1


async def test_without_override_they_stay_there() -> None:
    async with station(FALLBACK) as on, encoder(on, "/other", audio=frames(500, 510)):
        async with player(on) as listener, encoder(on, audio=frames(0, 10)):
            await until_logged(on, 9 * FRAME)
            await listener.hear(9 * FRAME)
            async with player(on):
                assert mount_of(on).counts.listeners == 1
            assert mount_of(on, "/other").counts.listeners == 1


async def test_with_override_all_listeners_of_the_fallback_come_when_the_source_does() -> None:
    async with station(OVERRIDE) as on, encoder(on, "/other", audio=frames(500, 510)):
        async with player(on) as waiting, player(on, "/other") as direct:
            async with encoder(on) as live:
                await trio.testing.wait_all_tasks_blocked()
                assert mount_of(on, "/other").counts.listeners == 2, "it has sent nothing yet"
                await live.send(frames(0, 10))
                await until(lambda: mount_of(on).counts.listeners == 2)
                for listener in (waiting, direct):
                    await until_heard(listener, 9)
                    first, second = runs(listener.body)
                    assert (first.start, second.stop) == (500, 10)
            await until(lambda: mount_of(on, "/other").counts.listeners == 2)


async def test_the_title_of_the_mount_they_come_to_is_told_at_once() -> None:
    settings = '[mount]\nmetaint = 256\n[mounts."/live"]\nmetaint = 256\nfallback = "/other"\n'
    async with station(settings) as on, encoder(on) as live:
        async with encoder(on, "/other", audio=frames(500, 510)) as other:
            await live.send(frames(0, 10))
            async with player(on, "/live", "Icy-MetaData: 1") as listener:
                for path in ("/live", "/other"):
                    await until_logged(on, 9 * FRAME, path)
                    title = f"/admin/metadata?mode=updinfo&mount={path}&song=on{path[1:]}"
                    await get(on.port, title, "Authorization: Basic c291cmNlOnNlc2FtZQ==")
                await live.send(frames(10, 20))
                await listener.hear(20 * FRAME)
                await live.close()
                await until(lambda: mount_of(on, "/other").counts.listeners == 1)
                await other.send(frames(510, 520))
                await until_heard(listener, 518)
                titles = [title for _, title in listener.titles if title]
                assert titles.index("StreamTitle='onlive';") == 1
                assert titles[-1] == "StreamTitle='onother';"


async def test_a_chain_is_walked_to_the_first_that_is_on_air() -> None:
    chain = "".join(f'[mounts."/{n}"]\nfallback = "/{n + 1}"\n' for n in range(12))
    async with station(chain) as on:
        async with encoder(on, "/10", audio=frames(0, 10)), player(on, "/0") as listener:
            await listener.hear(9 * FRAME)
            assert (await get(on.port, "/11")).head.status == 404
        await until(lambda: on.registry.sources == 0)
        async with encoder(on, "/12", audio=frames(0, 10)):
            assert (await get(on.port, "/0")).head.status == 404, "that is too far"


async def test_a_circle_ends_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    circle = '[mounts."/a"]\nfallback = "/b"\n[mounts."/b"]\nfallback = "/a"\n'
    async with station(circle) as on:
        assert [line for line in caplog.messages if "circle" in line] == [
            "/a: its fallbacks lead in a circle: /a > /b > /a"
        ]
        assert (await get(on.port, "/a")).head.status == 404


async def test_the_fallback_of_all_mounts_is_no_answer_to_every_question() -> None:
    async with station('[mount]\nfallback = "/other"\n') as on:
        async with encoder(on, "/other", audio=frames(500, 510)):
            assert (await get(on.port, "/nothing")).head.status == 404
            async with encoder(on, audio=frames(0, 10)) as live, player(on) as listener:
                await live.close()
                await until_heard(listener, 9)
                await until(lambda: mount_of(on, "/other").counts.listeners == 1)


async def test_who_comes_when_it_is_full_is_sent_to_the_fallback() -> None:
    full = FALLBACK + "max_listeners = 1\nfallback_when_full = true\n"
    async with station(full) as on, encoder(on, audio=frames(0, 10)):
        async with player(on) as first:
            await first.hear(FRAME)
            assert (await get(on.port, "/live")).head.status == 403, "there is no fallback on air"
            name = "ice-name: Other"
            async with encoder(on, "/other", name, audio=frames(500, 510)), player(on) as second:
                assert second.head.headers["icy-name"] == "Other"
                await second.hear(9 * FRAME)
                assert numbers(second.body) == range(500, 509)


async def test_whose_player_cannot_go_on_stays_for_the_grace_time() -> None:
    async with station(f'{FALLBACK}grace = "0.2s"\n') as on, encoder(on) as live:
        async with encoder(on, "/other", kind="audio/aac", audio=AAC * 10):
            await live.send(frames(0, 10))
            async with player(on) as listener:
                await live.close()
                await listener.hear_out()
                assert numbers(listener.body) == range(10)
            async with player(on) as again:
                assert again.head.headers["content-type"] == "audio/aac"


async def test_what_was_said_since_counts_until_settings_are_read_again() -> None:
    async with station(FALLBACK) as on, encoder(on, "/third", audio=frames(0, 10)):
        on.registry.fallbacks.set("/live", "/third")
        async with player(on) as listener:
            await listener.hear(9 * FRAME)
        on.reload(FALLBACK)
        assert (await get(on.port, "/live")).head.status == 404


async def test_a_relay_on_demand_is_woken_for_it() -> None:
    async with station() as there, encoder(there, audio=frames(500, 510)):
        async with station(
            FALLBACK + relay(there.url("/live"), "on_demand = true", "/other")
        ) as on:
            async with encoder(on, audio=frames(0, 10)) as live, player(on) as listener:
                await listener.hear(9 * FRAME)
                assert on.registry.get("/other") is None
                await live.close()
                await until_heard(listener, 509)


# Files


def with_file(directory: Path, name: str, more: str = "") -> str:
    return f'[files]\nroot = "{directory}"\n[mounts."/live"]\nfallback = "/{name}"\n{more}'


async def test_a_file_is_heard_at_its_own_speed_by_all_at_one_place(tmp_path: Path) -> None:
    (tmp_path / "silence.mp3").write_bytes(frames(0, 38))  # not quite a second
    burst = 'burst = "16KiB"\nburst_time = 0\n'
    settings = with_file(tmp_path, "silence.mp3") + f'[mounts."/silence.mp3"]\n{burst}'
    async with station(settings) as on, player(on) as first:
        began = trio.current_time()
        await first.hear(70 * FRAME)
        took = trio.current_time() - began
        assert abs(took - (70 - 40) * 1152 / 44100) < 0.4, "the burst at once, then as it sounds"
        assert first.head.headers["content-type"] == "audio/mpeg"
        await until(lambda: mount_of(on, "/silence.mp3").counts.listeners == 1)
        assert on.registry.sources == 0
        async with player(on) as second:
            await second.hear(39 * FRAME)
            mount = mount_of(on, "/silence.mp3")
            lags = [each.lag for each in on.station.broadcast.audience.of(mount)]
            assert lags[0] == lags[1]
        told = runs(first.body)
        assert all(len(run) in range(35, 40) for run in told[1:-1]), told


@pytest.mark.parametrize("grace", ["5s", "0s"])
async def test_it_plays_on_and_on_while_somebody_listens(grace: str, tmp_path: Path) -> None:
    (tmp_path / "silence.mp3").write_bytes(frames(0, 10))
    more = f'fallback_override = true\ngrace = "{grace}"\n'
    async with station(with_file(tmp_path, "silence.mp3", more)) as on:
        async with encoder(on, audio=frames(500, 510)) as live, player(on) as listener:
            await listener.hear(9 * FRAME)
            await live.close()
            await until(lambda: on.registry.get("/silence.mp3") is not None)
            await until(lambda: mount_of(on, "/silence.mp3").counts.listeners == 1)
            await until_heard(listener, 9)
            before = on.registry.traffic.listeners
            async with encoder(on, audio=frames(600, 610)):
                await until_heard(listener, 609)
                await until(lambda: mount_of(on, "/silence.mp3").counts.listeners == 0)
            assert on.registry.traffic.listeners == before


async def test_a_source_may_have_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "silence.mp3").write_bytes(frames(0, 38))
    async with station(with_file(tmp_path, "silence.mp3")) as on, player(on) as listener:
        async with encoder(on, "/silence.mp3", audio=frames(500, 510)):
            await until_heard(listener, 509)
            assert on.registry.sources == 1


@pytest.mark.parametrize("name", ["../x.mp3", "nothing.mp3", "text.mp3", "live.webm", "", "sub"])
async def test_what_is_no_file_to_play_is_none(name: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (tmp_path / "x.mp3").write_bytes(frames(0, 38))
    (root / "text.mp3").write_text("hello")
    (root / "live.webm").write_bytes((MEDIA / "opus-live.webm").read_bytes())
    async with station(f'[files]\nroot = "{root}"\n') as on:
        on.registry.fallbacks.set("/live", f"/{name}")
        assert (await get(on.port, "/live")).head.status == 404


@pytest.mark.parametrize("name", ["lc.aac", "opus.opus", "vorbis.ogg", "flac.oga", "fixed.flac"])
async def test_files_of_each_format_go_round(name: str, tmp_path: Path) -> None:
    data = (MEDIA / name).read_bytes()
    (tmp_path / name).write_bytes(data)
    settings = with_file(tmp_path, name) + f'[mounts."/{name}"]\nburst = "256KiB"\n'
    async with station(settings) as on, player(on) as listener:
        await listener.hear(min(2 * len(data), 200_000))
