"""All relays: those the operator has named, and those of the master's list."""

from __future__ import annotations

import logging

import trio

from radiocast.config.model import Config
from radiocast.protocols.via import MAX_SERVERS
from radiocast.sources.relays.master import Master
from radiocast.sources.relays.plan import Plan, plans_of
from radiocast.sources.relays.relay import Air, Manners, Relay, State

logger = logging.getLogger(__name__)


class Relays:
    """Starts and ends relays as the configuration and the master want it. `run` is its task."""

    def __init__(self, config: Config, air: Air, manners: Manners) -> None:
        self._config = config
        self._air = air
        self._manners = manners
        self._master = Master()
        self._master.configure(config.master)
        self._relays: dict[str, Relay] = {}
        self._nursery: trio.Nursery | None = None
        self._changed = trio.Event()

    async def run(self) -> None:
        """Relay until cancelled."""
        async with trio.open_nursery() as nursery:
            self._nursery = nursery
            self._arrange()
            while True:
                changed, master = self._changed, self._config.master
                if not master.url:
                    await changed.wait()
                    continue
                try:
                    await self._master.look(master, self._manners.agent)
                    self._arrange()
                except Exception:
                    logger.exception("this is a bug in radiocast; the master's list is not read")
                with trio.move_on_after(master.interval):
                    await changed.wait()

    def configure(self, config: Config) -> None:
        """Other settings, after a reload. Relays that stay as they are notice nothing."""
        self._config = config
        self._master.configure(config.master)
        self._arrange()
        self._changed.set()
        self._changed = trio.Event()

    def on(self, path: str) -> Relay | None:
        """The relay that is to be heard at `path`."""
        return self._relays.get(path)

    def on_demand(self, path: str) -> Relay | None:
        """The relay at `path`, if it only is there while somebody listens."""
        relay = self._relays.get(path)
        return relay if relay is not None and relay.plan.on_demand else None

    @property
    def idle(self) -> list[str]:
        """The paths of relays on demand that are not on air."""
        on_air = {mount.path for mount in self._air.registry.on_air}
        return [
            path
            for path, relay in self._relays.items()
            if relay.plan.on_demand and path not in on_air
        ]

    @property
    def states(self) -> dict[str, bool]:
        """By names, whether they are on air."""
        return {relay.plan.name: relay.state is State.UP for relay in self._relays.values()}

    def via(self, path: str) -> tuple[str, ...]:
        """The servers, ourselves at the end, by which listeners get what is heard at `path`."""
        mount, relay = self._air.registry.get(path), self._relays.get(path)
        source = mount.source if mount is not None else None
        servers = source.via if source is not None else ()
        servers += relay.via if relay is not None else ()  # on an output it is not the source
        return (*dict.fromkeys(servers), self._manners.server)

    def is_ours(self, servers: tuple[str, ...]) -> bool:
        """Whether what comes by these servers has come from us, or by too many."""
        return self._manners.server in servers or len(servers) > MAX_SERVERS

    def is_circle(self, path: str, servers: tuple[str, ...]) -> bool:
        """Whether what `servers` ask for at `path` comes from them, or is to come from us."""
        return self.is_ours(servers) or not set(servers).isdisjoint(self.via(path))

    def _arrange(self) -> None:
        if self._nursery is None:
            return
        plans = plans_of(self._config, self._master.paths)
        ended: dict[str, Relay] = {}
        for path, relay in list(self._relays.items()):
            if plans.get(path) != relay.plan:
                relay.scope.cancel()
                ended[path] = self._relays.pop(path)
        for path, plan in plans.items():
            if path not in self._relays:
                relay = self._relays[path] = Relay(plan, self._air, self._manners)
                self._nursery.start_soon(_run_after, relay, ended.get(path), name=_name(plan))


async def _run_after(relay: Relay, before: Relay | None) -> None:
    """Not before the one that has the mount still has left it."""
    if before is not None:
        await before.ended.wait()
    await relay.run()


def _name(plan: Plan) -> str:
    return f"relay {plan.name}"
