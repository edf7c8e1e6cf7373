"""Every conversation that was recorded with Icecast, held again with a station like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from radiocast.server import sending
from tests.protocols.recorded import icecast_names
from tests.server.made import mount_of, station
from tests.server.talk import talk
from tests.server.test_tls import certificate
from tests.station import RunningStation

from .comparing import Parts, hear, parts_of, request
from .differences import DIFFERENCES, expected
from .scenes import ENDLESS, LEVELS, SCENES, Scene, cases_of
from .stage import SETTINGS, become, on_air

PLAYS = [(scene, level) for scene in SCENES for level in LEVELS if level in scene.levels]


@pytest.mark.parametrize(
    ("scene", "level"), PLAYS, ids=[f"{scene.name}-{level}" for scene, level in PLAYS]
)
async def test_we_answer_as_icecast_but_for_the_known_differences(
    scene: Scene, level: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sending, "REFUSED_DELAY", 0.0)
    wrong = {}
    settings = SETTINGS + scene.settings + certificate(tmp_path)
    async with station(settings, patience=60) as on, on_air(on, scene.sources):
        become(on, level)
        async with scene.company(on):
            for name in cases_of(scene, level):
                ours, wanted = await replay(on, level, name)
                if differs := differing(ours, wanted):
                    wrong[name] = differs
    assert wrong == {}


async def replay(on: RunningStation, level: str, name: str) -> tuple[Parts, Parts]:
    """Our answer, and what it must be."""
    wanted, _ = expected(level, name)
    asked = request(level, name, number=first_listener(on))
    async with talk(door(on, name), tls=name.endswith("-tls")) as peer:
        await peer.send(asked)
        ours = await hear(peer, wanted)
    return parts_of(ours, whole="body" in wanted), wanted


def first_listener(on: RunningStation) -> int:
    """The number of whoever listens longest to /live.mp3; 0: nobody does."""
    if on.registry.get("/live.mp3") is None:
        return 0
    listeners = on.station.broadcast.audience.of(mount_of(on, "/live.mp3"))
    return listeners[0].number if listeners else 0


def door(on: RunningStation, name: str) -> int:
    """The port that it was recorded at."""
    if name.startswith("shoutcast-source"):
        return on.shoutcast_port
    other = {"shoutcast-compat-socket-ok": "shoutcast", "listener-plain-on-tls-port": "tls"}
    key = "tls" if name.endswith("-tls") else other.get(name, "")
    return next((door.port for door in on.station.doors if door.key == f"sockets.{key}"), on.port)


def differing(ours: Parts, wanted: Parts) -> Parts:
    """What is not as it must be: ours and theirs. Of headers that both have, the order counts."""
    parts = {**ours, "order": in_common(ours, wanted)}
    others = {**wanted, "order": in_common(wanted, ours)}
    return {
        part: (parts.get(part), others.get(part))
        for part in sorted(parts.keys() | others.keys())
        if parts.get(part) != others.get(part)
    }


def in_common(ours: Parts, theirs: Parts) -> list[str]:
    """The headers that are in both, in the order of the first."""
    return [name for name in _names(ours) if name in _names(theirs)]


def _names(parts: Parts) -> tuple[str, ...]:
    names = parts.get("order", ())
    assert isinstance(names, tuple)
    return names


@pytest.mark.parametrize("level", LEVELS)
def test_every_recording_is_replayed_in_one_scene(level: str) -> None:
    played = [name for scene in SCENES for name in cases_of(scene, level)]
    assert len(played) == len(set(played))
    assert set(played) <= icecast_names(level)


def test_the_table_speaks_of_what_differs() -> None:
    used = set()
    for level in LEVELS:
        for name in icecast_names(level) - set(ENDLESS):
            used |= expected(level, name)[1]
    assert set(DIFFERENCES) - used == set()
