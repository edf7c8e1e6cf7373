"""One stream: an encoding's packets as frames, or as Ogg pages with titles."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from itertools import groupby

from radiocast.codecs.packet import Packet
from radiocast.formats import Event, Frame, StreamStart, Title
from radiocast.formats.mpeg_bridge import BRIDGE_NEEDS
from radiocast.formats.ogg.page import HEADER_LENGTH
from radiocast.mux.ogg import LEAD_IN, OggMuxer
from radiocast.studio.commands import Stream
from radiocast.studio.encoding import OGG, RUN_UP, Encoding, Stamped
from radiocast.studio.mediatime import RATE, REWIND
from radiocast.studio.reports import Packets, StreamBegan
from radiocast.studio.stand_alone import stand_alone

MAX_TITLES = 100
"""Titles that wait for their packets, or did lately; far more than there can be in the lead."""
NEAR = 480
"""Samples, half a packet of Opus: a title belongs to the packet whose beginning is nearest."""


class Titles:
    """Which title is to be shown when. The past is known, for there is a way back to it."""

    def __init__(self) -> None:
        self._titles: deque[tuple[int, Title]] = deque(maxlen=MAX_TITLES)

    def add(self, at: int, title: Title) -> None:
        """From this media time on something else plays."""
        self._titles.append((at, title))

    def drop(self, since: int) -> None:
        """What was to be shown from this media time on is void."""
        while self._titles and self._titles[-1][0] >= since:
            self._titles.pop()

    def at(self, time: int) -> tuple[int, Title] | None:
        """What is shown at this media time, and since when."""
        return next((each for each in reversed(self._titles) if each[0] <= time), None)


class Framing:
    """Messages of one stream, each going on where the one before ended.

    Where it is begun in the middle (`begin`), the packets before are the encoder's run-up: of MP3
    the first frame takes from them what it refers to (`stand_alone.py`), of Opus a link begins
    with the last of them, which decoders play to no one (`LEAD_IN`). An Opus stream that is not
    chained, for browsers, which stop at links, goes on without one: the encoder is in full swing,
    and a decoder hardly notices that it is another one. (Vorbis and FLAC cannot: their packets
    overlap, or are numbered.)
    """

    def __init__(self, stream: Stream, encoding: Encoding, titles: Titles) -> None:
        self.stream = stream
        self.encoding = encoding
        self.end: int | None = None
        """Media time up to which there are messages; None: there are none yet."""
        self.over = False
        """Whether it has come to where it was to end."""
        self.broken = False
        """Whether it waits for another encoder, to begin at its end."""
        self._titles = titles
        self._title: tuple[int, Title] | None = None
        self._muxer: OggMuxer | None = None
        self._announced = False
        self._first: int | None = None  # where it began, if no other packets came before
        self._base: int | None = None  # where the messages begin to be counted
        self._samples = 0  # since then, at the stream's rate
        self._cuts: deque[tuple[int, bytes]] = deque()  # where to part them, and the page before
        self._continued = b""  # the page that the muxer goes on from
        self._until: int | None = None
        self._begin: int | None = None
        self._titled_from = 0
        self._run_up: deque[Packet] = deque(maxlen=BRIDGE_NEEDS)
        self._held: list[Stamped] = []  # the first packet of MP3 after a run-up, until the second

    def begin(
        self, encoding: Encoding, at: int, *, titled_from: int = 0, fresh: bool = False
    ) -> None:
        """Go on with the packets of `encoding` from this media time on.

        `titled_from`: when what is heard changes, so that an Ogg link gets just that title.
        `fresh`: listeners heard something else meanwhile.
        """
        self.encoding, self._begin, self._titled_from = encoding, at, titled_from
        self._base, self._samples, self.end = at, 0, at
        self._muxer = None
        if self._until is not None and at >= self._until:
            self._until = None
        self.over = self.broken = False
        if fresh:
            self._announced, self._first = False, None
        elif self._first is not None and at <= self._first:
            self._announced, self._first = False, at
        self._held.clear()
        self._run_up.clear()
        while self._cuts and self._cuts[-1][0] > at:
            self._cuts.pop()
        page = self._cuts[-1][1] if self._cuts and self._cuts[-1][0] == at else b""
        seamless = self.stream.spec.codec == "opus" and not self.stream.chained
        self._continued = page if seamless and not fresh else b""

    def end_at(self, time: int) -> None:
        """Take no packet that is heard from this media time on."""
        self._until = time

    def cut(self, after: int) -> int | None:
        """The first place from this media time on at which the messages can be parted, or where
        they end; None: there are none."""
        if self._first is not None and after <= self._first:
            return after
        return next((cut for cut, _ in self._cuts if cut >= after), self.end)

    def frame(self, packets: Sequence[Stamped]) -> list[StreamBegan | Packets]:
        """The packets as messages."""
        if self._begin is not None:
            packets = self._after_run_up(packets, self._begin)
        events: list[Event] = []
        for each in packets:
            if self._until is not None and each.at >= self._until:
                self.over = True
            elif self._wants_encoder(each):
                self.broken = True
            if self.over or self.broken:
                events += self._muxer.close() if self._muxer else []
                self._muxer = None
                break
            events += self._add(each)
        return self._report(events)

    def _after_run_up(self, packets: Sequence[Stamped], begin: int) -> list[Stamped]:
        for each in packets:
            if (each.at + each.end) // 2 < begin:
                self._run_up.append(each.packet)
            else:
                self._held.append(each)
        if len(self._held) < 2:
            return []
        (first, second, *rest), self._held, self._begin = self._held, [], None
        if self.stream.spec.codec == "mp3":
            before = [packet.data for packet in self._run_up]
            data = stand_alone(first.packet.data, before, second.packet.data)
            first = Stamped(first.at, first.end, Packet(data, first.packet.samples))
        return [first, second, *rest]

    def _wants_encoder(self, each: Stamped) -> bool:
        """Whether a link begins here that the encoder has to begin with.

        A Vorbis packet that is repeated at the beginning of a link primes a decoder that starts
        anew. FFmpeg's goes on, and plays it twice; with a new encoder it adds 2.7 ms, not 21.
        (Opus links repeat packets too, but by their pre-skip; FFmpeg obeys that, though its
        demuxer says "failed to create or replace stream" at each link of Opus or FLAC: it
        looks for a place for a new stream in the middle, and then does without.)
        """
        chained = self.stream.chained and self.stream.spec.codec == "vorbis"
        return chained and self._muxer is not None and self._title_of(each) != self._title

    def _title_of(self, each: Stamped) -> tuple[int, Title] | None:
        return self._titles.at(max(each.at, self._titled_from) + NEAR)

    def _add(self, each: Stamped) -> list[Event]:
        """What becomes of a packet, with what must come before it."""
        spec = self.stream.spec
        before = self._title
        self._title = self._title_of(each)
        title = self._title[1] if self._title else None
        events: list[Event] = []
        if spec.codec not in OGG:
            if not self._announced:
                events.append(StreamStart(spec.codec, spec.sample_rate, spec.channels))
            events.append(Frame(each.packet.data, each.packet.samples))
        else:
            if self._muxer is None:
                self._muxer = self._make_muxer()
                if self._continued:
                    self._muxer.resume(self._continued)
                else:
                    events += self._muxer.link(title)[-1:]  # without the end of the run-up
            elif self.stream.chained and self._title != before:
                events += self._muxer.link(title)
            events += self._muxer.add(each.packet.data, each.packet.samples)
        if self._base is None:
            skipped = 0 if self._muxer is None else self.encoding.skipped
            self._base = self._first = each.at + skipped
        self._announced = True
        return events

    def _make_muxer(self) -> OggMuxer:
        """One that has seen the run-up."""
        codec = self.stream.spec.codec
        muxer = OggMuxer(int.from_bytes(os.urandom(4), "big"), codec, self.encoding.encoder.headers)
        lead_in = RUN_UP[codec] and not self._continued
        run_up = list(self._run_up)[-LEAD_IN[codec] :] if lead_in else []
        if run_up:
            muxer.link()
        for packet in run_up:
            muxer.add(packet.data, packet.samples)
        self._run_up.clear()
        return muxer

    def _report(self, events: Sequence[Event]) -> list[StreamBegan | Packets]:
        if self._base is None:
            return []
        reports: list[StreamBegan | Packets] = []
        for is_frames, group in groupby(events, lambda event: isinstance(event, Frame)):
            at = self._place(self._base)
            if is_frames:
                frames = [event for event in group if isinstance(event, Frame)]
                for frame in frames:
                    self._samples += frame.samples
                    self._cuts.append((self._place(self._base), frame.data[:HEADER_LENGTH]))
                reports.append(Packets.of(at, self._cuts[-1][0], self.stream.id, frames))
            else:
                starts = [event for event in group if isinstance(event, StreamStart)]
                reports += [StreamBegan.of(at, self.stream.id, start) for start in starts]
        self.end = self._place(self._base)
        while self._cuts and self._cuts[0][0] < self.end - REWIND:
            self._cuts.popleft()
        return reports

    def _place(self, base: int) -> int:
        return base + self._samples * RATE // self.stream.spec.sample_rate
