"""All pushes."""

from __future__ import annotations

import trio

from radiocast.config.model import Config
from radiocast.mounts.registry import Registry
from radiocast.readers.pushes.push import Manners, Push


class Pushes:
    """Starts and ends pushes as the configuration wants it. `run` is its task."""

    def __init__(self, config: Config, registry: Registry, manners: Manners) -> None:
        self._config = config
        self._registry = registry
        self._manners = manners
        self._pushes: dict[str, Push] = {}
        self._nursery: trio.Nursery | None = None

    async def run(self) -> None:
        """Push until cancelled."""
        async with trio.open_nursery() as nursery:
            self._nursery = nursery
            self._arrange()
            await trio.sleep_forever()

    def configure(self, config: Config) -> None:
        """Other settings, after a reload. Pushes that stay as they are notice nothing."""
        self._config = config
        self._arrange()

    @property
    def states(self) -> dict[str, bool]:
        """By names, whether they are being sent."""
        return {name: push.up for name, push in self._pushes.items()}

    def _arrange(self) -> None:
        if self._nursery is None:
            return
        wanted = {name: push for name, push in self._config.pushes.items() if push.url}
        for name, push in list(self._pushes.items()):
            if wanted.get(name) != push.config:
                push.scope.cancel()
                del self._pushes[name]
        for name, config in wanted.items():
            if name not in self._pushes:
                push = self._pushes[name] = Push(name, config, self._registry, self._manners)
                self._nursery.start_soon(push.run, name=f"push {name}")
