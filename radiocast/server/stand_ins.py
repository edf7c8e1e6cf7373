"""What is heard instead of a mount without a source, and how its listeners get there and back.

As in Icecast 2.4.4: when a source goes, its listeners go on with the first fallback of the chain
that is on air, at once; with `fallback_override` all listeners of that fallback come to the mount
when it has a source again. A fallback that no source feeds may be a file in `files.root`: it is
played on a mount of its own while somebody listens. Listeners whose players cannot go on with the
other stream stay for the mount's grace time, and whoever asks for the mount is given the fallback.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import trio

from radiocast.config.model import Config
from radiocast.errors import FormatError
from radiocast.mounts.fallbacks import DEPTH, warnings
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Refused, Registry
from radiocast.mounts.source import Source
from radiocast.protocols.source_info import SourceInfo
from radiocast.sources.looped import Looped, open_file

logger = logging.getLogger(__name__)

MAX_TOLD = 1000
"""Files that could not be played which are remembered, so that each is said once."""


class StandIns:
    """Finds them. `follow` is a task of each mount."""

    def __init__(
        self,
        config: Config,
        registry: Registry,
        claim: Callable[[str, Source], Mount | Refused],
        move: Callable[[Mount, Mount], None],
        wake: Callable[[str], Awaitable[None]],
        nursery: trio.Nursery,
    ) -> None:
        """`claim` gives a mount to a source, `move` lets all listeners of one go to another, `wake`
        has a relay on demand come on air, if there is one of that path."""
        self._wake = wake
        self._registry, self._claim, self._move = registry, claim, move
        self._nursery = nursery
        self._told: set[str] = set()
        self.configure(config)

    def configure(self, config: Config) -> None:
        """New settings, from now on."""
        self._root = config.files.root
        self._told.clear()
        for warning in warnings(config):
            logger.warning("%s", warning)

    async def heard_at(self, path: str) -> Mount | None:
        """The mount that somebody hears who asks for `path`; None: there is none."""
        mount = self._registry.get(path)
        if mount is not None and mount.source is not None:
            return mount
        if mount is None and not self._registry.fallbacks.named(path):
            return None
        return await self.find(path) or mount

    async def with_room(self, mount: Mount, is_full: Callable[[Mount], bool]) -> Mount:
        """The mount, or where it sends those for whom there is no room: that may be full, too."""
        for _ in range(DEPTH):
            if not (is_full(mount) and mount.config.fallback_when_full):
                break
            mount = await self.find(mount.path) or mount
        return mount

    async def find(self, path: str, *, with_burst: bool = True) -> Mount | None:
        """The first fallback of `path` that is on air, or can be. `with_burst`: a file is to
        begin with a burst, as for somebody whose player has nothing yet."""
        for step in self._registry.fallbacks.chain(path):
            mount = self._registry.get(step)
            if mount is None or mount.source is None:
                await self._wake(step)
                mount = self._registry.get(step)
            if mount is None or mount.source is None:
                mount = await self._play_file(step, with_burst=with_burst) or mount
            if mount is not None and mount.is_on_air:
                return mount
        return None

    async def follow(self, mount: Mount) -> None:
        """Let the listeners go when the source does, and come when it does, for ever."""
        while True:
            changed = mount.source_changed
            if mount.source is None:
                there = await self.send_away(mount)
                if there is not None:
                    logger.warning(
                        "%s: players cannot go on with %s: the streams differ",
                        mount.path,
                        there.path,
                    )
            elif await _sends(mount, changed):
                self._call_back(mount)
                for other in list(self._registry):
                    if other.source is None:
                        await self.send_away(other)
            await changed.wait()

    async def send_away(self, mount: Mount) -> Mount | None:
        """Let the listeners of a mount without a source go on with its fallback, if their players
        can; gives back the fallback if they cannot."""
        if not mount.counts.listeners:
            return None
        there = await self.find(mount.path, with_burst=False)
        if there is None or mount.source is not None:  # it came back while we looked
            return None
        if not mount.may_go_on_with(there):
            return there
        logger.info("%s: its listeners go on with %s", mount.path, there.path)
        self._move(mount, there)
        return None

    def _call_back(self, mount: Mount) -> None:
        if not mount.config.fallback_override:
            return
        steps = map(self._registry.get, self._registry.fallbacks.chain(mount.path))
        there = next((step for step in steps if step is not None and step.is_on_air), None)
        if there is None or not there.counts.listeners:
            return
        if there.may_go_on_with(mount):
            logger.info("%s: the listeners of %s come back", mount.path, there.path)
            self._move(there, mount)

    async def _play_file(self, path: str, *, with_burst: bool) -> Mount | None:
        """Put a file on the mount of its path. None: there is none, or somebody was faster."""
        file = _file_in(self._root, path)
        if file is None:
            return None
        try:
            opening = await open_file(file)
        except FileNotFoundError:
            return None  # it is the name of a mount
        except (OSError, FormatError) as exc:
            self._tell(path, f"no fallback: {file}: {exc}")
            return None
        mount = self._registry.get(path)
        if mount is not None and mount.source is not None:
            opening.file.close()
            return mount
        source = Source("", SourceInfo(), stands_in=True)
        claimed = self._claim(path, source)
        assert isinstance(claimed, Mount), "nobody has it, and it counts for no source"
        looped = Looped(claimed, source, file, opening, with_burst=with_burst)
        self._nursery.start_soon(looped.run, name=f"file {path}")
        return claimed

    def _tell(self, path: str, problem: str) -> None:
        if path not in self._told and len(self._told) < MAX_TOLD:
            self._told.add(path)
            logger.warning("%s", problem)


def _file_in(root: str, path: str) -> Path | None:
    """The file that a path names, which is nowhere but in the directory."""
    parts = path.split("/")
    if not root or ".." in parts or "\0" in path:
        return None
    return Path(root, *filter(None, parts))


async def _sends(mount: Mount, changed: trio.Event) -> bool:
    """Wait until the source has sent something; false: it went before that."""
    async with trio.open_nursery() as nursery:

        async def give_up() -> None:
            await changed.wait()
            nursery.cancel_scope.cancel()

        nursery.start_soon(give_up)
        await mount.log.wait_past(mount.source_start)
        nursery.cancel_scope.cancel()
    return not changed.is_set()
