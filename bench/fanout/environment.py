"""What the figures were measured on: without it they mean nothing."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from bench.fanout.limits import raise_descriptors

ROOT = Path(__file__).resolve().parents[2]


def describe() -> dict[str, str]:
    """Machine, kernel, interpreter, commit, limits and load, in words."""
    return {
        "machine": f"{os.cpu_count()} x {_cpu_model()}, {_memory_gib():.0f} GiB",
        "kernel": platform.release(),
        "python": f"{platform.python_version()} ({sys.implementation.name})",
        "commit": _commit(),
        "icecast": _said(["icecast2", "-v"]) if shutil.which("icecast2") else "not installed",
        "descriptors": str(raise_descriptors()),
        "somaxconn": Path("/proc/sys/net/core/somaxconn").read_text().strip(),
        "tcp_wmem": " ".join(Path("/proc/sys/net/ipv4/tcp_wmem").read_text().split()),
        "load": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)


def _commit() -> str:
    described = _said(["git", "-C", str(ROOT), "describe", "--always", "--dirty"])
    return described or "not in a git checkout"


def _said(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()
