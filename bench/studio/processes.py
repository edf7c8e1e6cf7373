"""CPU time and memory of other processes, as Linux counts them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SCHEDULED = 2  # CPUCLOCK_SCHED of the kernel's posix-timers.h: what the scheduler has counted


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes. Pages that processes share count whole in each one's `rss`, in parts in `pss`."""

    rss: int
    pss: int

    def __add__(self, other: Memory) -> Memory:
        return Memory(self.rss + other.rss, self.pss + other.pss)


def cpu_time(pids: Sequence[int]) -> float:
    """CPU seconds of these processes since they began, all their threads included.

    Threads that have ended count too, which the sum over /proc/PID/task leaves out: the studio
    has a thread for each track. Raises OSError where one is gone.
    """
    return sum(time.clock_gettime(~pid << 3 | _SCHEDULED) for pid in pids)


def memory(pids: Sequence[int]) -> Memory:
    """Of these processes together. Raises OSError where one is gone."""
    total = Memory(0, 0)
    for pid in pids:
        total += parse_rollup(Path(f"/proc/{pid}/smaps_rollup").read_text())
    return total


def parse_rollup(text: str) -> Memory:
    """What /proc/PID/smaps_rollup says."""
    sizes = {}
    for line in text.splitlines()[1:]:
        name, kibibytes, _ = line.split()
        sizes[name] = int(kibibytes) * 1024
    return Memory(sizes["Rss:"], sizes["Pss:"])
