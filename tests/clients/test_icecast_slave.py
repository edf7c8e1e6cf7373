"""A real Icecast that relays all our mounts: it asks for their list, as its manual says."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import pytest
import trio

from tests.clients.feed import feed
from tests.clients.need import need
from tests.clients.processes import running
from tests.clients.tunes import Tune
from tests.server.made import mount_of, until
from tests.server.talk import basic, get
from tests.station import RunningStation, running_station

pytestmark = pytest.mark.clients

SLAVE = """<icecast>
<limits><clients>20</clients><sources>9</sources></limits>
<authentication><source-password>a</source-password>
<admin-user>admin</admin-user><admin-password>theirs</admin-password></authentication>
<master-server>127.0.0.1</master-server><master-server-port>{master}</master-server-port>
<master-update-interval>2</master-update-interval>
<master-username>relay</master-username><master-password>follow-me</master-password>
<hostname>localhost</hostname>
<listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
<paths><basedir>{home}</basedir><logdir>{home}</logdir><webroot>{home}</webroot>
<adminroot>{home}</adminroot></paths>
<logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog><loglevel>3</loglevel></logging>
<security><chroot>0</chroot>{owner}</security>
</icecast>
"""
NOBODY = "<changeowner><user>nobody</user><group>nogroup</group></changeowner>"
HIDDEN = '[mounts."/secret"]\nhidden = true'


@pytest.fixture
def home() -> Iterator[Path]:
    """Where the user `nobody`, as whom Icecast runs if we are root, can write its logs."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


async def test_a_slave_gets_the_mounts_that_are_not_hidden(
    tunes: Mapping[str, Tune], home: Path
) -> None:
    need("icecast2")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with trio.fail_after(30):
        async with running_station(HIDDEN) as station, trio.open_nursery() as nursery:
            let_relays_in(station)
            for path in ("/live", "/secret"):
                await nursery.start(partial(feed, lead=2.0), station.port, path, tunes["mp3"])
            await until(lambda: len(station.registry.on_air) == 2)
            config = home / "icecast.xml"
            owner = NOBODY if os.geteuid() == 0 else ""
            config.write_text(SLAVE.format(master=station.port, port=port, home=home, owner=owner))
            async with running(["icecast2", "-c", str(config)], home / "output"):
                await until(lambda: bool(station.station.broadcast.registry.listeners))
                [relay] = station.station.broadcast.listeners_of(mount_of(station))
                assert relay.user_agent.startswith("Icecast ")
                mounts: list[str | None] = []
                while not mounts:
                    answer = await get(port, "/admin/listmounts", basic("theirs", "admin"))
                    listed = ElementTree.fromstring(answer.body)
                    mounts = [source.get("mount") for source in listed.iter("source")]
                    await trio.sleep(0.1)
                assert mounts == ["/live"]
            nursery.cancel_scope.cancel()


def let_relays_in(station: RunningStation) -> None:
    config = station.station.broadcast.config
    passwords = replace(config.passwords, relay="follow-me")
    station.station.reload(replace(config, passwords=passwords))
