"""A real Icecast that relays all our mounts: it asks for their list, as its manual says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest
import trio

from tests.clients.feed import feed
from tests.clients.icecast import icecast
from tests.clients.need import need
from tests.clients.tunes import Tune
from tests.server.made import mount_of, until
from tests.server.talk import basic, get
from tests.station import RunningStation, running_station

pytestmark = pytest.mark.clients

MASTER = """<master-server>127.0.0.1</master-server><master-server-port>{port}</master-server-port>
<master-update-interval>2</master-update-interval>
<master-username>relay</master-username><master-password>follow-me</master-password>"""
HIDDEN = '[mounts."/secret"]\nhidden = true'


async def test_a_slave_gets_the_mounts_that_are_not_hidden(
    tunes: Mapping[str, Tune], public_path: Path
) -> None:
    need("icecast2")
    with trio.fail_after(30):
        async with running_station(HIDDEN) as station, trio.open_nursery() as nursery:
            let_relays_in(station)
            for path in ("/live", "/secret"):
                await nursery.start(partial(feed, lead=2.0), station.port, path, tunes["mp3"])
            await until(lambda: len(station.registry.on_air) == 2)
            async with icecast(public_path, MASTER.format(port=station.port)) as port:
                await until(lambda: bool(station.station.broadcast.registry.listeners))
                [relay] = station.station.broadcast.audience.of(mount_of(station))
                assert relay.user_agent.startswith("Icecast ")
                mounts: list[str | None] = []
                while not mounts:
                    answer = await get(port, "/admin/listmounts", basic("letmein", "admin"))
                    listed = ElementTree.fromstring(answer.body)
                    mounts = [source.get("mount") for source in listed.iter("source")]
                    await trio.sleep(0.1)
                assert mounts == ["/live"]
            nursery.cancel_scope.cancel()


def let_relays_in(station: RunningStation) -> None:
    config = station.station.broadcast.config
    passwords = replace(config.passwords, relay="follow-me")
    station.station.reload(replace(config, passwords=passwords))
