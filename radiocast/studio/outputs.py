"""From the bus to packets: an encoder for each distinct format, a framing for each stream."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from radiocast.codecs.audio import Audio, silence
from radiocast.codecs.encode import make_encoder
from radiocast.codecs.packet import Encoder, Packet
from radiocast.codecs.spec import OutputSpec
from radiocast.formats import Event, Frame, StreamStart, Title
from radiocast.formats.mpeg_bridge import BRIDGE_NEEDS
from radiocast.mux.ogg import OggMuxer
from radiocast.studio.commands import Stream
from radiocast.studio.mediatime import PREROLL, RATE
from radiocast.studio.reports import Packets, StreamBegan
from radiocast.studio.stand_alone import stand_alone

OGG = ("opus", "vorbis", "flac")
MAX_TITLES = 100
"""Titles that wait for their packets; far more than there can be in the lead."""

MakeEncoder = Callable[[OutputSpec], Encoder]


@dataclass(frozen=True, slots=True)
class Stamped:
    """A packet and the media time that is heard with it."""

    at: int
    end: int
    packet: Packet


class Encoding:
    """One encoder, and the media time of what comes out of it.

    Where another worker's packets ended (`resume`), the first packet of this one takes up: MP3
    and AAC encoders get a run-up of sound that was heard already, so that they are in full
    swing and on the same grid of frames. What comes out of the run-up is thrown away. Ogg
    begins a new link, which decoders start from nothing.
    """

    def __init__(self, spec: OutputSpec, encoder: Encoder, at: int, resume: int | None) -> None:
        """`at`: where the bus begins."""
        self.spec = spec
        self.encoder = encoder
        self._delay = encoder.delay * RATE // spec.sample_rate
        self._resume = resume
        self._begin = at
        self._run_up: deque[bytes] = deque(maxlen=BRIDGE_NEEDS)
        self._held: list[Stamped] = []  # the first packet after the run-up, until the second
        if resume is not None:
            self._begin = resume if spec.codec in OGG else resume + self._delay - PREROLL
        self._taken = at
        self._given = 0  # samples of packets, at the output's rate
        self._missing = max(0, at - self._begin)

    def encode(self, audio: Audio) -> list[Stamped]:
        """Take the next of the bus; give back the packets that are complete."""
        too_early = min(len(audio), max(0, self._begin - self._taken))
        self._taken += len(audio)
        packets: list[Packet] = []
        if self._missing:  # the bus began after the run-up should have
            packets += self.encoder.encode(silence(self._missing))
            self._missing = 0
        if too_early < len(audio):
            packets += self.encoder.encode(audio[too_early:])
        stamped = [self._stamp(packet) for packet in packets]
        return stamped if self._resume is None else self._after_run_up(stamped)

    def _stamp(self, packet: Packet) -> Stamped:
        start = self._begin - self._delay
        at = start + self._given * RATE // self.spec.sample_rate
        self._given += packet.samples
        return Stamped(at, start + self._given * RATE // self.spec.sample_rate, packet)

    def _after_run_up(self, stamped: Sequence[Stamped]) -> list[Stamped]:
        assert self._resume is not None
        if self.spec.codec in OGG:
            self._resume = None
            return list(stamped)
        for each in stamped:
            if (each.at + each.end) // 2 < self._resume:
                self._run_up.append(each.packet.data)
            else:
                self._held.append(each)
        if len(self._held) < 2:
            return []
        (first, second, *rest), self._held, self._resume = self._held, [], None
        if self.spec.codec == "mp3":
            data = stand_alone(first.packet.data, list(self._run_up), second.packet.data)
            first = Stamped(first.at, first.end, Packet(data, first.packet.samples))
        self._run_up.clear()
        return [first, second, *rest]


class Framing:
    """One stream: an encoding's packets as frames, or as Ogg pages with titles."""

    def __init__(self, stream: Stream, encoding: Encoding, title: Title | None) -> None:
        self.stream = stream
        self.encoding = encoding
        self._title = title
        self._titles: deque[tuple[int, Title]] = deque(maxlen=MAX_TITLES)
        self._begun = False
        self._muxer = (
            OggMuxer(secrets.randbits(32), stream.spec.codec, encoding.encoder.headers)
            if stream.spec.codec in OGG
            else None
        )
        self._at = 0  # where what the muxer gives next is heard

    def set_title(self, at: int, title: Title) -> None:
        """From this media time on something else plays."""
        self._titles.append((at, title))

    def frame(self, packets: Sequence[Stamped]) -> list[StreamBegan | Packets]:
        """The packets as messages."""
        events: list[Event] = []
        if packets and not self._begun:
            self._begun, self._at = True, packets[0].at
            self._due(packets[0].at)  # so the first header has the first title
            events += self._first()
        for each in packets:
            if self._due(each.at) and self._muxer and self.stream.chained:
                events += self._muxer.link(self._title)
            data, samples = each.packet.data, each.packet.samples
            events += self._muxer.add(data, samples) if self._muxer else [Frame(data, samples)]
        return self._report(events)

    def _first(self) -> Sequence[Event]:
        if self._muxer:
            return self._muxer.link(self._title)
        spec = self.stream.spec
        return [StreamStart(spec.codec, spec.sample_rate, spec.channels)]

    def _due(self, at: int) -> bool:
        """Whether a new title begins to be heard before the middle of a packet that begins here."""
        due = False
        while self._titles and self._titles[0][0] <= at + 480:
            (_, self._title), due = self._titles.popleft(), True
        return due

    def _report(self, events: Sequence[Event]) -> list[StreamBegan | Packets]:
        reports: list[StreamBegan | Packets] = []
        for is_frames, group in groupby(events, lambda event: isinstance(event, Frame)):
            if is_frames:
                frames = [event for event in group if isinstance(event, Frame)]
                samples = sum(frame.samples for frame in frames)
                start, self._at = (
                    self._at,
                    self._at + samples * RATE // self.stream.spec.sample_rate,
                )
                reports.append(Packets.of(start, self._at, self.stream.id, frames))
            else:
                starts = [event for event in group if isinstance(event, StreamStart)]
                reports += [StreamBegan.of(self._at, self.stream.id, start) for start in starts]
        return reports


class Outputs:
    """All the streams of a station. Equal formats are encoded once."""

    def __init__(self, make: MakeEncoder = make_encoder) -> None:
        self._make = make
        self._encodings: dict[OutputSpec, Encoding] = {}
        self._framings: dict[str, Framing] = {}
        self._title: Title | None = None

    @property
    def encodings(self) -> list[Encoding]:
        """What has to be fed: they may be, each in a thread of its own."""
        return list(self._encodings.values())

    def configure(self, streams: Sequence[Stream], at: int, resume: dict[str, int]) -> None:
        """Have just these streams; those that stay are not touched.

        Raises CodecError for a format that nothing here encodes; the others are there then.
        """
        wanted = {stream.id: stream for stream in streams}
        self._framings = {
            id_: framing
            for id_, framing in self._framings.items()
            if wanted.get(id_) == framing.stream
        }
        specs = {stream.spec for stream in streams}
        self._encodings = {s: e for s, e in self._encodings.items() if s in specs}
        failed: Exception | None = None
        for stream in streams:
            if stream.id in self._framings:
                continue
            try:
                encoding = self._encoding(stream.spec, at, resume.get(stream.id))
            except Exception as error:
                failed = error
                continue
            self._framings[stream.id] = Framing(stream, encoding, self._title)
        if failed is not None:
            raise failed

    def set_title(self, at: int, title: Title) -> None:
        """From this media time on something else plays."""
        self._title = title
        for framing in self._framings.values():
            framing.set_title(at, title)

    def frame(
        self, encoded: Sequence[tuple[Encoding, Sequence[Stamped]]]
    ) -> list[StreamBegan | Packets]:
        """What the encodings gave, as messages of every stream."""
        reports: list[StreamBegan | Packets] = []
        for encoding, packets in encoded:
            for framing in self._framings.values():
                if framing.encoding is encoding:
                    reports += framing.frame(packets)
        return reports

    def _encoding(self, spec: OutputSpec, at: int, resume: int | None) -> Encoding:
        if spec not in self._encodings:
            self._encodings[spec] = Encoding(spec, self._make(spec), at, resume)
        return self._encodings[spec]
