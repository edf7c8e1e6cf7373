"""A station's end of the studio and no more: `python -m bench.studio.worker OUTPUTS TRACK…`.

Starts the studio as the station does, answers when it asks for a track, takes its packets and
throws them away. Says who is who on stdout as soon as both processes are there, and what came,
in bytes, when stdin is closed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import count

import trio

from bench.studio.outputs import CROSSFADE, OUTPUTS
from radiocast.studio.commands import Load, Plan, Stream
from radiocast.studio.cues import Cue, MixSettings, Transition
from radiocast.studio.events import NeedTrack, TrackFailed
from radiocast.studio.reports import Packets, Problem
from radiocast.studio.supervisor import Studio


async def main(names: str, tracks: list[str]) -> None:
    mix = MixSettings(transition=Transition.FIXED, crossfade=CROSSFADE)
    streams = [Stream(name, OUTPUTS[name].spec) for name in names.split("+") if name]
    studio = Studio(Plan(mix, tuple(streams)))
    came: Counter[str] = Counter()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(studio.run)
        nursery.start_soon(_take, studio, tracks, came)
        nursery.start_soon(_introduce, studio)
        stdin = trio.lowlevel.FdStream(0)
        while await stdin.receive_some():
            pass
        nursery.cancel_scope.cancel()
    print(json.dumps(came), flush=True)


async def _take(studio: Studio, tracks: list[str], came: Counter[str]) -> None:
    numbers = count()
    async for report in studio.reports:
        match report:
            case NeedTrack():
                number = next(numbers)
                studio.send(Load(Cue(str(number), tracks[number % len(tracks)])))
            case Packets(stream=stream, data=data):
                came[stream] += len(data)
            case Problem(text=text) | TrackFailed(problem=text):
                print(text, file=sys.stderr)
            case _:
                pass


async def _introduce(studio: Studio) -> None:
    while studio.pid is None:  # noqa: ASYNC110 - nobody says when
        await trio.sleep(0.1)
    print(json.dumps({"worker": studio.pid, "forkserver": studio.forkserver_pid}), flush=True)


if __name__ == "__main__":
    trio.run(main, sys.argv[1], sys.argv[2:])
