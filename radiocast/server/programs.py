"""Programs of the operator's that are run when a source comes or goes: `on_connect` and
`on_disconnect`, with the mount's path for their only argument, as Icecast runs them. More is in
their environment, under the names of Icecast 2.5.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
from collections.abc import Mapping

import trio

from radiocast.config.model import Config
from radiocast.mounts.mount import Mount
from radiocast.mounts.source import Source
from radiocast.server.identity import SERVER_ID

logger = logging.getLogger(__name__)

AT_ONCE = 10
"""Programs that run at one time."""
WAITING = 100
"""That wait for their turn, or run; beyond that they are not run at all."""
TIMEOUT = 60.0
"""Seconds after which one is killed."""
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER")
"""What they get of our own environment."""


class Programs:
    """Runs them. `follow` is a task of each mount."""

    def __init__(self, config: Config, nursery: trio.Nursery) -> None:
        self._config, self._nursery = config, nursery
        self._turns = trio.Semaphore(AT_ONCE)
        self._scopes: set[trio.CancelScope] = set()
        self._until = float("inf")
        self._told: set[str] = set()
        nursery.start_soon(self._stop_at_the_end)

    def configure(self, config: Config) -> None:
        """New settings, from now on."""
        self._config = config
        self._told.clear()

    def stop(self) -> None:
        """The station stops: those that run have its `stop_timeout`, those that come, too."""
        stopped = trio.current_time() + self._config.limits.stop_timeout
        self._until = min(self._until, stopped)
        for scope in self._scopes:
            scope.deadline = min(scope.deadline, self._until)

    async def _stop_at_the_end(self) -> None:
        try:
            await trio.sleep_forever()
        finally:
            self.stop()

    async def follow(self, mount: Mount) -> None:
        """Run the mount's programs whenever its source comes or goes, for ever."""
        before: Source | None = None
        while True:
            changed, source = mount.source_changed, mount.source
            if source is not before and before is not None and not before.stands_in:
                self._start(mount.config.on_disconnect, "source-disconnect", mount, before)
            if source is not before and source is not None and not source.stands_in:
                self._start(mount.config.on_connect, "source-connect", mount, source)
            before = source
            await changed.wait()

    def _start(self, program: str | None, event: str, mount: Mount, source: Source) -> None:
        if program is None:
            return
        if len(self._scopes) >= WAITING:
            self._tell(program, f"{WAITING} programs run or wait already")
            return
        # Shielded, for the station's end is one of the things they are run for.
        scope = trio.CancelScope(shield=True)
        scope.deadline = min(trio.current_time() + TIMEOUT, self._until)
        self._scopes.add(scope)
        environment = self._environment(event, mount, source)
        self._nursery.start_soon(self._run, scope, program, mount.path, environment)

    async def _run(
        self, scope: trio.CancelScope, program: str, path: str, environment: Mapping[str, str]
    ) -> None:
        with scope:
            async with self._turns:
                try:
                    done = await trio.run_process(
                        [program, path],
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                        env=environment,
                        check=False,
                        start_new_session=True,
                        deliver_cancel=_kill,
                    )
                except OSError as exc:
                    self._tell(program, str(exc))
                else:
                    if done.returncode:
                        self._tell(program, f"it ended with status {done.returncode}")
        if scope.cancelled_caught:
            self._tell(program, "it took too long and was killed")
        self._scopes.discard(scope)

    def _tell(self, program: str, problem: str) -> None:
        """Once for each program: sources come and go."""
        if program not in self._told:
            self._told.add(program)
            logger.error("%s: %s", program, problem)

    def _environment(self, event: str, mount: Mount, source: Source) -> dict[str, str]:
        info, station = source.info, self._config.station
        said = {
            "EVENT_TRIGGER": event,
            "EVENT_URI": mount.path,
            "SOURCE_MOUNTPOINT": mount.path,
            "SOURCE_MEDIA_TYPE": mount.content_type,
            "SOURCE_PUBLIC": str(int(bool(info.public))),
            "SOURCE_HIDDEN": str(int(mount.config.hidden)),
            "MOUNT_NAME": mount.config.name or info.name,
            "MOUNT_DESCRIPTION": mount.config.description or info.description,
            "MOUNT_GENRE": mount.config.genre or info.genre,
            "MOUNT_URL": mount.config.url or info.url,
            "CLIENT_IP": source.ip,
            "CLIENT_USERAGENT": info.user_agent,
            "ICECAST_HOSTNAME": station.host,
            "ICECAST_ADMIN": station.admin,
            "ICECAST_VERSION": SERVER_ID,
        }
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return kept | {name: value.replace("\0", "") for name, value in said.items()}


async def _kill(process: trio.Process) -> None:
    """The program and what it has started, which is a session of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
