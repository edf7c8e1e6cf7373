"""The studio without a process: commands in, reports out, a step of the bus at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor

from radiocast.codecs.audio import Audio
from radiocast.codecs.encode import make_encoder
from radiocast.codecs.errors import CodecError
from radiocast.codecs.stream import StreamDecoder
from radiocast.studio.commands import (
    Command,
    Configure,
    Lay,
    LiveAudio,
    LiveClose,
    LiveOpen,
    LiveTitle,
    Load,
    Skip,
    Start,
)
from radiocast.studio.deck import Open
from radiocast.studio.events import TitleChanged
from radiocast.studio.mediatime import BLOCK, samples
from radiocast.studio.mixer import Mixer
from radiocast.studio.outputs import Encoding, MakeEncoder, Outputs, Stamped
from radiocast.studio.readahead import ReadAhead
from radiocast.studio.reports import Heartbeat, Problem, Report

STEP = 5 * BLOCK
"""Samples per step: 100 ms, the size of what goes to the station at a time."""


class Engine:
    """A mixer, its outputs, and the decoders of its live sources. Call `do` with Start first."""

    def __init__(
        self,
        start: Start,
        *,
        open_: Open = ReadAhead,
        make: MakeEncoder = make_encoder,
        pool: Executor | None = None,
    ) -> None:
        """`pool`: threads for the encoders; None: they take turns."""
        self._mixer = Mixer(start.plan.mix, open_, at=start.at)
        self._outputs = Outputs(make)
        self._map: Callable[..., Iterable[list[Stamped]]] = pool.map if pool else map
        self._decoders: dict[str, StreamDecoder] = {}
        self._problems: list[str] = []
        resume = {each.stream: each.at for each in start.resume}
        self._configure(lambda: self._outputs.configure(start.plan.streams, start.at, resume))

    @property
    def at(self) -> int:
        """Media time up to which everything is rendered."""
        return self._mixer.at

    @property
    def idle(self) -> bool:
        """Whether nothing is there to play, so that it is better to wait if there is time."""
        return self._mixer.idle

    @property
    def hurried(self) -> bool:
        """Whether it would be better not to get further ahead just now."""
        return self._mixer.hurried

    def do(self, command: Command) -> None:
        """Obey. What cannot be done becomes a Problem of the next step."""
        match command:
            case Start():
                self._problems.append("the studio has started already")
            case Configure(plan):
                self._mixer.configure(plan.mix)
                self._configure(lambda: self._outputs.configure(plan.streams, self.at, {}))
            case Load(cue):
                self._mixer.load(cue)
            case Skip():
                self._mixer.skip()
            case Lay(cue):
                if not self._mixer.overlay(cue):
                    self._problems.append(f"{cue.path}: too many jingles wait already")
            case LiveOpen(id_, content_type, priority):
                if self._mixer.open_live(id_, priority):
                    self._decoders[id_] = StreamDecoder(content_type)
                else:
                    self._problems.append(f"live source {id_}: no place for it")
            case LiveAudio(id_, data):
                self._feed_live(id_, lambda decoder: decoder.feed(data))
            case LiveTitle(id_, title):
                self._mixer.title_live(id_, title)
            case LiveClose(id_, kick):
                self._feed_live(id_, lambda decoder: decoder.close())
                self._decoders.pop(id_, None)
                self._mixer.close_live(id_, kick=kick)

    def step(self, length: int = STEP) -> list[Report]:
        """Render and encode the next samples."""
        at = self.at
        reports: list[Report] = [Problem(at, text) for text in self._problems]
        self._problems.clear()
        audio, events = self._mixer.render(length)
        for event in events:
            if isinstance(event, TitleChanged):
                self._outputs.set_title(event.at, event.title)
        encodings = self._outputs.encodings
        encoded = self._map(Encoding.encode, encodings, [audio] * len(encodings))
        return [*reports, *events, *self._outputs.frame(list(zip(encodings, encoded, strict=True)))]

    def wait(self, seconds: float) -> None:
        """Time goes by while nothing is rendered."""
        self._mixer.wait(samples(seconds))

    def heartbeat(self, ahead: float) -> Heartbeat:
        """How it is going."""
        return Heartbeat(self.at, round(ahead, 3), round(time.process_time(), 3))

    def _feed_live(self, id_: str, decode: Callable[[StreamDecoder], Audio]) -> None:
        decoder = self._decoders.get(id_)
        if decoder is None:
            return  # it is gone: what was on its way comes too late
        try:
            self._mixer.feed_live(id_, decode(decoder))
        except CodecError as error:
            self._problems.append(f"live source {id_}: {error}")
            del self._decoders[id_]
            self._mixer.close_live(id_)

    def _configure(self, change: Callable[[], None]) -> None:
        try:
            change()
        except CodecError as error:
            self._problems.append(str(error))
