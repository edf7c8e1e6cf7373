"""butt in front of a microphone: a screen without a display, and a tune in place of a sound card.

ALSA's file plugin reads what it records from a named pipe; what is written there in real time
is butt's clock (ALSA's null device would run a hundred times too fast). Of what is written butt
sends two thirds, the rest is lost on the way: this is sound without holes, no more.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from tests.clients.encoders import SONG
from tests.clients.processes import end, run, running
from tests.clients.tunes import Tune

ASOUNDRC = """
pcm.tune { type file; slave.pcm null; file /dev/null; infile FIFO; format raw }
pcm.!default { type plug; slave { pcm tune; format S16_LE; rate 44100; channels 2 } }
"""

CONFIG = """
[main]
server = station
srv_ent = station
num_of_srv = 1
num_of_icy = 0
connect_at_startup = 1
check_for_update = 0
[audio]
device = default
samplerate = 44100
bitrate = 128
channel = 2
codec = {codec}
[record]
folder = {directory}/
codec = mp3
[station]
address = 127.0.0.1
port = {port}
password = sesame
type = 1
tls = 0
mount = live
usr = source
"""


PIECE = 17_640 + 8_820
"""Bytes written at a time, 150 ms. butt reads these two sizes in turn, and where less is to be
had, ALSA makes up the rest with silence."""

SPEED = 1.5
"""That much more is written than is heard, so that butt sends as much as time goes."""

PIPE_SIZE = 1 << 20


@asynccontextmanager
async def studio(codec: str, port: int, tune: Tune, directory: Path) -> AsyncIterator[None]:
    """butt on air with the tune in `codec`; the title is set as its users do, from outside."""
    microphone = directory / "microphone"
    os.mkfifo(microphone)
    (directory / ".asoundrc").write_text(ASOUNDRC.replace("FIFO", str(microphone)))
    config = directory / "butt.rc"
    config.write_text(CONFIG.format(codec=codec, port=port, directory=directory))
    decoded = await run([*shlex.split(f"ffmpeg -v error -i {tune.path} -f s16le"), "-"])
    control = _free_port()
    butt = shlex.split(f"butt -c {config} -p {control}")
    # butt opens and closes its sound card a few times before it uses it: the pipe stays open
    held = os.open(microphone, os.O_RDWR)
    try:
        fcntl.fcntl(held, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
        async with screen() as display, trio.open_nursery() as nursery:
            env = {"HOME": str(directory), "DISPLAY": display}
            async with running(butt, directory / "butt.log", env=env):
                nursery.start_soon(_speak, held, decoded.stdout)
                await _say(control, SONG)
                yield
            nursery.cancel_scope.cancel()
    finally:
        os.close(held)


async def _speak(microphone: int, samples: bytes) -> None:
    """Write 16-bit stereo at 44.1 kHz. The pipe has room: nothing blocks."""
    began = trio.current_time()
    for at in range(0, len(samples), PIECE):
        await trio.sleep_until(began + at / (44_100 * 4 * SPEED))
        os.write(microphone, samples[at : at + PIECE])


async def _say(control: int, song: str) -> None:
    """Set the title, as soon as butt takes orders and is connected."""
    while True:
        if b"connected: 1" in (await run(["butt", "-S", "-p", str(control)])).stdout:
            break
        await trio.sleep(0.1)
    await run(["butt", "-u", song, "-p", str(control)])


@asynccontextmanager
async def screen() -> AsyncIterator[str]:
    """An X display nobody sees. It tells its number once it is ready."""
    process = await trio.lowlevel.open_process(
        shlex.split("Xvfb -displayfd 1 -screen 0 800x600x24 -nolisten tcp"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        number = (await process.stdout.receive_some()).decode().strip()
        yield f":{number}"
    finally:
        with trio.CancelScope(shield=True):
            await end(process)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
