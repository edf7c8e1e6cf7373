"""Every recorded request of Icecast's administration, sent again to a station like it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.protocols.recorded import TRANSCRIPTS
from tests.server.made import mount_of, player, station, until
from tests.station import RunningStation

from .comparing import replay
from .differences import DIFFERENCES, Difference, expected
from .sources import DOOMED, EARLY, LATE, SETTINGS, on_air

# Those that need listeners, or come last because they change what the others show.
LISTENED_TO = ("admin-listclients", "admin-listclients-xsl")
MOVED = ("admin-moveclients-format-mismatch", "admin-moveclients")
DOING = ("admin-killclient", "admin-killsource", "admin-killsource-again")
TITLED = ("admin-metadata-post", "metadata-xsl")
HIDDEN = "admin-streamlist-txt-hidden"
RECORDED = {
    path.name.removesuffix(".client.bin")
    for pattern in ("admin-*", "metadata-xsl.*", "metadata-no-mount-admin.*")
    for path in (TRANSCRIPTS / "icecast-2.4.4").glob(f"{pattern}client.bin")
}


class Rehearsal:
    """A station like the recorded one, what was asked of it, and what it answered wrongly."""

    def __init__(self, on: RunningStation) -> None:
        self.on = on
        config = on.station.broadcast.config
        passwords = replace(config.passwords, relay="follow")
        on.station.reload(replace(config, passwords=passwords))
        self.seen: set[str] = set()
        self.used: set[Difference] = set()
        self.wrong: dict[str, dict[str, tuple[object, object]]] = {}

    async def replay(self, name: str, *, number: int = 0) -> None:
        ours, recorded = await replay(self.on, name, number=number)
        wanted, used = expected(name, recorded)
        self.seen.add(name)
        self.used |= used
        if ours != wanted:
            self.wrong[name] = {
                part: (ours.get(part), wanted.get(part))
                for part in sorted(ours.keys() | wanted.keys())
                if ours.get(part) != wanted.get(part)
            }

    async def replay_all(self, names: Iterable[str]) -> None:
        for name in names:
            await self.replay(name)


async def test_every_recorded_request_is_answered_as_by_icecast_but_for_the_known_differences() -> (
    None
):
    asked_last = {*LISTENED_TO, *MOVED, *DOING, *TITLED, HIDDEN}
    async with station(SETTINGS, patience=60) as on:
        rehearsal = Rehearsal(on)
        async with on_air(on, EARLY):
            await rehearsal.replay_all(sorted(RECORDED - asked_last))
            async with (
                player(on, "/live.mp3", "User-Agent: golden/1.0") as first,
                player(on, "/live.mp3") as second,
            ):
                await rehearsal.replay_all(LISTENED_TO)
                listeners = on.station.broadcast.listeners_of(mount_of(on, "/live.mp3"))
                await rehearsal.replay("admin-killclient", number=listeners[0].number)
                await first.hear_out()
                await rehearsal.replay_all(MOVED)
                assert mount_of(on, "/legacy.mp3").counts.listeners == 1
                await second.peer.close()
            await rehearsal.replay_all(TITLED)
        async with on_air(on, DOOMED):
            await rehearsal.replay("admin-killsource")
            await until(lambda: mount_of(on, "/kill.mp3").source is None)
            await rehearsal.replay("admin-killsource-again")
    async with station(SETTINGS) as on:
        late = Rehearsal(on)
        async with on_air(on, LATE):
            await late.replay(HIDDEN)
    assert rehearsal.wrong | late.wrong == {}
    assert rehearsal.seen | late.seen == RECORDED
    idle = set(DIFFERENCES) - rehearsal.used - late.used
    assert not idle, "the table speaks of what is no difference any more"
