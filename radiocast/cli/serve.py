"""`radiocast serve`: run a station until it is told to stop."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

import trio

from radiocast.cli.files import ConfigFile, ConfigFileError, read_file
from radiocast.cli.icecast import close_gaps, detach, tell
from radiocast.cli.logs import set_up_log
from radiocast.cli.passwords import (
    Completed,
    StateError,
    complete_passwords,
    default_state_directory,
)
from radiocast.cli.welcome import reminder, welcome
from radiocast.config.model import Config
from radiocast.config.reload import Reload, Take
from radiocast.errors import ConfigError, Mistake
from radiocast.server.process import prepare

logger = logging.getLogger(__name__)

DATABASE = "autodj.db"

_ADDRESS_HINTS = {
    errno.EADDRINUSE: "is another server running? --port N takes another port",
    errno.EACCES: "ports below 1024 are for root; --port N takes another port",
    errno.EADDRNOTAVAIL: "this machine has no such address; see listen.host",
}


class Station(Protocol):
    """How a station is run; `radiocast.server.station.serve` is the one."""

    def __call__(self, config: Config, *, reload: Reload) -> Awaitable[None]:
        """Run until SIGTERM or SIGINT; on SIGHUP, have `reload` read the settings again."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says. None: nothing."""

    file: Path | None = None
    host: str | None = None
    port: int | None = None
    state: Path | None = None
    background: bool = False


def serve(options: Options, station: Station) -> int:
    """Run a station as `options` say. Gives back the exit code."""
    try:
        chosen = read_settings(options)
    except ConfigError as exc:
        return complain(exc)
    try:
        check_process(chosen.config)
        prepare(chosen.config.process)
        completed = complete(chosen, options)
        set_up_log(completed.config.logs)
    except StateError as exc:
        return complain(exc)
    except ConfigError as exc:
        return complain(chosen.located(exc))
    tell(chosen)
    config = completed.config
    if options.background and not detach():
        return 0
    if completed.first_run and completed.file:
        print(welcome(config, completed.file, chosen.config.passwords), flush=True)
    else:
        for line in reminder(config, completed.file):
            logger.info("%s", line)
    try:
        trio.run(partial(station, config, reload=partial(reload_settings, options)))
    except (OSError, ConfigError, BaseExceptionGroup) as raised:
        problem = _find_problem(config, raised)
        if problem is None:
            raise
        return complain(chosen.located(problem))
    return 0


def check_process(config: Config) -> None:
    """Raises ConfigError for what cannot run in a directory that is all there is."""
    if config.process.chroot and config.outputs:
        problem = "the auto-DJ needs programs that are not in there"
        raise ConfigError(Mistake("process.chroot", problem, "leave it out, or [outputs]"))


def read_settings(options: Options) -> ConfigFile:
    """The configuration, and what the command line says instead. Raises ConfigError."""
    file = read_file(options.file) if options.file else ConfigFile(Path(), Config())
    listen = file.config.listen
    if options.host is not None:
        listen = replace(listen, host=options.host)
    if options.port is not None:
        listen = replace(listen, port=options.port)
    conflicts = [Mistake("listen", each.problem, each.hint) for each in listen.conflicts()]
    if conflicts:
        raise ConfigError(*conflicts)
    return replace(file, config=replace(file.config, listen=listen))


def complete(file: ConfigFile, options: Options) -> Completed:
    """Add what the state directory has. An icecast.xml needs none: it has passwords, and no
    auto-DJ. Raises StateError."""
    if file.imported is not None:
        return Completed(close_gaps(file.config), None, first_run=False)
    state = options.state or default_state_directory(os.environ)
    completed = complete_passwords(file.config, state)
    return replace(completed, config=with_database(completed.config, state))


def reload_settings(options: Options, take: Take) -> None:
    """Read everything again, log included, and give it to whoever takes it. Raises ConfigError:
    then all but the log stays as it was."""
    file = read_settings(options)
    try:
        config = complete(file, options).config
    except StateError as exc:
        raise ConfigError(Mistake("passwords", str(exc))) from None
    try:
        set_up_log(config.logs)
        tell(file)
        take(config)
    except ConfigError as exc:
        raise file.located(exc) from None


def with_database(config: Config, state: Path) -> Config:
    """The auto-DJ's database is in the state directory, unless the operator says otherwise."""
    if config.autodj.database or not config.outputs:
        return config
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    return replace(config, autodj=replace(config.autodj, database=str(state / DATABASE)))


def complain(problem: Exception) -> int:
    """Say what an operator has to do something about, one mistake per line."""
    lines = [str(problem)]
    if isinstance(problem, ConfigFileError):
        lines = list(problem.lines)
    elif isinstance(problem, ConfigError):
        lines = [str(mistake) for mistake in problem.mistakes]
    for line in lines:
        print(f"radiocast: {line}", file=sys.stderr)
    return 1


def _find_problem(config: Config, raised: BaseException) -> ConfigError | None:
    """What an operator can do something about; None: it is a bug."""
    # The station opens its sockets and files inside nurseries, which wrap what they raise.
    while isinstance(raised, BaseExceptionGroup) and len(raised.exceptions) == 1:
        raised = raised.exceptions[0]
    if isinstance(raised, ConfigError):
        return raised
    if not isinstance(raised, OSError):
        return None
    for setting in ("access", "playlist"):
        if raised.filename and raised.filename == getattr(config.logs, setting):
            return ConfigError(Mistake(f"logs.{setting}", f"{raised.filename}: {raised.strerror}"))
    if raised.errno not in _ADDRESS_HINTS and not isinstance(raised, socket.gaierror):
        return None
    where = f"{config.listen.host or 'all addresses'}, port {config.listen.port}"
    if config.listen.effective_shoutcast_port:
        where += f" and {config.listen.effective_shoutcast_port}"
    hint = _ADDRESS_HINTS.get(raised.errno or 0, "see listen.host")
    return ConfigError(Mistake("", f"cannot listen on {where}: {raised.strerror}", hint))
