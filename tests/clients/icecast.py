"""A real Icecast for a test, as the other server of a relay or a push."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from tests.clients.forward import adjoining_sockets
from tests.clients.processes import running

SHOUTCAST_MOUNT = "/shoutcast"

CONFIG = """<icecast>
<limits><clients>50</clients><sources>20</sources></limits>
<authentication><source-password>sesame</source-password>
<relay-user>relay</relay-user><relay-password>follow-me</relay-password>
<admin-user>admin</admin-user><admin-password>letmein</admin-password></authentication>
<hostname>localhost</hostname>
<listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address>
<shoutcast-mount>/shoutcast</shoutcast-mount></listen-socket>
{extra}
<paths><basedir>{home}</basedir><logdir>{home}</logdir><webroot>{home}</webroot>
<adminroot>{home}</adminroot></paths>
<logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog><loglevel>4</loglevel></logging>
<security><chroot>0</chroot>{owner}</security>
</icecast>
"""
_NOBODY = "<changeowner><user>nobody</user><group>nogroup</group></changeowner>"


@asynccontextmanager
async def icecast(home: Path, extra: str = "") -> AsyncIterator[int]:
    """The port it listens on; the one above it takes SHOUTcast v1 sources.

    `home` must be a directory that the user nobody, as whom it runs if we are root, can write.
    """
    sockets = adjoining_sockets()
    port = int(sockets[0].getsockname()[1])
    for sock in sockets:
        sock.close()
    config = home / "icecast.xml"
    owner = _NOBODY if os.geteuid() == 0 else ""
    config.write_text(CONFIG.format(port=port, home=home, owner=owner, extra=extra))
    async with running(["icecast2", "-c", str(config)], home / "output"):
        await _answers(port)
        yield port


async def _answers(port: int) -> None:
    while True:
        try:
            await (await trio.open_tcp_stream("127.0.0.1", port)).aclose()
        except OSError:
            await trio.sleep(0.05)
        else:
            return
