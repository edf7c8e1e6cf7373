"""The two programs, started alike: the same tracks, the same formats, read and thrown away."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.fanout.proc import descendants
from bench.fanout.running import Running, ServerError, free_port, launch
from bench.fanout.servers import PASSWORD, Plan, start_icecast
from bench.studio.outputs import CROSSFADE, OUTPUTS, RATE
from bench.studio.sinks import Drain, Listeners

START_TIMEOUT = 60.0  # seconds; Liquidsoap compiles its script first
BORN = 5.0
"""Seconds until a station has its worker."""
STARTED = 'on_start={print("on air")}'


@dataclass(slots=True)
class Playing:
    """A program at work. `came` has the bytes of each output: all there are once it has ended."""

    name: str
    pids: list[int]
    """The processes that do the work."""
    idle: list[int] = field(default_factory=list)
    """Processes that wait."""
    parents: list[int] = field(default_factory=list)
    """Processes whose work the other one does not do."""
    came: Counter[str] = field(default_factory=Counter)


@contextmanager
def studio(names: Sequence[str], tracks: Sequence[Path], directory: Path) -> Iterator[Playing]:
    """radiocast's worker and its fork server under a supervisor that throws the packets away."""
    command = [sys.executable, "-m", "bench.studio.worker", "+".join(names), *map(str, tracks)]
    log = (directory / "studio.log").open("wb")
    with (
        log,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise ServerError(f"no studio: {(directory / 'studio.log').read_text()}")
        who = json.loads(line)
        playing = Playing("radiocast", [who["worker"]], [who["forkserver"]], [process.pid])
        try:
            yield playing
        finally:
            process.stdin.close()
            playing.came.update(json.loads(process.stdout.readline() or "{}"))


@contextmanager
def liquidsoap(names: Sequence[str], tracks: Sequence[Path], directory: Path) -> Iterator[Playing]:
    """Liquidsoap, writing to pipes that are read and thrown away."""
    sinks = {name: directory / f"{name}.fifo" for name in names}
    lines = [
        f'output.file({STARTED}, {OUTPUTS[n].liquidsoap}, "{fifo}", radio)'
        for n, fifo in sinks.items()
    ]
    with (
        Drain(sinks) as drain,
        _run_liquidsoap(lines or [f"output.dummy({STARTED}, radio)"], tracks, directory) as process,
    ):
        yield Playing("liquidsoap", [process.pid], came=drain.came)


@contextmanager
def radiocast_station(
    names: Sequence[str], tracks: Sequence[Path], directory: Path
) -> Iterator[Playing]:
    """`radiocast serve`: its web server, its library, its studio; a listener on each mount."""
    port, paths = free_port(), _mounts(names)
    outputs = "\n".join(
        f'[outputs."{path}"]\ncodec = "{OUTPUTS[name].codec}"\n'
        f"bitrate = {OUTPUTS[name].bitrate // 1000}\n"
        for name, path in paths.items()
    )
    config = directory / "radiocast.toml"
    config.write_text(
        f'[listen]\nhost = "127.0.0.1"\nport = {port}\nshoutcast_port = 0\n\n'
        f'[passwords]\nsource = "{PASSWORD}"\nadmin = "{PASSWORD}"\n\n'
        '[logs]\nlevel = "warning"\naccess = ""\n\n'
        f'[autodj]\ndatabase = "{directory}/autodj.db"\n'
        f'crossfade = "fixed"\ncrossfade_time = "{CROSSFADE:g}s"\n\n'
        f'[playlists.tracks]\nsource = "{tracks[0].parent}/tracks.m3u"\n\n{outputs}'
    )
    command = [sys.executable, "-m", "radiocast", "serve", str(config)]
    process = launch(command, port, directory / "radiocast.out")
    with Running("radiocast", process.pid, [], process), Listeners(port, paths) as listeners:
        time.sleep(BORN)
        yield Playing("radiocast", descendants(process.pid), came=listeners.came)


@contextmanager
def liquidsoap_station(
    names: Sequence[str], tracks: Sequence[Path], directory: Path
) -> Iterator[Playing]:
    """Liquidsoap that feeds Icecast; a listener on each mount."""
    with ExitStack() as stack:
        directory.chmod(0o755)
        icecast = stack.enter_context(
            start_icecast(Plan("mp3", Path(), mounts=len(names)), directory)
        )
        port, paths = icecast.mounts[0].port, _mounts(names)
        lines = [
            f'output.icecast({STARTED}, {OUTPUTS[name].liquidsoap}, host="127.0.0.1", port={port}, '
            f'password="{PASSWORD}", mount="{path}", '
            f'format="{OUTPUTS[name].content_type}", radio)'
            for name, path in paths.items()
        ]
        process = stack.enter_context(_run_liquidsoap(lines, tracks, directory))
        listeners = stack.enter_context(Listeners(port, paths))
        yield Playing("liquidsoap", [process.pid, icecast.pid], came=listeners.came)


@contextmanager
def _run_liquidsoap(
    outputs: Sequence[str], tracks: Sequence[Path], directory: Path
) -> Iterator[subprocess.Popen[bytes]]:
    script = directory / "radio.liq"
    script.write_text(
        "\n".join(
            [
                f"settings.frame.audio.samplerate.set({RATE})",
                "settings.init.allow_root.set(true)",
                "settings.log.file.set(false)",
                "settings.log.level.set(2)",
                f'tracks = playlist(mode="normal", reload_mode="never", '
                f'"{tracks[0].parent}/tracks.m3u")',
                f"radio = mksafe(crossfade(duration={CROSSFADE}, fade_in={CROSSFADE}, "
                f"fade_out={CROSSFADE}, tracks))",
                *outputs,
                "",
            ]
        )
    )
    with (directory / "liquidsoap.out").open("wb") as out:
        process = subprocess.Popen(["liquidsoap", str(script)], stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while (directory / "liquidsoap.out").read_text().count("on air") < len(outputs):
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServerError((directory / "liquidsoap.out").read_text()[-2000:])
            time.sleep(0.2)
        yield process
        if process.poll() is not None:
            raise ServerError((directory / "liquidsoap.out").read_text()[-2000:])
    finally:
        process.terminate()
        try:
            process.wait(START_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _mounts(names: Sequence[str]) -> dict[str, str]:
    """Icecast's in the configuration of `bench.fanout`."""
    return dict(zip(names, Plan("mp3", Path(), mounts=len(names)).paths, strict=True))
