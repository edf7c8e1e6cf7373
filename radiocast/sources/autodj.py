"""The auto-DJ: plays on its outputs for ever, and mixes in whoever comes live.

Theory of operation. The studio (a process of its own) decodes, mixes and encodes ahead of
time; here its packets are put on the mounts' logs when they are due. It asks for the next
track in time and gets it from a pure function. A live source on an output's mount is not put
on the log: its bytes go to the studio, which fades it in, and out again when it leaves.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Mapping
from datetime import datetime, tzinfo
from secrets import randbits
from zoneinfo import ZoneInfo

import trio

from radiocast.autodj.choose import choose
from radiocast.autodj.library import Library
from radiocast.autodj.state import Origin, Rules, start_state
from radiocast.autodj.title import format_title
from radiocast.codecs.availability import missing
from radiocast.codecs.spec import OutputSpec
from radiocast.config.autodj import AutoDjConfig
from radiocast.config.model import Config
from radiocast.config.outputs import OutputCodec, OutputConfig
from radiocast.formats import Event, Title
from radiocast.mounts.mount import Mount
from radiocast.mounts.source import Source, SourceEnding
from radiocast.sources.live import Receive
from radiocast.studio import commands, cues, events, reports
from radiocast.studio.mediatime import RATE
from radiocast.studio.supervisor import Studio

logger = logging.getLogger(__name__)

CONTENT_TYPES = {OutputCodec.MP3: "audio/mpeg", OutputCodec.AAC: "audio/aac"}
IN_OGG = "audio/ogg"

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
        self._studio = Studio(commands.Plan(_mix(config.autodj), tuple(streams)))
        self._mounts: Mapping[str, Mount] = {}
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
            async for report in self._studio.reports:
                await self._take(report)

    def open_live(self, content_type: str) -> str:
        """A live source begins; gives back its name for the other calls."""
        name = f"live {next(self._numbers)}"
        self._studio.send(commands.LiveOpen(name, content_type))
        return name

    def send_live(self, name: str, data: bytes) -> None:
        """What it sent."""
        self._studio.send(commands.LiveAudio(name, data))

    def title_live(self, name: str, title: Title) -> None:
        """What it says it plays."""
        self._studio.send(commands.LiveTitle(name, title))

    def close_live(self, name: str, *, kick: bool = False) -> None:
        """It left, or is thrown out."""
        self._studio.send(commands.LiveClose(name, kick))

    def skip(self) -> None:
        """Fade to the next track."""
        self._studio.send(commands.Skip())

    async def _take(self, report: reports.Report) -> None:
        match report:
            case events.NeedTrack():
                await self._load_next()
            case events.TrackFailed(id=name, problem=problem):
                self.library.mark_broken(self._playing.get(name, name), problem)
            case reports.StreamBegan(at=at, stream=path):
                await self._put(path, at, [report.start()])
            case reports.Packets(at=at, stream=path):
                await self._put(path, at, list(report.frames()))
            case events.TitleChanged(at=at, title=title):
                await self._until(at)
                for mount in self._mounts.values():
                    mount.set_title(title)
                logger.info("now playing %s", title.text)
            case events.OnAir(rung=rung, reason=reason):
                logger.info("on air: %s (%s)", rung.value, reason)
            case reports.Problem(text=text):
                logger.warning("studio: %s", text)
            case _:
                pass  # of interest to those who watch closer than the log does

    async def _put(self, path: str, at: int, found: list[Event]) -> None:
        """Put frames on their mount's log when they are due."""
        await self._until(at)
        mount = self._mounts[path]
        mount.counts.bytes_read += sum(len(getattr(event, "data", b"")) for event in found)
        mount.add(found, now=time.time())

    async def _until(self, at: int) -> None:
        """Wait until the media time `at`."""
        await trio.sleep(max(0.0, (at - self._studio.on_air()) / RATE))

    async def _load_next(self) -> None:
        """Answer the studio's question for the next track."""
        if not any(shelf.keys for shelf in self.library.shelves.values()):
            with trio.move_on_after(1.0):
                await self.library.wait_scanned()
        chosen = choose(self._rules, self.library.shelves, self._state, time.time())
        if chosen.track is None:
            logger.warning("the auto-DJ has nothing to play: %s", "; ".join(chosen.why))
            return
        self._state = chosen.state
        track = chosen.track
        name = f"track {next(self._numbers)}"
        self._playing = {name: track.path, **dict(itertools.islice(self._playing.items(), 8))}
        text = format_title(self._settings.title, track, chosen.playlist)
        cue = cues.Cue(
            name,
            track.path,
            Title(text, artist=track.artist, title=track.title),
            gain_db=track.gain_db,
            cue_in=track.cue_in,
            cue_out=track.cue_out,
            start_next=track.start_next,
            rung=RUNGS.get(chosen.origin, cues.Rung.ROTATION),
            hard=chosen.origin is Origin.JINGLE,
            announce=chosen.announce,
        )
        logger.debug("next is %s: %s", track.path, "; ".join(chosen.why))
        self._studio.send(commands.Load(cue))


async def mix_live(
    autodj: AutoDj, source: Source, content_type: str, receive: Receive, source_timeout: float
) -> SourceEnding:
    """Send the studio what a live source sends, until it leaves, stalls or is ended.

    The studio notices a stall before we do, and fades to the next track meanwhile.
    """
    autodj.live = source
    name = autodj.open_live(content_type)
    try:
        with source.scope:
            try:
                data = b"?"
                while data:
                    source.scope.deadline = trio.current_time() + source_timeout
                    data = await receive()
                    if data:
                        autodj.send_live(name, data)
                source.end(SourceEnding.LEFT)
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                source.end(SourceEnding.LEFT)
    finally:
        autodj.live = None
        autodj.close_live(name, kick=source.ending is SourceEnding.KICKED)
    return source.ending or SourceEnding.STALLED


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
