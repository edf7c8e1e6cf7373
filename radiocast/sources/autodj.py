"""The auto-DJ: plays on its outputs for ever, and mixes in whoever comes live.

Theory of operation. The studio (a process of its own) decodes, mixes and encodes ahead of
time; here its packets are put on the mounts' logs when they are due. It asks for the next
track in time and gets it from a pure function. A live source on an output's mount is not put
on the log: its bytes go to the studio, which fades it in, and out again when it leaves.
"""

from __future__ import annotations

import itertools
import logging
import math
import time
from collections.abc import Mapping
from datetime import datetime, tzinfo
from secrets import randbits
from zoneinfo import ZoneInfo

import trio

from radiocast.autodj.choose import Choice, choose
from radiocast.autodj.library import Library
from radiocast.autodj.state import Origin, Rules, start_state
from radiocast.autodj.title import format_title
from radiocast.codecs.availability import missing
from radiocast.codecs.spec import OutputSpec
from radiocast.config.autodj import AutoDjConfig
from radiocast.config.model import Config
from radiocast.config.outputs import OutputCodec, OutputConfig
from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.mounts.source import Source
from radiocast.studio import commands, cues, events, reports
from radiocast.studio.mediatime import RATE
from radiocast.studio.playout import Playout
from radiocast.studio.supervisor import Studio

logger = logging.getLogger(__name__)

CONTENT_TYPES = {OutputCodec.MP3: "audio/mpeg", OutputCodec.AAC: "audio/aac"}
IN_OGG = "audio/ogg"

LEAD = 3.0
"""Seconds from mixing a sample to hearing it: what the studio has ahead if its worker dies."""

PLAYOUT_STEP = 0.05
"""Seconds between two looks at what is due."""

FIRST_SCAN = 1.0
"""Seconds the first track may take to be found, before a tone is what there is."""

REMEMBERED = 8
"""Cues whose track is remembered, in case it fails."""

RUNGS = {
    Origin.SCHEDULE: cues.Rung.SCHEDULE,
    Origin.REQUEST: cues.Rung.REQUEST,
    Origin.QUEUE: cues.Rung.REQUEST,
}


class AutoDj:
    """Feeds the mounts of `config.outputs`. `run` is its task; the rest are plain calls."""

    def __init__(self, config: Config) -> None:
        self._settings = config.autodj
        self._rules = Rules(config.autodj, config.playlists, _zone(config.autodj))
        self._outputs = dict(_possible(config.outputs))
        self.library = Library(self._rules)
        self._state = start_state(randbits(32), time.time())
        streams = [
            commands.Stream(path, _spec(output), output.chained)
            for path, output in self._outputs.items()
        ]
        self._studio = Studio(commands.Plan(_mix(config.autodj), tuple(streams), lead=LEAD))
        self._mounts: Mapping[str, Mount] = {}
        self._playout = Playout()
        self._news = trio.Event()
        self._room = trio.Event()
        self._live_name = ""
        self._cut_at = math.inf  # when the schedule cuts the track on air, in Unix seconds
        self._cut_changed = trio.Event()
        self._playing: dict[str, str] = {}  # what each cue's track is called in the library
        self._numbers = itertools.count(1)
        self.live: Source | None = None
        """Who is mixed in, or waits to be."""

    @property
    def paths(self) -> list[str]:
        """The mounts it feeds."""
        return list(self._outputs)

    @property
    def studio_pid(self) -> int | None:
        """The process that mixes, while there is one."""
        return self._studio.pid

    async def run(self, mounts: Mapping[str, Mount]) -> None:
        """Play for ever on `mounts`, one for each of `paths`."""
        self._mounts = mounts
        for path, output in self._outputs.items():
            mounts[path].announce(CONTENT_TYPES.get(output.codec, IN_OGG), chains=True)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.library.run)
            nursery.start_soon(self._studio.run)
            nursery.start_soon(self._play_out)
            nursery.start_soon(self._start_on_time)
            async for report in self._studio.reports:
                for urgent in self._playout.put(report):
                    await self._take(urgent)
                self._news.set()
                while self._playout.full:  # a studio that ran away has to wait
                    self._room = trio.Event()
                    await self._room.wait()

    def open_live(self, content_type: str) -> str:
        """A live source begins; gives back its name for the other calls."""
        self._live_name = f"live {next(self._numbers)}"
        self._studio.send(commands.LiveOpen(self._live_name, content_type))
        return self._live_name

    def send_live(self, name: str, data: bytes) -> None:
        """What it sent."""
        self._studio.send(commands.LiveAudio(name, data))

    def title_live(self, title: Title | None) -> None:
        """What the live source says it plays: shown when its audio of now is heard."""
        self._studio.send(commands.LiveTitle(self._live_name, title or Title("")))

    def close_live(self, name: str, *, kick: bool = False) -> None:
        """It left, or is thrown out."""
        self._studio.send(commands.LiveClose(name, kick))

    def skip(self) -> None:
        """Fade to the next track."""
        self._studio.send(commands.Skip())

    async def _play_out(self) -> None:
        """Put on the mounts' logs what is due."""
        while True:
            for report in self._playout.due(self._studio.on_air()):
                await self._take(report)
            self._room.set()
            due = self._playout.next_due()
            if due is None:
                self._news = trio.Event()
                await self._news.wait()
            else:
                left = (due - self._studio.on_air()) / RATE
                await trio.sleep(max(PLAYOUT_STEP, left))

    async def _start_on_time(self) -> None:
        """Fade out the track on air where a hard start of the schedule cuts it."""
        while True:
            cut_at, self._cut_changed = self._cut_at, trio.Event()
            with trio.move_on_after(max(0.0, cut_at - LEAD - time.time())) as waited:
                await self._cut_changed.wait()
            if waited.cancelled_caught:
                self._cut_at = math.inf
                await self._load(cut_at)
                self.skip()

    async def _take(self, report: reports.Report) -> None:
        match report:
            case events.NeedTrack(at=at, within=within):
                await self._load(self._wall_time(at + (within or 0)))
            case events.TrackFailed(id=name, problem=problem):
                self.library.mark_broken(self._playing.get(name, name), problem)
            case reports.StreamBegan(stream=path):
                self._mounts[path].add([report.start()], now=time.time())
            case reports.Packets(stream=path, data=data):
                self._mounts[path].counts.bytes_read += len(data)
                self._mounts[path].add(report.frames(), now=time.time())
            case events.TitleChanged(title=title):
                for mount in self._mounts.values():
                    mount.set_title(title)
                logger.info("now playing %s", title.text)
            case events.OnAir(rung=rung, reason=reason):
                logger.info("on air: %s (%s)", rung.value, reason)
            case reports.Problem(text=text):
                logger.warning("studio: %s", text)
            case _:
                pass  # of interest to those who watch closer than the log does

    def _wall_time(self, at: int) -> float:
        """When the media time `at` is heard, in Unix seconds."""
        return time.time() + (at - self._studio.on_air()) / RATE

    async def _load(self, starts: float) -> None:
        """Give the studio the track that starts at this time, in Unix seconds."""
        if not any(shelf.keys for shelf in self.library.shelves.values()):
            with trio.move_on_after(FIRST_SCAN):
                await self.library.wait_scanned()
        chosen = choose(self._rules, self.library.shelves, self._state, starts)
        if chosen.track is None:
            logger.warning("the auto-DJ has nothing to play: %s", "; ".join(chosen.why))
            return
        self._state = chosen.state
        self._cut_at = chosen.cut_at or math.inf
        self._cut_changed.set()
        name = f"track {next(self._numbers)}"
        recent = itertools.islice(self._playing.items(), REMEMBERED)
        self._playing = {name: chosen.track.path, **dict(recent)}
        logger.debug("next is %s: %s", chosen.track.path, "; ".join(chosen.why))
        self._studio.send(commands.Load(_cue(name, chosen, self._settings.title)))


def _cue(name: str, chosen: Choice, template: str) -> cues.Cue:
    track = chosen.track
    assert track is not None
    text = format_title(template, track, chosen.playlist)
    return cues.Cue(
        name,
        track.path,
        Title(text, artist=track.artist, title=track.title),
        gain_db=track.gain_db,
        cue_in=track.cue_in,
        cue_out=track.cue_out,
        start_next=track.start_next,
        rung=RUNGS.get(chosen.origin, cues.Rung.ROTATION),
        hard=chosen.origin is Origin.JINGLE,  # nothing fades into or out of one
        announce=chosen.announce,
    )


def _possible(outputs: Mapping[str, OutputConfig]) -> list[tuple[str, OutputConfig]]:
    """The outputs this machine can encode; the others are said, and left out."""
    found = []
    for path, output in outputs.items():
        if problem := missing(_spec(output)):
            logger.error("%s: no %s here: %s", path, output.codec.value, problem)
        else:
            found.append((path, output))
    return found


def _spec(output: OutputConfig) -> OutputSpec:
    bitrate = 0 if output.codec is OutputCodec.FLAC else output.bitrate * 1000
    return OutputSpec(output.codec.value, bitrate, channels=1 if output.mono else 2)


def _mix(settings: AutoDjConfig) -> cues.MixSettings:
    return cues.MixSettings(
        transition=cues.Transition(settings.crossfade.value),
        crossfade=settings.crossfade_time,
        limiter=settings.limiter,
        skip_silence=settings.skip_silence,
        emergency=settings.emergency,
    )


def _zone(settings: AutoDjConfig) -> tzinfo:
    if settings.timezone:
        return ZoneInfo(settings.timezone)
    here = datetime.now().astimezone().tzinfo
    assert here is not None
    return here
