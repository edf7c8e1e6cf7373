"""The console: between the studio and everything else.

Theory of operation. The studio (a process of its own) decodes, mixes and encodes ahead of time;
here its packets are put on the mounts' logs when they are due. It asks for the next track in
time and gets it from the programme; what begins and ends to be heard is told to the chronicle.
A live source on an output's mount is not put on the log: its bytes go to the studio, which fades
it in, and out again when it leaves.
"""

from __future__ import annotations

import itertools
import logging
import math
import time
from collections.abc import Mapping

import trio

from radiocast.autodj.choose import Choice
from radiocast.autodj.state import Origin
from radiocast.autodj.title import format_title
from radiocast.codecs.availability import find_missing
from radiocast.codecs.spec import OutputSpec
from radiocast.config.live import LiveConfig
from radiocast.config.model import Config
from radiocast.config.outputs import OutputCodec, OutputConfig
from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.sources.chronicle import Chronicle
from radiocast.sources.hybrid import Hybrid
from radiocast.sources.lives import Live, Lives
from radiocast.sources.policy import content_type_of
from radiocast.sources.programme import Programme
from radiocast.studio import commands, cues, events, reports
from radiocast.studio.mediatime import RATE
from radiocast.studio.playout import Playout
from radiocast.studio.supervisor import Studio

logger = logging.getLogger(__name__)

LEAD = 3.0
"""Seconds from mixing a sample to hearing it: what the studio has ahead if its worker dies."""

SKIP = 0.4
"""Seconds from telling the studio to skip to hearing the next track more than the last."""

PLAYOUT_STEP = 0.1
"""Seconds between two looks at what is due: packets of all outputs go out together."""

NEVER = 7 * 86_400.0
"""Seconds: as good as never, where the studio wants a time and the operator none."""

REMEMBERED = 8
"""Cues whose track is remembered, in case it fails."""

RUNGS = {
    Origin.SCHEDULE: cues.Rung.SCHEDULE,
    Origin.REQUEST: cues.Rung.REQUEST,
    Origin.QUEUE: cues.Rung.REQUEST,
}


class Console:
    """Runs the studio and plays out what it makes. `run` is its task; the rest are plain calls."""

    def __init__(
        self, studio: Studio, programme: Programme, chronicle: Chronicle, lives: Lives
    ) -> None:
        self.studio = studio
        self._programme = programme
        self._chronicle = chronicle
        self._lives = lives
        self._mounts: dict[str, Mount] = {}
        self._playout = Playout()
        self._news = trio.Event()
        self._room = trio.Event()
        self.hybrid = Hybrid(studio, self._put, LiveConfig())
        """Puts live sources that need no mixing in the studio's place."""
        self._cut_at = math.inf  # when the schedule cuts the track on air, in Unix seconds
        self._cut_changed = trio.Event()
        self._given: dict[str, Choice] = {}  # by the cue that was made of it, oldest first
        self._loaded = ""  # the cue that is not mixed yet: the next one loaded takes its place
        self._numbers = itertools.count(1)

    async def run(self) -> None:
        """Play for ever."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.studio.run)
            nursery.start_soon(self._play_out)
            nursery.start_soon(self._start_on_time)
            nursery.start_soon(self.hybrid.run)
            await self._load(time.time())
            async for report in self.studio.reports:
                if isinstance(report, events.TrackStarted) and report.id == self._loaded:
                    self._programme.mixed(self._given[report.id])
                    self._loaded = ""
                if isinstance(report, reports.Resting):
                    self.hybrid.rested(report)
                for urgent in self._playout.put(report):
                    await self.hear(urgent)
                self._news.set()
                while self._playout.full:  # a studio that ran away has to wait
                    self._room = trio.Event()
                    await self._room.wait()

    def feed(self, mounts: Mapping[str, Mount], config: Config) -> None:
        """From now on just these mounts get what the studio makes for them."""
        for path, mount in mounts.items():
            mount.announce(content_type_of(config.outputs[path]), chains=True)
        self._mounts = dict(mounts)
        self.hybrid.configure(config.live, tuple(mounts))

    def configure(
        self, config: Config, outputs: Mapping[str, OutputConfig], emergency: tuple[str, ...]
    ) -> None:
        """Other settings; outputs that stay the same are not interrupted. `emergency`: the files
        for when nothing else can be played."""
        self.studio.send(commands.Configure(plan_of(config, outputs, emergency)))

    def skip(self) -> None:
        """Fade to the next track."""
        self.studio.send(commands.Skip())

    def title_live(self, live: Live) -> None:
        """A live source says another title: shown when its sound of now is heard."""
        if not self.hybrid.title(live.name, live.title):
            self.studio.send(commands.LiveTitle(live.name, live.title or Title("")))

    def lay(self, choice: Choice) -> None:
        """Lay a jingle over what plays."""
        name = self._remember(choice)
        self.studio.send(commands.Lay(_cue(name, choice, self._programme.settings.title)))

    async def reconsider(self) -> None:
        """Somebody asks for something else than what was loaded."""
        if self._programme.is_stale:
            await self._load(time.time())

    def _put(self, report: reports.Report) -> None:
        """It waits for its media time, like what the studio makes."""
        self._playout.put(report)
        self._news.set()

    async def _play_out(self) -> None:
        """Put on the mounts' logs what is due."""
        while True:
            for report in self._playout.due(self.studio.on_air()):
                await self.hear(report)
            self._room.set()
            due = self._playout.next_due()
            if due is None:
                self._news = trio.Event()
                await self._news.wait()
            else:
                left = (due - self.studio.on_air()) / RATE
                await trio.sleep(max(PLAYOUT_STEP, left))

    async def _start_on_time(self) -> None:
        """Fade out the track on air where a hard start of the schedule cuts it."""
        while True:
            cut_at, self._cut_changed = self._cut_at, trio.Event()
            with trio.move_on_after(max(0.0, cut_at - LEAD - time.time())) as waited:
                await self._cut_changed.wait()
            if not waited.cancelled_caught:
                continue
            self._cut_at = math.inf
            await self._load(cut_at)
            loaded = self._loaded
            await trio.sleep(max(0.0, cut_at - SKIP - time.time()))
            if self._loaded == loaded:  # or the track on air has ended by itself
                self.skip()

    async def hear(self, report: reports.Report) -> None:
        """Act on what the studio reports, when it is heard (or at once, if it is about no time)."""
        match report:
            case events.NeedTrack(at=at, within=within):
                await self._load(self._wall_time(at + (within or 0)))
            case events.TrackStarted(id=name):
                self._track_started(name)
            case events.TrackUnheard(id=name) if name in self._given:
                self._programme.put_back(self._given.pop(name))
            case events.TrackFailed(id=name, problem=problem):
                self._track_failed(name, problem)
            case events.OverlayStarted(id=name) if name in self._given:
                self._chronicle.aside(self._given[name])
            case reports.StreamBegan(stream=path) if path in self._mounts:
                self._mounts[path].add([report.start()], now=time.time())
            case reports.Packets(stream=path, data=data) if path in self._mounts:
                self._mounts[path].counts.bytes_read += len(data)
                self._mounts[path].add(report.frames(), now=time.time())
            case events.TitleChanged(title=title):
                self.show(title)
            case events.OnAir(rung=rung, reason=reason) if rung is not cues.Rung.LIVE:
                logger.info("on air: %s (%s)", rung.value, reason)
                self._chronicle.on_rung(rung.value, reason)
            case events.LiveStarted(id=name):
                self._live_started(name)
            case events.LiveEnded(id=name, why=events.Why.STALLED):
                self._lives.stalled(name)
            case events.Silence():
                logger.warning("what is on air is silent")
            case events.SoundBack():
                logger.info("what is on air is no longer silent")
            case reports.Problem(text=text):
                logger.warning("studio: %s", text)
            case _:
                pass  # of interest to those who watch closer than we do

    def show(self, title: Title) -> None:
        """Listeners see this title from now on."""
        for mount in self._mounts.values():
            mount.set_title(title)
        self._chronicle.title(title)
        logger.info("now playing %s", title.text)

    def _remember(self, choice: Choice) -> str:
        """Give a choice the name that the studio's reports will call it by."""
        name = f"track {next(self._numbers)}"
        while len(self._given) >= REMEMBERED:
            del self._given[next(iter(self._given))]
        self._given[name] = choice
        return name

    def _track_started(self, name: str) -> None:
        choice = self._given.get(name)
        if choice is None:  # it is from the ladder
            self._chronicle.nothing()
            return
        self._programme.heard(choice)
        self._chronicle.track(choice)

    def _track_failed(self, name: str, problem: str) -> None:
        choice = self._given.pop(name, None)
        if choice is None or choice.track is None:
            logger.warning("cannot be played: %s: %s", name, problem)
            return
        self._programme.heard(choice)
        self._programme.library.mark_broken(choice.track.path, problem)

    def _live_started(self, name: str) -> None:
        live = self._lives.get(name)
        if live is None:
            return
        logger.info("on air: live from %s", live.source.ip)
        self._chronicle.live(live.source)
        self._lives.took_over(name)

    def _wall_time(self, at: int) -> float:
        """When the media time `at` is heard, in Unix seconds."""
        return time.time() + (at - self.studio.on_air()) / RATE

    async def _load(self, starts: float) -> None:
        """Give the studio the track that starts at this time, in Unix seconds."""
        if self._loaded in self._given:
            self._programme.put_back(self._given.pop(self._loaded))
        chosen = await self._programme.next_choice(starts)
        if chosen.track is None:
            logger.warning("the auto-DJ has nothing to play: %s", "; ".join(chosen.why))
            return
        self._cut_at = chosen.cut_at or math.inf
        self._cut_changed.set()
        name = self._loaded = self._remember(chosen)
        logger.debug("next is %s: %s", chosen.track.path, "; ".join(chosen.why))
        self.studio.send(commands.Load(_cue(name, chosen, self._programme.settings.title)))


def spec_of(output: OutputConfig) -> OutputSpec:
    """What an output's encoder makes."""
    bitrate = 0 if output.codec is OutputCodec.FLAC else output.bitrate * 1000
    channels = 1 if output.mono else 2
    return OutputSpec(output.codec.value, bitrate, output.sample_rate, channels)


def plan_of(
    config: Config, outputs: Mapping[str, OutputConfig], emergency: tuple[str, ...] = ()
) -> commands.Plan:
    """What the studio is to do for these outputs."""
    streams = [
        commands.Stream(path, spec_of(output), output.chained) for path, output in outputs.items()
    ]
    return commands.Plan(_mix(config, emergency), tuple(streams), lead=LEAD)


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


def _mix(config: Config, emergency: tuple[str, ...]) -> cues.MixSettings:
    autodj, live = config.autodj, config.live
    return cues.MixSettings(
        transition=cues.Transition(autodj.crossfade.value),
        crossfade=autodj.crossfade_time,
        fade=live.fade,
        grace=live.grace,
        live_buffer=live.buffer,
        live_buffer_max=live.buffer_max,
        live_silence=live.silence or NEVER,
        after_live=cues.AfterLive(live.after.value),
        limiter=autodj.limiter,
        skip_silence=autodj.skip_silence or NEVER,
        emergency=emergency,
    )


async def possible(outputs: Mapping[str, OutputConfig]) -> dict[str, OutputConfig]:
    """The outputs this machine can encode; the others are said, and left out."""
    specs = list({spec_of(output) for output in outputs.values()})
    problems = await find_missing(specs)
    for path, output in outputs.items():
        if problem := problems.get(spec_of(output)):
            logger.error("%s: no %s here: %s", path, output.codec.value, problem)
    return {path: output for path, output in outputs.items() if spec_of(output) not in problems}
