"""A live source that is mixed: its bytes go to the studio instead of a mount's log."""

from __future__ import annotations

from collections.abc import Sequence

import trio

from radiocast.formats import Event, StreamStart, Title
from radiocast.formats.detect import is_ogg
from radiocast.mounts.source import SourceEnding
from radiocast.sources.live import Receive, take_until_it_ends
from radiocast.sources.lives import Live
from radiocast.sources.opened import Opened, open_live
from radiocast.studio.commands import LiveAudio, LiveClose, LiveOpen, LiveTitle
from radiocast.studio.supervisor import Studio


async def mix_live(
    studio: Studio,
    live: Live,
    content_type: str,
    receive: Receive,
    source_timeout: float,
    title: Title,
) -> SourceEnding:
    """Send the studio what a live source sends, until it leaves, stalls or is ended.

    `title` is shown until the source says one. The studio notices a stall before we do, and
    fades to the next track meanwhile.
    """

    async def take() -> None:
        live.source.scope.deadline = trio.current_time() + source_timeout
        opened = await open_live(live.path, content_type, receive)
        await mix(studio, live, opened, receive, source_timeout, title)

    return await take_until_it_ends(live.path, live.source, take)


async def mix(
    studio: Studio,
    live: Live,
    opened: Opened,
    receive: Receive,
    source_timeout: float,
    title: Title,
) -> None:
    """The same with one whose first bytes were looked at, in its own scope."""
    source = live.source
    framer = opened.framer if is_ogg(opened.detected.content_type) else None
    try:
        studio.send(LiveOpen(live.name, opened.detected.content_type, live.priority))
        studio.send(LiveTitle(live.name, live.title or title))
        events, data = opened.events, opened.data
        while data:
            source.scope.deadline = trio.current_time() + source_timeout
            for found in _titles(events):
                studio.send(LiveTitle(live.name, found))
            studio.send(LiveAudio(live.name, data))
            data = await receive()
            events = framer.feed(data) if framer is not None else []
    finally:
        studio.send(LiveClose(live.name, kick=source.ending is SourceEnding.KICKED))


def _titles(events: Sequence[Event]) -> list[Title]:
    """The titles that an Ogg stream tells in its own headers."""
    starts = [event for event in events if isinstance(event, StreamStart)]
    return [start.title for start in starts if start.title is not None and start.title.text]
