"""What is to be relayed, from the configuration and a master's list. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from radiocast.config.fields import SettingError, path_of_mount
from radiocast.config.model import Config
from radiocast.config.relays import MasterConfig, RelayConfig
from radiocast.errors import PeerError
from radiocast.protocols.addresses import quote_path
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.http_head import clean_path

MAX_MOUNTS = 1000
"""Mounts taken from a master's list."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One relay. Compared by value: after a reload, what is equal goes on as it was."""

    name: str
    """The operator's name for it, or the master's path."""
    path: str
    urls: tuple[str, ...]
    """The best one first."""
    on_demand: bool = False
    titles: bool = True
    credentials: Credentials | None = field(default=None, repr=False)
    bind: str = ""


def plans_of(config: Config, listing: Iterable[str]) -> dict[str, Plan]:
    """All relays by their paths; `listing` are the master's. What the operator has named goes
    before what the master lists."""
    named = [_of_relay(name, relay, config) for name, relay in config.relays.items() if relay.url]
    listed = [_of_master(path, config.master, config) for path in listing]
    plans: dict[str, Plan] = {}
    for plan in (*named, *listed):
        plans.setdefault(plan.path, plan)
    return plans


def read_listing(body: bytes) -> list[str]:
    """The paths in a `streamlist.txt`; lines that are no path of a mount are left out."""
    paths: dict[str, None] = {}
    for line in body.splitlines():
        try:
            path = clean_path(line.strip().replace(b"%", b"%25"))
            path_of_mount(path)
        except (PeerError, SettingError):
            continue
        if len(paths) < MAX_MOUNTS:
            paths[path] = None
    return list(paths)


def _of_relay(name: str, relay: RelayConfig, config: Config) -> Plan:
    return Plan(
        name=name,
        path=relay.path,
        urls=(relay.url, *relay.backups),
        on_demand=relay.on_demand and relay.path not in config.outputs,
        titles=relay.titles,
        credentials=Credentials(relay.user, relay.password) if relay.user else None,
        bind=relay.bind,
    )


def _of_master(path: str, master: MasterConfig, config: Config) -> Plan:
    return Plan(
        name=path,
        path=path,
        urls=(master.url.rstrip("/") + quote_path(path),),
        on_demand=master.on_demand and path not in config.outputs,
        credentials=credentials_of(master),
    )


def credentials_of(master: MasterConfig) -> Credentials | None:
    """What a master knows us by."""
    return None if master.password is None else Credentials(master.user, master.password)
