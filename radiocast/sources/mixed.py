"""A live source that is mixed: its bytes go to the studio instead of a mount's log."""

from __future__ import annotations

import trio

from radiocast.mounts.source import Source, SourceEnding
from radiocast.sources.autodj import AutoDj
from radiocast.sources.live import Receive


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
