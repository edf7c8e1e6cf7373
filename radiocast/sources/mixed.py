"""A live source that is mixed: its bytes go to the studio instead of a mount's log."""

from __future__ import annotations

import logging

import trio

from radiocast.errors import FormatError
from radiocast.formats import Framer, StreamStart, Title
from radiocast.formats.detect import is_ogg
from radiocast.mounts.source import SourceEnding
from radiocast.sources.live import Receive, recognise
from radiocast.sources.lives import Live
from radiocast.studio.commands import LiveAudio, LiveClose, LiveOpen, LiveTitle
from radiocast.studio.supervisor import Studio

logger = logging.getLogger(__name__)


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
    source = live.source
    with source.scope:
        try:
            source.scope.deadline = trio.current_time() + source_timeout
            detected, data = await recognise(live.path, content_type, receive)
            studio.send(LiveOpen(live.name, detected.content_type, live.priority))
            studio.send(LiveTitle(live.name, title))
            framer = detected.make() if is_ogg(detected.content_type) else None
            while data:
                source.scope.deadline = trio.current_time() + source_timeout
                for found in _titles(framer, data):
                    studio.send(LiveTitle(live.name, found))
                studio.send(LiveAudio(live.name, data))
                data = await receive()
            source.end(SourceEnding.LEFT)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            source.end(SourceEnding.LEFT)
        except FormatError as exc:
            logger.info("%s: source from %s: %s", live.path, source.ip, exc)
            source.end(SourceEnding.BROKEN)
        finally:
            studio.send(LiveClose(live.name, kick=source.ending is SourceEnding.KICKED))
    return source.ending or SourceEnding.STALLED


def _titles(framer: Framer | None, data: bytes) -> list[Title]:
    """The titles that an Ogg stream tells in its own headers."""
    events = framer.feed(data) if framer is not None else []
    starts = [event for event in events if isinstance(event, StreamStart)]
    return [start.title for start in starts if start.title is not None and start.title.text]
