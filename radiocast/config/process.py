"""What the process is to the system: `[process]`. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.config.fields import Conflict, Table, setting, text


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessConfig(Table):
    """Taken up at the start: changes need a restart."""

    pid_file: str = setting("", text)
    """A file for the process's number; empty: none."""

    user: str = setting("", text)
    """Who to be once the ports are open, when started as root; empty: who started it."""

    group: str = setting("", text)
    """And of which group; empty: the user's."""

    chroot: str = setting("", text)
    """A directory that is all the process sees from then on; empty: none."""

    def conflicts(self) -> list[Conflict]:
        if self.group and not self.user:
            return [Conflict(("group",), "a group without a user", "set process.user too")]
        return []
