"""A real Icecast on either side of our relays and pushes: what listeners get behind it decodes
without a word, is what was sent, and has its titles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
import trio

from radiocast.formats import Title
from tests.clients.decode import decode_all
from tests.clients.feed import feed
from tests.clients.icecast import SHOUTCAST_MOUNT, icecast
from tests.clients.listen import Heard, listen
from tests.clients.need import need
from tests.clients.sweep import check_sweep
from tests.clients.tunes import Tune
from tests.icy import strip
from tests.server.made import mount_of, until
from tests.station import RunningStation, running_station

pytestmark = pytest.mark.clients

SECONDS = 4.0
"""Of sound that is listened to."""
TITLE = "Björk - Jóga"


def pushes(port: int) -> str:
    """The MP3 in all three ways, and the Ogg streams in the one that knows them."""
    wanted = {"put": "/put", "source": "/source", "shoutcast": ""}
    tables = [
        f'[pushes.{protocol}]\nmount = "/mp3"\nprotocol = "{protocol}"\n'
        f'url = "http://127.0.0.1:{port}{path}"\npassword = "sesame"\n'
        for protocol, path in wanted.items()
    ]
    tables += [
        f'[pushes.{name}]\nmount = "/{name}"\nurl = "http://127.0.0.1:{port}/{name}"\n'
        'password = "sesame"\n'
        for name in ("ogg", "opus")
    ]
    return "".join(tables)


async def test_what_we_push_to_icecast_and_relay_from_it_is_what_was_sent(
    tunes: Mapping[str, Tune], public_path: Path, tmp_path: Path
) -> None:
    need("icecast2")
    mounts = ["/put", "/source", SHOUTCAST_MOUNT, "/ogg", "/opus"]
    async with icecast(public_path) as port, running_station(pushes(port), patience=40) as first:
        master = f'[master]\nurl = "http://127.0.0.1:{port}"\npassword = "follow-me"\ninterval = 1'
        async with running_station(master, patience=40) as second, trio.open_nursery() as nursery:
            for path in ("mp3", "ogg", "opus"):
                await nursery.start(partial(feed, lead=2.0), first.port, f"/{path}", tunes[path])
            await until(lambda: [mount.path for mount in second.registry.on_air] == sorted(mounts))
            mount_of(first, "/mp3").set_title(Title(TITLE))
            bodies = await hear(second, mounts, tunes)
            for path in mounts[:3]:
                titles = mount_of(second, path).log.titles
                await until(partial(is_latest, titles.latest, TITLE))
            nursery.cancel_scope.cancel()
    for samples in await decode_all(bodies, tmp_path, seconds=SECONDS):
        check_sweep(samples, at_least=SECONDS - 1)


def is_latest(latest: object, text: str) -> bool:
    title = latest() if callable(latest) else None
    return isinstance(title, Title) and title.text == text


async def hear(on: RunningStation, paths: list[str], tunes: Mapping[str, Tune]) -> list[bytes]:
    heard = {path: Heard() for path in paths}
    async with trio.open_nursery() as listening:
        for path in paths:
            tune = tunes.get(path[1:], tunes["mp3"])
            enough = tune.byte_rate * (SECONDS + 1)
            listening.start_soon(partial(listen, on.port, path, heard[path], at_least=enough))
    return [bytes(each.body) for each in heard.values()]


RELAY = """<relay><server>127.0.0.1</server><port>{port}</port><mount>/live</mount>
<local-mount>/there</local-mount><relay-shoutcast-metadata>1</relay-shoutcast-metadata>
<on-demand>0</on-demand></relay>"""
ICY = "Icy-MetaData: 1\r\n"


async def test_what_icecast_relays_from_us_has_our_titles(
    tunes: Mapping[str, Tune], public_path: Path, tmp_path: Path
) -> None:
    need("icecast2")
    async with running_station(patience=40) as ours, trio.open_nursery() as nursery:
        await nursery.start(partial(feed, lead=2.0), ours.port, "/live", tunes["mp3"])
        await until(lambda: bool(ours.registry.on_air))
        mount_of(ours).set_title(Title(TITLE))
        async with icecast(public_path, RELAY.format(port=ours.port)) as port:
            await until(lambda: ours.registry.listeners == 1)
            heard = Heard()
            enough = tunes["mp3"].byte_rate * (SECONDS + 1)
            while not heard.head:
                try:
                    await listen(port, "/there", heard, at_least=enough, headers=ICY)
                except AssertionError:  # it does not know the mount yet
                    heard = Heard()
                    await trio.sleep(0.1)
            nursery.cancel_scope.cancel()
    found = re.search(rb"icy-metaint: ?([0-9]+)", heard.head)
    assert found
    audio, texts = strip(bytes(heard.body), int(found[1]))
    assert f"StreamTitle='{TITLE}';" in [text for _, text in texts]
    [samples] = await decode_all([audio], tmp_path, seconds=SECONDS)
    check_sweep(samples, at_least=SECONDS - 1)
