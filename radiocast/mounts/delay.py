"""How far behind the live edge a mount is heard. Pure."""

from __future__ import annotations

from radiocast.framelog.start import at_burst
from radiocast.mounts.mount import Mount


def burst_delay(mount: Mount) -> float:
    """Seconds of audio that whoever begins to listen now gets at once: how far behind the live
    edge the first thing is that they hear. 0 where nobody can know how long frames last."""
    config, log = mount.config, mount.log
    start = at_burst(log, config.burst, config.burst_time, not_before=mount.floor)
    block = log.block_at(start.position)
    if block is None:
        return 0.0
    into = block.duration * (start.position - block.start) / len(block.data)
    return max(0.0, log.media_time - block.media_time - into)
