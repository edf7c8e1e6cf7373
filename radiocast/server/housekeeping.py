"""Commands about the server itself, which Icecast's administration has since 2.5."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from radiocast.admin.icecast.results import Public, Result, Shown, Told
from radiocast.protocols.replies import Refusal, Reply
from radiocast.server.asked import Asked

logger = logging.getLogger(__name__)

MARK = "-- MARK --"


def public_statistics(asked: Asked, only: str | None) -> Result:
    """What is for everybody."""
    return Public(asked.statistics(), only)


def _version(asked: Asked) -> Result:
    shown = {"version": asked.broadcast.dialect.server}
    return Shown("Version", "8cdfc150-094d-42f7-9c61-f9fb9a6e07e7", (shown,))


def _sockets(asked: Asked) -> Result:
    sockets = tuple(
        {
            "config": {
                "port": door.port,
                "bind_address": door.host,
                "shoutcast_mount": door.shoutcast_mount or "",
                "tlsmode": door.tls.value,
            },
            "id": door.key,
        }
        for door in asked.broadcast.doors
    )
    return Shown("Ports", "ee231290-81c6-484a-836c-20a00ad09898", sockets)


def _dashboard(asked: Asked) -> Result:
    station, config = asked.statistics(), asked.broadcast.config
    limits: Mapping[str, object] = {
        "hostname": config.station.host,
        "clients": config.limits.connections,
        "sources": config.limits.sources,
    }
    now: Mapping[str, object] = {
        "clients": station.clients,
        "sources": sum(not mount.is_idle for mount in station.mounts),
        "listeners": sum(mount.listeners for mount in station.mounts),
    }
    shown = {"global-config": limits, "global-current": now}
    return Shown("Dashboard", "0aa76ea1-bf42-49d1-887e-ca95fb307dc4", (shown,))


def _show_log(asked: Asked) -> Result | Reply:
    if asked.text("log") not in ("", "error"):
        return Refusal.NO_SUCH_LOG.value
    content = {"logfile": "error", "lines": list(asked.broadcast.recent_log.lines)}
    return Shown("Log", "b20a2bf2-1278-448c-81f3-58183d837a86", ({"logcontent": content},))


def _mark_log(asked: Asked) -> Result:
    logger.warning("%s %s", MARK, asked.peer)  # whatever the level
    return Told("Logfiles marked", success=True)


def _reload(asked: Asked) -> Result:
    logger.info("%s wants the configuration to be read again", asked.peer)
    asked.broadcast.reload_asked.set()
    return Told("Config reload queued", success=True)


PUBLIC = "publicstats"
OF_SERVER: Mapping[str, Callable[[Asked], Result | Reply]] = {
    "version": _version,
    "listensocketlist": _sockets,
    "dashboard": _dashboard,
    "showlog": _show_log,
    "marklog": _mark_log,
    "reloadconfig": _reload,
}
EFFECTS = {"marklog", "reloadconfig"}
