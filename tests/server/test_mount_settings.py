"""What `[mount]` says of listeners and of what they are told."""

from __future__ import annotations

from .audio import FRAME, frames, numbers
from .made import encoder, mount_of, player, station, until_logged
from .talk import basic, get

AUDIO = frames(0, 20)


async def test_who_has_listened_as_long_as_it_may_has_to_go() -> None:
    async with station('[mounts."/live"]\nlistener_time = "0.2s"\n') as on:
        async with encoder(on, audio=AUDIO), encoder(on, "/other", audio=AUDIO):
            async with player(on) as heard, player(on, "/other") as other:
                await heard.hear_out()
                assert numbers(heard.body) == range(20)
                await other.hear(19 * FRAME)
        assert on.registry.traffic.listeners == 2


async def test_who_is_not_to_come_directly_is_refused() -> None:
    settings = '[mounts."/hidden"]\ndirect = false\n[mounts."/live"]\nfallback = "/hidden"\n'
    async with station(settings) as on, encoder(on, "/hidden", audio=AUDIO):
        answer = await get(on.port, "/hidden")
        assert (answer.head.status, answer.body) == (403, b"mountpoint unavailable")
        async with player(on) as listener:
            await listener.hear(19 * FRAME)


async def test_a_mount_may_be_more_patient_with_its_source_also_after_a_reload() -> None:
    mount = '[limits]\nsource_timeout = 0.2\n[mounts."/live"]\nsource_timeout = {}\n'
    async with station(mount.format(60)) as on, encoder(on, audio=AUDIO) as source:
        async with encoder(on, "/other", audio=AUDIO) as other:
            assert await other.read_all() == b""
        assert on.registry.sources == 1
        on.reload(mount.format(0.1))
        await source.send(AUDIO)
        assert await source.read_all() == b""


async def test_titles_without_a_charset_are_in_the_mounts() -> None:
    async with station('[mounts."/live"]\ncharset = "koi8-r"\n') as on:
        async with encoder(on, audio=AUDIO):
            await until_logged(on, FRAME)
            update = "/admin/metadata?mode=updinfo&mount=/live&song=%ED%C9%D2"
            for more, text in (("", "Мир"), ("&charset=latin-1", "íÉÒ")):
                await get(on.port, update + more, basic("sesame"))
                title = mount_of(on).log.titles.latest()
                assert title is not None
                assert title.text == text


async def test_the_operators_bitrate_fills_a_gap_in_the_head_and_counts_in_statistics() -> None:
    async with station('[mounts."/live"]\nbitrate = "64"\ngenre = "ours"\n') as on:
        async with encoder(on, "/live", "ice-genre: theirs", audio=AUDIO), player(on) as listener:
            assert listener.head.headers["icy-br"] == "64"
            assert listener.head.headers["icy-genre"] == "theirs"
            stats = mount_of(on).statistics()
            assert (stats.info.bitrate, stats.info.genre) == ("64", "ours")
