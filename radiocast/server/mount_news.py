"""Telling web servers when a mount's source comes and goes (`mount_add`, `mount_remove`)."""

from __future__ import annotations

from radiocast.access.guard import Guard
from radiocast.mounts.mount import Mount
from radiocast.mounts.source import Source


async def tell_of_sources(mount: Mount, guard: Guard) -> None:
    """Tell of each source of the mount, until cancelled. A file that stands in for one is none."""
    told: Source | None = None
    try:
        while True:
            changed = mount.source_changed
            source = mount.source if mount.source is None or not mount.source.stands_in else None
            if source is not told:
                if told is not None:
                    _tell(guard, "mount_remove", mount, told)
                told = source
                if told is not None:
                    _tell(guard, "mount_add", mount, told)
            await changed.wait()
    finally:
        if told is not None:
            _tell(guard, "mount_remove", mount, told)


def _tell(guard: Guard, action: str, mount: Mount, source: Source) -> None:
    guard.tell_mount(action, mount.path, source.ip, source.info.user_agent)
