"""The studio without a process: commands in, reports out, a step of the bus at a time.

Theory of operation. The bus is mixed and encoded seconds before it is due, so that nothing that
goes wrong is heard at once. What *is* to be heard at once (`urgent`: live is fit, a skip, a rest)
makes a *splice*: the mixer goes back to just after what is on air, each stream is parted there,
and `Spliced` tells the station which of the packets it holds are void (`mixer.py`, `outputs.py`,
`playout.py` have a part of this each). While live is on air the bus is hardly ahead, and its
changes need no splice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from enum import Enum

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
    LiveResume,
    LiveTitle,
    Load,
    Rest,
    Skip,
    Start,
    Wake,
)
from radiocast.studio.deck import Open
from radiocast.studio.encoding import Encoding, Stamped
from radiocast.studio.events import TitleChanged
from radiocast.studio.mediatime import BLOCK, samples
from radiocast.studio.mixer import Mixer
from radiocast.studio.outputs import MakeEncoder, Outputs
from radiocast.studio.readahead import ReadAhead
from radiocast.studio.reports import Heartbeat, LiveMixed, Problem, Report, Resting, Spliced

STEP = 5 * BLOCK
"""Samples per step: 100 ms, the size of what goes to the station at a time."""
MARGIN = samples(0.12)
"""What is due sooner than this is not taken back: the station may have sent it by then."""
WORTH = samples(0.1)
"""To be heard sooner by less than this is not worth a splice."""


class Rested(Enum):
    """Whether the studio is heard."""

    AWAKE = "awake"
    WANTED = "wanted"
    FADING = "fading"
    RESTING = "resting"


class LiveStream:
    """What a live source sends, on its way to the mixer."""

    def __init__(self, content_type: str) -> None:
        self.decoder = StreamDecoder(content_type)
        self.received = 0
        """Bytes."""


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
        self._outputs = Outputs(start.at, make)
        self._map: Callable[..., Iterable[list[Stamped]]] = pool.map if pool else map
        self._live: dict[str, LiveStream] = {}
        self._reports: list[Report] = []  # not said yet
        self._spliced: Spliced | None = None  # for the encoders: the station is told first
        self._rested = Rested.AWAKE
        self._rests_at = 0
        self._waking: Wake | None = None
        resume = {each.stream: each.at for each in start.resume}
        self._configure(lambda: self._outputs.configure(start.plan.streams, start.at, resume))
        if start.resting:
            self._rest_now(start.at)

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

    @property
    def watchful(self) -> bool:
        """Whether there is a live source. One off the air is listened to as the bus is mixed: much
        at a time would run its buffer dry, and it would not be fit when it has sound again."""
        return self._mixer.has_live

    @property
    def scarce(self) -> bool:
        """Whether it is better to wait for what is on air, as long as that is possible at all."""
        return self._mixer.scarce

    @property
    def resting(self) -> bool:
        """Whether there is nothing to render."""
        return self._rested is Rested.RESTING

    @property
    def urgent(self) -> bool:
        """Whether something is to be heard sooner than what is rendered next."""
        return self._rested is Rested.WANTED or (
            self._rested is Rested.AWAKE and self._mixer.urgent
        )

    @property
    def expectant(self) -> bool:
        """Whether something may become urgent at any moment, without a command."""
        return self._mixer.skipping

    def do(self, command: Command) -> None:
        """Obey. What cannot be done becomes a Problem of the next step."""
        match command:
            case Start():
                self._complain("the studio has started already")
            case Configure(plan):
                self._mixer.configure(plan.mix)
                self._configure(lambda: self._outputs.configure(plan.streams, self.at, {}))
            case Load(cue):
                self._mixer.load(cue)
            case Skip():
                self._reports += self._mixer.skip()
            case Rest():
                if self._rested is Rested.AWAKE:
                    self._rested = Rested.WANTED
                self._waking = None
            case Wake():
                self._waking = command if self._rested is not Rested.AWAKE else None
                if self._rested is Rested.RESTING:
                    self._wake()
            case Lay(cue):
                if not self._mixer.overlay(cue):
                    self._complain(f"{cue.path}: too many jingles wait already")
            case LiveOpen(id_, content_type, priority):
                if self._mixer.open_live(id_, priority):
                    self._live[id_] = LiveStream(content_type)
                else:
                    self._complain(f"live source {id_}: no place for it")
            case LiveAudio(id_, data):
                self._feed_live(id_, lambda decoder: decoder.feed(data), len(data))
            case LiveResume(id_, left):
                self._mixer.take_up_live(id_, left)
            case LiveTitle(id_, title):
                self._mixer.title_live(id_, title)
            case LiveClose(id_, kick):
                self._feed_live(id_, lambda decoder: decoder.close())
                self._live.pop(id_, None)
                self._mixer.close_live(id_, kick=kick)

    def splice(self, on_air: int) -> list[Report]:
        """Go back to where what is urgent is heard as soon as it can be, if that is worth it.

        `on_air`: the media time that is due now. The reports are for the station's ears at once:
        while it has not got them it plays what is void.
        """
        cuts = self._outputs.cuts(on_air + MARGIN)
        to = max([on_air + MARGIN, *(cut.at for cut in cuts)])
        if self._mixer.mixed - to < WORTH:
            return []
        changed = self._mixer.rewind(to)
        if changed is None:
            return []
        self._spliced = Spliced(changed, cuts)
        return [self._spliced]

    def step(self, length: int = STEP, count: int = 1) -> list[Report]:
        """Render and encode the next `length` samples, `count` times.

        More at a time take longer until there is the first of them, and a quarter less CPU: each
        encoder finds its tables in the cache.
        """
        if self._rested is Rested.WANTED:
            self._rested, self._rests_at = Rested.FADING, self._mixer.rest()
            self._outputs.end_at(self._rests_at)
        at = self.at
        reports = self.news()
        if self._spliced is not None:
            self._outputs.splice(self._spliced.cuts, self._mixer.at, self._spliced.at)
            self._spliced = None
        if self._rested is not Rested.AWAKE:
            count = 1
        audio = self._render(length * count, reports)
        encodings = self._outputs.encodings
        in_turn_or_not = self._map if count == 1 else map  # threads are for haste
        encoded = in_turn_or_not(Encoding.encode, encodings, [audio] * len(encodings))
        for part in _parts(list(zip(encodings, encoded, strict=True)), length):
            reports += self._outputs.frame(part)
        reports += self._mixed()
        if self._rested is Rested.FADING and self._outputs.over:
            self._rest_now(self._rests_at)
            reports += self.rest(at)
        return reports

    def _render(self, length: int, reports: list[Report]) -> Audio:
        """The next sound; what happens in it is added to the reports."""
        audio, events = self._mixer.render(length)
        if self._rested is Rested.FADING:
            events = [event for event in events if event.at < self._rests_at]
        for event in events:
            if isinstance(event, TitleChanged):
                self._outputs.set_title(event.at, event.title)
        self._outputs.heard(audio)
        reports += events
        return audio

    def rest(self, on_air: int) -> list[Report]:
        """What there is to say while resting: the next track is prepared."""
        return [*self.news(), *self._mixer.prepare(on_air)]

    def news(self) -> list[Report]:
        """What there is to say without delay."""
        news, self._reports = self._reports, []
        return news

    def tick(self, seconds: float) -> None:
        """So much time goes by."""
        self._mixer.tick(samples(seconds))

    def heartbeat(self, ahead: float) -> Heartbeat:
        """How it is going."""
        return Heartbeat(self.at, round(ahead, 3), round(time.process_time(), 3))

    def _rest_now(self, at: int) -> None:
        self._rested = Rested.RESTING
        self._reports.append(Resting(at))
        self._reports += self._mixer.leave(at)
        if self._waking is not None:
            self._wake()

    def _wake(self) -> None:
        assert self._waking is not None
        wake, self._waking = self._waking, None
        self._rested = Rested.AWAKE
        self._mixer.wake(wake.at, grace=wake.grace)
        self._outputs.begin_anew(wake.at)

    def _mixed(self) -> list[LiveMixed]:
        return [
            LiveMixed(
                self._mixer.mixed,
                id_,
                stream.received,
                self._mixer.left_of_live(id_),
                self._mixer.on_air == id_,
            )
            for id_, stream in self._live.items()
        ]

    def _feed_live(
        self, id_: str, decode: Callable[[StreamDecoder], Audio], received: int = 0
    ) -> None:
        stream = self._live.get(id_)
        if stream is None:
            return  # it is gone: what was on its way comes too late
        stream.received += received
        try:
            self._mixer.feed_live(id_, decode(stream.decoder))
        except CodecError as error:
            self._complain(f"live source {id_}: {error}")
            del self._live[id_]
            self._mixer.close_live(id_)

    def _configure(self, change: Callable[[], None]) -> None:
        try:
            change()
        except CodecError as error:
            self._complain(str(error))

    def _complain(self, text: str) -> None:
        self._reports.append(Problem(self.at, text))


def _parts(
    encoded: Sequence[tuple[Encoding, Sequence[Stamped]]], length: int
) -> list[list[tuple[Encoding, Sequence[Stamped]]]]:
    """What is heard in every so many samples: the station is told by that, whatever is encoded
    at a time."""
    numbers = {each.at // length for _, packets in encoded for each in packets}
    return [
        [
            (encoding, [each for each in packets if each.at // length == number])
            for encoding, packets in encoded
        ]
        for number in sorted(numbers)
    ] or [list(encoded)]
