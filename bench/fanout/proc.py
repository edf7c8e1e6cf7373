"""What Linux says of a process: CPU time and memory, its children included."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")  # seconds
PAGE = os.sysconf("SC_PAGE_SIZE")  # bytes


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds since the process began, and memory in bytes now."""

    user: float
    system: float
    run: float
    """Both, by the scheduler's own count: nanoseconds where the others count ticks of 10 ms."""
    rss: int

    def since(self, before: Usage) -> tuple[float, float]:
        """User and system seconds since `before`: the exact sum, shared out as the ticks say."""
        user, system = self.user - before.user, self.system - before.system
        run = self.run - before.run
        return (
            (run * user / (user + system), run - run * user / (user + system))
            if (user + system)
            else (run, 0.0)
        )


def parse_stat(text: str) -> tuple[int, int]:
    """User and system ticks of a /proc/PID/stat line, whatever the command is called."""
    after_name = text.rpartition(")")[2].split()
    return int(after_name[11]), int(after_name[12])


def usage(pid: int) -> Usage:
    """Of a process and all it started. Raises OSError where it is gone."""
    user = system = rss = 0
    run = 0
    for each in descendants(pid):
        proc = Path(f"/proc/{each}")
        ticks = parse_stat((proc / "stat").read_text())
        user, system = user + ticks[0], system + ticks[1]
        rss += int((proc / "statm").read_text().split()[1]) * PAGE
        for task in (proc / "task").iterdir():
            run += int((task / "schedstat").read_text().split()[0])
    return Usage(user * TICK, system * TICK, run / 1e9, rss)


def descendants(pid: int) -> list[int]:
    """A process and all it started, itself first."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").iterdir():
            with suppress(FileNotFoundError):  # a thread that has just ended
                found.extend(map(int, (task / "children").read_text().split()))
    return found


def socket_memory() -> int:
    """Bytes the kernel holds for all TCP sockets of this machine."""
    for line in Path("/proc/net/sockstat").read_text().splitlines():
        words = line.split()
        if words[0] == "TCP:":
            return int(words[words.index("mem") + 1]) * PAGE
    raise OSError("no TCP line in /proc/net/sockstat")
