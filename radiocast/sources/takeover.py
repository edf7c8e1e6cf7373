"""Where a live source goes that was sent to an output: to be copied, or to be mixed."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import trio

from radiocast.config.outputs import OutputConfig, Policy
from radiocast.formats import Title
from radiocast.mounts.source import SourceEnding
from radiocast.sources.copied import Copied
from radiocast.sources.hybrid import Hybrid
from radiocast.sources.live import Receive, take_until_it_ends
from radiocast.sources.lives import Live
from radiocast.sources.mixed import mix
from radiocast.sources.opened import open_live
from radiocast.sources.policy import decide
from radiocast.studio.supervisor import Studio

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desks:
    """All the places where a live source may go."""

    outputs: Mapping[str, OutputConfig]
    """All of them, by path."""
    encoded: Collection[str]
    """Paths of those for which this machine has an encoder."""
    copied: Mapping[str, Copied]
    """Those of the policy copy, by path."""
    hybrid: Hybrid
    studio: Studio


async def take_live(
    desks: Desks,
    live: Live,
    content_type: str,
    receive: Receive,
    source_timeout: float,
    title: Title,
) -> SourceEnding:
    """Take a live source's audio until it ends. Nothing that it sends raises.

    `title` is shown until the source says one.
    """

    async def take() -> None:
        live.source.scope.deadline = trio.current_time() + source_timeout
        opened = await open_live(live.path, content_type, receive)
        can_encode = live.path in desks.encoded
        decision = decide(live.path, desks.outputs, opened.start, can_encode=can_encode)
        level = logging.INFO if decision.wanted else logging.WARNING
        what = "mixed" if decision.policy is Policy.MIX else "copied"
        logger.log(level, "%s: live is %s: %s", live.path, what, decision.reason)
        match decision.policy:
            case Policy.COPY:
                desk = desks.copied[live.path]
                await desk.carry(live, opened, receive, source_timeout, title)
            case Policy.HYBRID:
                await desks.hybrid.carry(live, opened, receive, source_timeout, title)
            case _:
                with desks.hybrid.barred(live):
                    await mix(desks.studio, live, opened, receive, source_timeout, title)

    return await take_until_it_ends(live.path, live.source, take)


def title_live(desks: Desks, live: Live, title: Title | None) -> bool:
    """What this live source says it plays. Whether it is one that is copied: who is mixed has
    its titles from the studio."""
    copied = desks.copied.get(live.path)
    return desks.hybrid.title(live.name, title) or (
        copied is not None and copied.title(live.name, title)
    )
