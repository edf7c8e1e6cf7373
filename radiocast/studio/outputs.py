"""From the bus to packets: an encoder for each distinct format, a framing for each stream."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from radiocast.codecs.audio import Audio
from radiocast.codecs.encode import make_encoder
from radiocast.codecs.packet import Encoder
from radiocast.codecs.spec import OutputSpec
from radiocast.formats import Title
from radiocast.studio.commands import Resume, Stream
from radiocast.studio.encoding import Encoding, Stamped
from radiocast.studio.framing import Framing, Titles
from radiocast.studio.reports import Packets, StreamBegan
from radiocast.studio.ring import Ring

MakeEncoder = Callable[[OutputSpec], Encoder]


class Outputs:
    """All the streams of a station. Equal formats are encoded once.

    Theory of operation. Where the mixer goes back (a splice), each stream is parted at a place of
    its own grid of packets (`cuts`) before the sound changes. From there on it is encoded anew, by
    new encoders that are run up with the sound before (`ring.py`): to media time there is
    neither a hole nor an overlap, whatever the formats.
    """

    def __init__(self, at: int, make: MakeEncoder = make_encoder) -> None:
        """`at`: where the bus begins."""
        self._make = make
        self._framings: dict[str, Framing] = {}
        self._titles = Titles()
        self._ring = Ring(at)

    @property
    def encodings(self) -> list[Encoding]:
        """What has to be fed: they may be, each in a thread of its own."""
        return list({id(each.encoding): each.encoding for each in self._framings.values()}.values())

    @property
    def over(self) -> bool:
        """Whether all streams have come to where they were to end."""
        return all(framing.over for framing in self._framings.values())

    def configure(self, streams: Sequence[Stream], at: int, resume: dict[str, int]) -> None:
        """Have just these streams; those that stay are not touched.

        `resume`: where other packets of a stream ended. Raises CodecError for a format that
        nothing here encodes; the others are there then.
        """
        wanted = {stream.id: stream for stream in streams}
        self._framings = {
            id_: framing
            for id_, framing in self._framings.items()
            if wanted.get(id_) == framing.stream
        }
        failed: Exception | None = None
        for stream in streams:
            if stream.id in self._framings:
                continue
            begin = resume.get(stream.id)
            try:
                encoding = self._shared(stream.spec, begin) or Encoding(
                    stream.spec, self._make(stream.spec), at, begin
                )
            except Exception as error:
                failed = error
                continue
            framing = self._framings[stream.id] = Framing(stream, encoding, self._titles)
            if begin is not None:
                framing.begin(encoding, begin)
        if failed is not None:
            raise failed

    def set_title(self, at: int, title: Title) -> None:
        """From this media time on something else plays."""
        self._titles.add(at, title)

    def heard(self, audio: Audio) -> None:
        """The bus went on: remember it."""
        self._ring.push(audio)

    def frame(
        self, encoded: Sequence[tuple[Encoding, Sequence[Stamped]]]
    ) -> list[StreamBegan | Packets]:
        """What the encodings gave, as messages of every stream."""
        reports: list[StreamBegan | Packets] = []
        for encoding, packets in encoded:
            for framing in self._framings.values():
                if framing.encoding is encoding:
                    reports += framing.frame(packets)
        for framing in self._framings.values():
            if framing.broken and framing.end is not None:
                at = framing.end
                cut = [Resume(framing.stream.id, at)]
                self._begin(cut, *self._ring.everything(), titled_from=at, fresh=False)
        return reports

    def cuts(self, after: int) -> tuple[Resume, ...]:
        """Where each stream can be parted, not before this media time unless it ends there."""
        found = [(id_, framing.cut(after)) for id_, framing in self._framings.items()]
        return tuple(Resume(id_, after if cut is None else cut) for id_, cut in found)

    def splice(self, cuts: Sequence[Resume], rendered: int, changed: int) -> None:
        """Encode anew from the `cuts` on.

        The bus will be given again from `rendered` on; it sounds different from `changed` on.
        """
        self._ring.rewind(rendered)
        self._titles.drop(changed)
        self._begin(cuts, *self._ring.everything(), titled_from=changed, fresh=False)

    def end_at(self, time: int) -> None:
        """Give no packet that is heard from this media time on."""
        for framing in self._framings.values():
            framing.end_at(time)

    def begin_anew(self, at: int) -> None:
        """Begin all streams at this media time, after a rest."""
        self._ring = Ring(at)
        self._titles.drop(at)
        cuts = [Resume(id_, at) for id_ in self._framings]
        self._begin(cuts, *self._ring.everything(), titled_from=at, fresh=True)

    def _begin(
        self, cuts: Sequence[Resume], at: int, before: Audio, *, titled_from: int, fresh: bool
    ) -> None:
        shared: dict[tuple[OutputSpec, int | None], Encoding] = {}
        for cut in sorted(cuts, key=lambda cut: cut.at):
            framing = self._framings[cut.stream]
            spec = framing.stream.spec
            key = (spec, cut.at if spec.codec == "vorbis" else None)
            if key not in shared:
                shared[key] = Encoding(spec, self._make(spec), at, cut.at)
                shared[key].prepare(before)
            framing.begin(shared[key], cut.at, titled_from=titled_from, fresh=fresh)

    def _shared(self, spec: OutputSpec, begin: int | None) -> Encoding | None:
        """The encoding of another stream that serves this one too."""
        for framing in self._framings.values():
            if framing.stream.spec == spec and (begin is None or framing.end == begin):
                return framing.encoding
        return None
