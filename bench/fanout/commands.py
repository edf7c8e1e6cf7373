"""What the controller tells a load generator, and what it answers. Sent over a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Target:
    """What to listen to."""

    host: str
    port: int
    path: str
    icy: bool = False
    agent: str = "bench-good"
    tls: bool = False

    @property
    def request(self) -> bytes:
        icy = "Icy-MetaData: 1\r\n" if self.icy else ""
        return (
            f"GET {self.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
            f"User-Agent: {self.agent}\r\nAccept: */*\r\n{icy}\r\n"
        ).encode()


@dataclass(frozen=True, slots=True)
class Join:
    """Bring listeners: as fast as they are served (`rate` None), or `rate` a second regardless."""

    targets: Sequence[Target]
    """Taken in turn."""
    count: int
    rate: float | None = None
    stay: float | None = None
    """Seconds after its first audio byte that a listener leaves; None: it stays."""
    sampled: int = 0
    """Of how many of them to keep the bytes."""


@dataclass(frozen=True, slots=True)
class Joined:
    """How a `Join` went."""

    seconds: float
    first_bytes: list[float]
    """Seconds from `connect` to the first audio byte, one per listener who got there."""
    failed: list[str] = field(default_factory=list)
    """Why the others did not."""
    late: float = 0.0
    """Seconds the load generator itself was behind its schedule, at worst."""


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """Forget the gaps and bytes so far, and count from now on. Answered when it is done."""


@dataclass(frozen=True, slots=True)
class CloseWindow:
    """Answer with a Window."""


@dataclass(frozen=True, slots=True)
class TakeSamples:
    """Answer with the bytes of the sampled listeners (a list), and go on without keeping them."""


Command = Join | OpenWindow | CloseWindow | TakeSamples
