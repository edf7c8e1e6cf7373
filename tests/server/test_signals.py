"""The program as it is started, with an encoder and a player, told to reload and to stop."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import trio

from .audio import frames, numbers
from .made import put
from .talk import ACCEPTED, Talk, get, parse_head, request_head, talk

SETTINGS = """
[listen]
host = "127.0.0.1"
port = 0
[passwords]
source = "sesame"
admin = "letmein"
[logs]
access = "{log}"
"""


class Program:
    """`radiocast serve`, and what it says on standard error."""

    def __init__(self, process: trio.Process) -> None:
        self.process = process
        self._said = b""

    async def says(self, words: str) -> str:
        """The next line with `words` in it."""
        assert self.process.stderr is not None
        while True:
            while b"\n" not in self._said:
                data = await self.process.stderr.receive_some()
                assert data, f"it never said {words!r}"
                self._said += data
            line, _, self._said = self._said.partition(b"\n")
            if words in line.decode():
                return line.decode()


async def hear(player: Talk, number: int) -> bytes:
    """What comes until the end of that frame."""
    return await player.read_until(frames(number, number + 1))


async def test_a_listener_survives_reloads_and_hears_everything_before_the_end(
    tmp_path: Path, nursery: trio.Nursery
) -> None:
    config, log = tmp_path / "radiocast.toml", tmp_path / "access.log"
    config.write_text(SETTINGS.format(log=log))
    command = [sys.executable, "-m", "radiocast", "serve", str(config), "--state", str(tmp_path)]
    with trio.fail_after(20):
        run = partial(trio.run_process, command, stderr=subprocess.PIPE, check=False)
        process = await nursery.start(run)
        program = Program(process)
        found = re.search(r"port (\d+)", await program.says("listening on port"))
        assert found
        port = int(found[1])
        async with talk(port) as encoder, talk(port) as player:
            await encoder.send(put() + frames(0, 10))
            assert await encoder.read(len(ACCEPTED)) == ACCEPTED
            await player.send(request_head("GET", "/live"))
            assert parse_head(await player.read_until(b"\r\n\r\n")).status == 200
            heard = await hear(player, 8)

            config.write_text("limits.sorces = 1")
            process.send_signal(signal.SIGHUP)
            assert "sorces" in await program.says("not reloaded")
            config.write_text(SETTINGS.format(log=log) + "[mount]\nmax_listeners = 1")
            process.send_signal(signal.SIGHUP)
            await program.says("configuration reloaded")
            assert (await get(port, "/live")).head.status == 403

            await encoder.send(frames(10, 20))
            heard += await hear(player, 18)
            process.send_signal(signal.SIGTERM)
            heard += await player.read_all()
            assert numbers(heard) == range(20)
            assert await encoder.read_all() == b""
        assert await process.wait() == 0
    assert [line.split('"')[1] for line in log.read_text().splitlines()] == [
        "GET /live HTTP/1.1",
        "GET /live HTTP/1.0",
        "PUT /live HTTP/1.1",
    ]
