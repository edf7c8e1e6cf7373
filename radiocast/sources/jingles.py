"""Jingles that are laid over the song: sent to the studio when their time has come."""

from __future__ import annotations

import time

import trio

from radiocast.autodj.changes import Changes
from radiocast.autodj.now import LIVE
from radiocast.sources.chronicle import Chronicle
from radiocast.sources.console import LEAD, Console
from radiocast.sources.programme import Programme

LEAST = 0.5
"""Seconds between two looks, while something is due that cannot be laid over what plays."""


async def lay_jingles(
    console: Console, programme: Programme, chronicle: Chronicle, changes: Changes
) -> None:
    """Lay each jingle over what plays when it is due, for ever; over no live source."""
    while True:
        seen = changes.counts
        # What the studio is told now is heard when its lead has passed.
        due = None
        if chronicle.now.rung != LIVE:
            due = programme.due_overlay(time.time() + LEAD)
        if due is not None:
            console.lay(due)
            continue
        now = time.time() + LEAD
        with trio.move_on_after(max(LEAST, programme.overlay_time(now) - now)):
            await changes.wait(seen)
