"""The auto-DJ's mounts: what feeds each of them, and how a live source gets onto them.

Most are fed by the console, all from one studio. A mount that is copied to (see `copied`) has a
player of its own, and is heard for itself: its live sources are on no other mount, and only the
first of such mounts follows the operator's programme, if there is no studio to do so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import trio

from radiocast.autodj.changes import Changes
from radiocast.autodj.listing import list_emergency
from radiocast.autodj.playlists import PlaylistError
from radiocast.config.model import Config
from radiocast.config.outputs import OutputConfig, Policy
from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Refused
from radiocast.mounts.source import Source, SourceEnding
from radiocast.protocols.source_info import SourceInfo
from radiocast.sources.chronicle import Chronicle
from radiocast.sources.console import Console, possible
from radiocast.sources.copied import Copied
from radiocast.sources.jingles import lay_jingles
from radiocast.sources.live import Receive, take_until_it_ends
from radiocast.sources.lives import Live, Lives
from radiocast.sources.mixed import mix
from radiocast.sources.opened import open_live
from radiocast.sources.policy import decide, is_copied
from radiocast.sources.programme import Programme

logger = logging.getLogger(__name__)

Claim = Callable[[str, Source], Mount | Refused]
"""Gives a mount to a source."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What follows the operator's wishes, and is shown as what plays."""

    programme: Programme
    chronicle: Chronicle
    lives: Lives


@dataclass(frozen=True, slots=True)
class _Held:
    """A mount that is ours."""

    mount: Mount
    source: Source


@dataclass(frozen=True, slots=True)
class _Copy:
    """A mount that is copied to."""

    copied: Copied
    output: OutputConfig
    lives: Lives
    scope: trio.CancelScope


class Outputs:
    """`run` keeps them going; the rest are plain calls."""

    def __init__(
        self, config: Config, console: Console, main: Parts, more: Callable[[], Parts]
    ) -> None:
        """`main` is for the studio, or for the first copied mount if there is none; `more` makes
        parts for other copied mounts, whose chronicle is run here."""
        self._config = config
        self._console = console
        self._main, self._more = main, more
        self._held: dict[str, _Held] = {}
        self._encoded: dict[str, OutputConfig] = {}
        self._copies: dict[str, _Copy] = {}
        self._studio_runs = False
        self._configured = trio.Event()
        self._arranged = trio.Event()

    @property
    def paths(self) -> list[str]:
        """The mounts there are."""
        return list(self._held)

    async def run(self, claim: Claim, changes: Changes) -> None:
        """Have what is configured, until cancelled; then the mounts are free."""
        try:
            async with trio.open_nursery() as nursery:
                while True:
                    self._configured = trio.Event()
                    await self._arrange(claim, changes, nursery)
                    self._arranged.set()
                    await self._configured.wait()
        finally:
            for path, held in self._held.items():
                for live in self._lives(path):
                    live.source.end(SourceEnding.STOPPED)
                held.mount.leave(held.source)
            self._held.clear()

    def configure(self, config: Config) -> None:
        """Other settings, after a reload. Nobody is cut off but by changes of their own output."""
        self._config = config
        self._configured.set()

    def skip(self) -> None:
        """On to the next track."""
        if self._studio_runs:
            self._console.skip()
        for copy in self._copies.values():
            if copy.lives is self._main.lives:
                copy.copied.skip()

    async def reconsider(self) -> None:
        """Somebody asks for something: what is there only because it was its turn gives way."""
        if self._studio_runs:
            await self._console.reconsider()
        for copy in self._copies.values():
            copy.copied.reconsider()

    # Live sources

    def admit(self, path: str, source: Source, priority: int) -> Live | Refused:
        """Let a live source in that was sent to one of our mounts, or say why not."""
        takeover = self._config.mount(path).takeover
        return self._lives(path).admit(path, source, priority, takeover=takeover)

    def leave(self, live: Live) -> None:
        """A live source that was let in is gone."""
        self._lives(live.path).leave(live)

    async def take(self, live: Live, content_type: str, receive: Receive) -> SourceEnding:
        """Take a live source's audio until it ends. Nothing that it sends raises."""

        async def take() -> None:
            await self._take(live, content_type, receive)

        return await take_until_it_ends(live.path, live.source, take)

    def title(self, path: str, title: Title | None) -> bool:
        """What the live source on this mount says it plays: shown when its sound is heard.

        Whether there is one.
        """
        live = self._lives(path).on(path)
        if live is None:
            return False
        self.title_of(live, title)
        return True

    def title_of(self, live: Live, title: Title | None) -> None:
        """What this live source says it plays."""
        live.title = title or Title("")
        copy = self._copies.get(live.path)
        if copy is None or not copy.copied.title(live.name, title):
            self._console.title_live(live)

    def kick(self, path: str | None = None) -> bool:
        """Throw out whoever is live: who sends to `path`, or, without one, everybody. Whether
        there was somebody."""
        lives = {id(each): each for each in map(self._lives, self._held)}
        kicked = [live for each in lives.values() for live in each if path in (None, live.path)]
        for live in kicked:
            live.source.end(SourceEnding.KICKED)
        return bool(kicked)

    async def _take(self, live: Live, content_type: str, receive: Receive) -> None:
        config = self._config
        timeout = config.mount(live.path).source_timeout or config.limits.source_timeout
        live.source.scope.deadline = trio.current_time() + timeout
        opened = await open_live(live.path, content_type, receive)
        await self._arranged.wait()
        title = live.title or Title(live.source.info.name or self._config.station.name)
        copy = self._copies.get(live.path)
        if copy is not None:
            await copy.copied.carry(live, opened, receive, timeout, title)
            return
        decision = decide(live.path, self._encoded, opened.start, can_encode=True)
        level = logging.INFO if decision.wanted else logging.WARNING
        logger.log(level, "%s: %s: %s", live.path, decision.policy.value, decision.reason)
        hybrid = self._console.hybrid
        if decision.policy is Policy.HYBRID:
            await hybrid.carry(live, opened, receive, timeout, title)
        else:
            with hybrid.barred(live):
                await mix(self._console.studio, live, opened, receive, timeout, title)

    def _lives(self, path: str) -> Lives:
        return self._copies[path].lives if path in self._copies else self._main.lives

    # Mounts

    async def _arrange(self, claim: Claim, changes: Changes, nursery: trio.Nursery) -> None:
        """Have the outputs that are configured and possible here, and no others."""
        config = self._config
        # First of all, or a player that is there at once would be told that there is nothing.
        for path in config.outputs.keys() - self._held.keys():
            self._occupy(path, claim)
        wishes = {p: each for p, each in config.outputs.items() if each.policy is not Policy.COPY}
        encodable = await possible(wishes)
        copied = {
            path
            for path, output in config.outputs.items()
            if is_copied(output, can_encode=path in encodable)
        }
        for path in self._held.keys() - copied - encodable.keys():
            held = self._held.pop(path)
            held.mount.leave(held.source)
        self._encoded = {
            path: encodable[path] for path in self._held if path in encodable and path not in copied
        }
        if self._encoded and not self._studio_runs:
            self._keep_copies({})  # the main parts are the studio's from now on
            self._start_studio(changes, nursery)
        self._console.feed({path: self._held[path].mount for path in self._encoded}, config)
        self._console.configure(config, self._encoded, await _emergency(config))
        outputs = {path: config.outputs[path] for path in self._held if path in copied}
        self._keep_copies(outputs)
        for path, output in outputs.items():
            if path not in self._copies:
                self._start_copy(path, output, nursery)
        for held in self._held.values():
            held.source.info = info_of(config)

    def _occupy(self, path: str, claim: Claim) -> None:
        source = Source("studio", info_of(self._config))
        mount = claim(path, source)
        if isinstance(mount, Refused):
            logger.error("%s: the auto-DJ does not get it: %s", path, mount.value)
            return
        self._held[path] = _Held(mount, source)

    def _start_studio(self, changes: Changes, nursery: trio.Nursery) -> None:
        self._studio_runs = True
        nursery.start_soon(self._console.run)
        programme, chronicle = self._main.programme, self._main.chronicle
        nursery.start_soon(lay_jingles, self._console, programme, chronicle, changes)

    def _keep_copies(self, outputs: dict[str, OutputConfig]) -> None:
        """End the copied mounts that are not to be just as they are."""
        for path, copy in list(self._copies.items()):
            if outputs.get(path) == copy.output:
                copy.copied.configure(self._config)
                continue
            for live in copy.lives:
                live.source.end(SourceEnding.STOPPED)
            copy.scope.cancel()
            del self._copies[path]

    def _start_copy(self, path: str, output: OutputConfig, nursery: trio.Nursery) -> None:
        is_main = not self._studio_runs and all(
            copy.lives is not self._main.lives for copy in self._copies.values()
        )
        parts = self._main if is_main else self._more()
        mount = self._held[path].mount
        copied = Copied(mount, output, parts.programme, parts.chronicle, self._config)
        copy = _Copy(copied, output, parts.lives, trio.CancelScope())
        self._copies[path] = copy

        async def run() -> None:
            with copy.scope:
                async with trio.open_nursery() as inner:
                    if not is_main:
                        inner.start_soon(parts.chronicle.run, self._config.autodj.history)
                    inner.start_soon(copied.run)

        nursery.start_soon(run)


def info_of(config: Config) -> SourceInfo:
    """What the auto-DJ says of itself as a source."""
    station = config.station
    return SourceInfo(station.name, station.description, station.genre, station.url)


async def _emergency(config: Config) -> tuple[str, ...]:
    """The files for when nothing else can be played."""
    if not config.autodj.emergency:
        return ()
    try:
        return await trio.to_thread.run_sync(list_emergency, config.autodj.emergency)
    except PlaylistError as exc:
        logger.error("autodj.emergency: %s %s", config.autodj.emergency, exc)
        return ()
